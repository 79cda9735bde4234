import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button as AriaButton, Tag, TagGroup, TagList } from 'react-aria-components';
import { common } from '../messages/common.ts';
import { Icon } from './icon.tsx';

/** A restriction that stands before the words of a field. */
export interface FieldToken {
  readonly id: string;
  readonly name: string;
  readonly value: string;
}

/**
 * Words with restrictions before them. Arrow keys walk the tokens and Delete takes one away; Backspace at the beginning of the words
 * makes the last token words again.
 */
export function TokenField(props: {
  readonly label: string;
  readonly tokensLabel: string;
  readonly placeholder: string;
  readonly tokens: readonly FieldToken[];
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onRemove: (id: string) => void;
  readonly onTakeBack: () => void;
  readonly onKey: (press: React.KeyboardEvent) => void;
  readonly inputRef: React.RefObject<HTMLInputElement | null>;
  readonly before?: ReactNode;
  readonly after?: ReactNode;
}) {
  const { tokens, inputRef } = props;
  return (
    <div className="search-field">
      {props.before}
      {tokens.length === 0 ? null : (
        <TagGroup
          aria-label={props.tokensLabel}
          onRemove={(keys) => {
            for (const key of keys) props.onRemove(String(key));
            inputRef.current?.focus();
          }}
        >
          <TagList className="tag-list">
            {tokens.map(({ id, name, value }) => (
              <Tag key={id} id={id} textValue={`${name}: ${value}`} className="token">
                <b>{name}:</b> {value}
                <AriaButton
                  slot="remove"
                  className="token-remove"
                  aria-label={common.removeTag(`${name}: ${value}`)}
                >
                  <Icon of={X} size="small" />
                </AriaButton>
              </Tag>
            ))}
          </TagList>
        </TagGroup>
      )}
      <input
        ref={inputRef}
        type="search"
        aria-label={props.label}
        placeholder={tokens.length === 0 ? props.placeholder : ''}
        value={props.text}
        onChange={(change) => props.onText(change.target.value)}
        onKeyDown={(press) => {
          if (press.nativeEvent.isComposing) return;
          const { selectionStart, selectionEnd } = press.currentTarget;
          if (press.key === 'Backspace' && selectionStart === 0 && selectionEnd === 0 && tokens.length > 0) {
            press.preventDefault();
            props.onTakeBack();
          } else props.onKey(press);
        }}
      />
      {props.after}
    </div>
  );
}
