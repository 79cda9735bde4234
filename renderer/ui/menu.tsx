import type { LucideIcon } from 'lucide-react';
import { Ellipsis } from 'lucide-react';
import type { ReactNode } from 'react';
import { useRef } from 'react';
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover, Separator } from 'react-aria-components';
import { Icon } from './icon.tsx';
import { Keys } from './keys.tsx';

/** One verb of a menu; `null` in a list of them is a rule between groups. */
export interface MenuVerb {
  readonly id: string;
  readonly title: string;
  readonly run: () => void;
  readonly keys?: string | undefined;
  readonly icon?: LucideIcon | undefined;
  readonly danger?: boolean | undefined;
  readonly disabled?: boolean | undefined;
}

function Verbs({ label, verbs }: { label: string; verbs: readonly (MenuVerb | null)[] }) {
  return (
    <Menu className="menu" aria-label={label}>
      {verbs.map((verb, at) =>
        verb === null ? (
          <Separator key={`rule-${at}`} className="menu-separator" />
        ) : (
          <MenuItem
            key={verb.id}
            id={verb.id}
            className={verb.danger === true ? 'menu-item danger' : 'menu-item'}
            textValue={verb.title}
            isDisabled={verb.disabled ?? false}
            onAction={verb.run}
          >
            {verb.icon === undefined ? null : <Icon of={verb.icon} size="small" />}
            {verb.title}
            {verb.keys === undefined ? null : <Keys combination={verb.keys} />}
          </MenuItem>
        ),
      )}
    </Menu>
  );
}

/** A button that opens a menu: three dots unless it is given something else to show. */
export function MenuButton({
  label,
  verbs,
  children,
  className = 'tool',
}: {
  label: string;
  verbs: readonly (MenuVerb | null)[];
  children?: ReactNode;
  className?: string;
}) {
  return (
    <MenuTrigger>
      <AriaButton className={className} aria-label={label}>
        {children ?? <Icon of={Ellipsis} />}
      </AriaButton>
      <Popover className="float menu-popover" offset={4}>
        <Verbs label={label} verbs={verbs} />
      </Popover>
    </MenuTrigger>
  );
}

/** The same verbs where the pointer or the menu key asked for them. */
export function ContextMenu({
  at,
  label,
  verbs,
  onClose,
}: {
  at: { x: number; y: number };
  label: string;
  verbs: readonly (MenuVerb | null)[];
  onClose: () => void;
}) {
  const anchor = useRef<HTMLSpanElement>(null);
  return (
    <>
      <span ref={anchor} style={{ position: 'fixed', left: at.x, top: at.y, width: 1, height: 1 }} />
      <Popover
        className="float menu-popover"
        triggerRef={anchor}
        isOpen
        placement="bottom start"
        offset={0}
        onOpenChange={(open) => {
          if (!open) onClose();
        }}
      >
        <div onClick={onClose}>
          <Verbs label={label} verbs={verbs} />
        </div>
      </Popover>
    </>
  );
}
