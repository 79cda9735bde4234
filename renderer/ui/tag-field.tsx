import { X } from 'lucide-react';
import { useId, useState } from 'react';
import { Button as AriaButton, Tag, TagGroup, TagList } from 'react-aria-components';
import { common } from '../messages/common.ts';
import { Icon } from './icon.tsx';

/** Words as removable boxes, and a place to type the next: Enter or a comma adds, Backspace takes the last away. */
export function TagField({
  label,
  tags,
  onChange,
  inputRef,
}: {
  label: string;
  tags: readonly string[];
  onChange: (tags: readonly string[]) => void;
  inputRef?: React.Ref<HTMLInputElement>;
}) {
  const [text, setText] = useState('');
  const id = useId();

  function add(raw: string): void {
    const added = raw
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '' && !tags.includes(part));
    setText('');
    if (added.length > 0) onChange([...tags, ...added]);
  }

  return (
    <div className="tag-field">
      {tags.length === 0 ? null : (
        <TagGroup
          className="tag-list"
          aria-label={label}
          onRemove={(keys) => onChange(tags.filter((tag) => !keys.has(tag)))}
        >
          <TagList className="tag-list">
            {tags.map((tag) => (
              <Tag key={tag} id={tag} className="tag-chip" textValue={tag}>
                {tag}
                <AriaButton slot="remove" aria-label={common.removeTag(tag)}>
                  <Icon of={X} size="small" />
                </AriaButton>
              </Tag>
            ))}
          </TagList>
        </TagGroup>
      )}
      <input
        id={id}
        ref={inputRef}
        aria-label={common.addTag}
        placeholder={common.addTag}
        value={text}
        onChange={(change) => {
          if (change.target.value.includes(',')) add(change.target.value);
          else setText(change.target.value);
        }}
        onBlur={() => add(text)}
        onKeyDown={(press) => {
          if (press.nativeEvent.isComposing) return;
          if (press.key === 'Enter' && text.trim() !== '') {
            press.preventDefault();
            add(text);
          }
          if (press.key === 'Backspace' && text === '' && tags.length > 0) onChange(tags.slice(0, -1));
        }}
      />
    </div>
  );
}
