import { Search } from 'lucide-react';
import { Fragment, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { Dialog as AriaDialog, Modal, ModalOverlay } from '../ui/overlay.tsx';
import { app } from '../messages/app.ts';
import { FocusBack } from '../ui/focus-back.tsx';
import { Icon } from '../ui/icon.tsx';
import { Keys } from '../ui/keys.tsx';
import { headingAt, type Option, useOptions } from './palette-options.ts';

/** One field for every command, session and workspace, and for the best hits in the text of documents. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const options = useOptions(text);
  const chosen = options[Math.min(at, options.length - 1)];
  const line = useRef<HTMLLIElement>(null);
  useEffect(() => {
    line.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen?.id]);
  function perform(option: Option | undefined): void {
    // What is opened finds the focus where it was before the palette, and gives it back there.
    flushSync(onClose);
    option?.run();
  }
  return (
    <>
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
              {options.map((option, index) => {
                const heading = headingAt(options, index);
                return (
                  <Fragment key={option.id}>
                    {heading === null ? null : (
                      <li className="group" role="presentation">
                        {heading}
                      </li>
                    )}
                    <li
                      ref={option === chosen ? line : null}
                      id={`option-${option.id}`}
                      className="option"
                      role="option"
                      aria-selected={option === chosen}
                      data-selected={option === chosen ? true : undefined}
                      onClick={() => perform(option)}
                    >
                      <span className="option-title cut">{option.title}</span>
                      {option.context === undefined ? null : (
                        <span className={option.group === 'hits' ? 'context quoted cut' : 'context cut'}>
                          {option.context}
                        </span>
                      )}
                      {option.keys === undefined ? null : <Keys combination={option.keys} />}
                    </li>
                  </Fragment>
                );
              })}
            </ul>
            {options.length === 0 ? <p className="palette-none">{app.paletteNone}</p> : null}
          </AriaDialog>
        </Modal>
      </ModalOverlay>
      <FocusBack />
    </>
  );
}
