import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Dialog as AriaDialog, Modal, ModalOverlay } from '../ui/overlay.tsx';
import { queries } from '../data/queries.ts';
import { useQuery } from '../data/query.ts';
import { useStore } from '../data/store.ts';
import { app } from '../messages/app.ts';
import { Icon } from '../ui/icon.tsx';
import { Keys } from '../ui/keys.tsx';
import { commands } from './commands.ts';
import { go } from './location.ts';

interface Option {
  readonly id: string;
  readonly title: string;
  readonly keys?: string | undefined;
  readonly run: () => void;
}

function useOptions(text: string): readonly Option[] {
  const known = useStore(commands);
  const sessions = useQuery(queries.sessions).data;
  return useMemo(() => {
    const prefix = /^[>@#?]/.exec(text)?.[0] ?? '';
    const wanted = text.slice(prefix.length).trim().toLowerCase();
    const verbs = known.map((command): Option => ({
      id: command.id,
      title: command.title,
      keys: command.keys,
      run: command.run,
    }));
    const places = (sessions ?? []).map((session): Option => ({
      id: session.id,
      title: session.title ?? session.question ?? session.label,
      run: () => go(`session/${session.id}`),
    }));
    const all =
      prefix === '>' || prefix === '?'
        ? verbs
        : prefix === '@' || prefix === '#'
          ? places
          : [...verbs, ...places];
    return all.filter((option) => option.title.toLowerCase().includes(wanted)).slice(0, 40);
  }, [text, known, sessions]);
}

/** One field for every command and every session; Enter on nothing searches the text of documents. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const options = useOptions(text);
  const chosen = options[Math.min(at, options.length - 1)];
  function perform(option: Option | undefined): void {
    onClose();
    if (option !== undefined) option.run();
    else if (text.trim() !== '') go(`search?q=${encodeURIComponent(text.trim())}`);
  }
  return (
    <ModalOverlay
      className="scrim"
      isOpen
      isDismissable
      onOpenChange={(open: boolean) => (open ? undefined : onClose())}
    >
      <Modal className="palette">
        <AriaDialog aria-label={app.palette}>
          <div className="palette-input">
            <Icon of={Search} />
            <input
              autoFocus
              role="combobox"
              aria-expanded
              aria-controls="palette-options"
              aria-activedescendant={chosen === undefined ? undefined : `option-${chosen.id}`}
              aria-label={app.paletteHint}
              placeholder={app.paletteHint}
              value={text}
              onChange={(change) => {
                setText(change.target.value);
                setAt(0);
              }}
              onKeyDown={(press) => {
                if (press.nativeEvent.isComposing) return;
                if (press.key === 'ArrowDown') setAt(Math.min(at + 1, options.length - 1));
                else if (press.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
                else if (press.key === 'Enter') perform(chosen);
                else return;
                press.preventDefault();
              }}
            />
          </div>
          <ul className="palette-list" id="palette-options" role="listbox" aria-label={app.palette}>
            {options.map((option) => (
              <li
                key={option.id}
                id={`option-${option.id}`}
                className="option"
                role="option"
                aria-selected={option === chosen}
                data-selected={option === chosen ? true : undefined}
                onClick={() => perform(option)}
              >
                <span className="grow cut">{option.title}</span>
                {option.keys === undefined ? null : <Keys combination={option.keys} />}
              </li>
            ))}
          </ul>
          {options.length === 0 ? <p className="palette-none">{app.paletteNone}</p> : null}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
