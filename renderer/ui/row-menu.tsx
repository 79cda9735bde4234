import { useRef } from 'react';
import { flushSync } from 'react-dom';
import { Menu, MenuItem, Popover, Separator } from 'react-aria-components';
import type { LucideIcon } from 'lucide-react';
import { FocusBack } from './focus-back.tsx';
import { Icon } from './icon.tsx';
import { Keys } from './keys.tsx';
import { useIsWritable } from './writes.tsx';

/** Something that a row's menu can do. `null` between two verbs is a line. */
export interface Verb {
  readonly id: string;
  readonly title: string;
  readonly icon?: LucideIcon;
  readonly keys?: string;
  /** It changes something: it is off where the workspace is only read. */
  readonly writes?: boolean;
  readonly run: () => void;
}

/** Where a menu stands, in the window's own points. */
export interface MenuPlace {
  readonly x: number;
  readonly y: number;
}

/** The verbs of a row or of a selection, at the pointer or at the row. Esc and a press outside close it. */
export function RowMenu({
  place,
  label,
  verbs,
  onClose,
}: {
  place: MenuPlace;
  label: string;
  verbs: readonly (Verb | null)[];
  onClose: () => void;
}) {
  const isWritable = useIsWritable();
  const anchor = useRef<HTMLSpanElement>(null);
  const run = (id: string): void => {
    // What the verb opens finds the focus where it was before the menu, and gives it back there.
    flushSync(onClose);
    verbs.find((verb) => verb?.id === id)?.run();
  };
  return (
    <>
      <span ref={anchor} className="menu-anchor" style={{ left: place.x, top: place.y }} />
      <Popover
        triggerRef={anchor}
        isOpen
        placement="bottom start"
        offset={2}
        className="float menu-popover"
        onOpenChange={(open) => {
          if (!open) onClose();
        }}
      >
        <Menu className="menu" aria-label={label} autoFocus="first" onAction={(key) => run(String(key))}>
          {verbs.map((verb, at) =>
            verb === null ? (
              <Separator key={`line ${verbs[at - 1]?.id ?? ''}`} className="menu-separator" />
            ) : (
              <MenuItem
                key={verb.id}
                id={verb.id}
                textValue={verb.title}
                className="menu-item"
                isDisabled={verb.writes === true && !isWritable}
              >
                {verb.icon === undefined ? <span /> : <Icon of={verb.icon} size="small" />}
                <span className="grow">{verb.title}</span>
                {verb.keys === undefined ? null : <Keys combination={verb.keys} />}
              </MenuItem>
            ),
          )}
        </Menu>
      </Popover>
      <FocusBack />
    </>
  );
}
