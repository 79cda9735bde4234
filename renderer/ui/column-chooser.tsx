import { Columns3 } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { GridColumn } from './data-grid.tsx';
import { Icon } from './icon.tsx';

/** Which columns of a grid are hidden, remembered for this grid on this laptop. */
export function useHiddenColumns(
  grid: string,
  atFirst: readonly string[],
): [ReadonlySet<string>, (hidden: ReadonlySet<string>) => void] {
  const key = `columns ${grid}`;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => {
    const stored = localStorage.getItem(key);
    return new Set(stored === null ? atFirst : stored.split(' ').filter((id) => id !== ''));
  });
  return [
    hidden,
    (next) => {
      localStorage.setItem(key, [...next].join(' '));
      setHidden(next);
    },
  ];
}

/** A menu of a grid's columns, each with a mark where it is shown. */
export function ColumnChooser<T>({
  label,
  columns,
  fixed,
  hidden,
  onHidden,
}: {
  label: string;
  columns: readonly GridColumn<T>[];
  fixed: readonly string[];
  hidden: ReadonlySet<string>;
  onHidden: (hidden: ReadonlySet<string>) => void;
}) {
  const choices = columns.filter(({ id }) => !fixed.includes(id));
  return (
    <MenuTrigger>
      <AriaButton className="tool" aria-label={label}>
        <Icon of={Columns3} size="small" />
      </AriaButton>
      <Popover className="float menu-popover" placement="bottom end" offset={4}>
        <Menu
          className="menu"
          aria-label={label}
          selectionMode="multiple"
          selectedKeys={choices.filter(({ id }) => !hidden.has(id)).map(({ id }) => id)}
          onSelectionChange={(keys) =>
            onHidden(new Set(choices.map(({ id }) => id).filter((id) => keys !== 'all' && !keys.has(id))))
          }
        >
          {choices.map(({ id, head }) => (
            <MenuItem key={id} id={id} className="menu-item" textValue={head}>
              {({ isSelected }) => (
                <>
                  <span className="menu-mark">{isSelected ? '✓' : ''}</span>
                  {head}
                </>
              )}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
