import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { WindowedRows, WindowedState } from '../data/windowed-rows.ts';
import { common } from '../messages/common.ts';
import { gridStep } from './grid-keys.ts';
import { Icon } from './icon.tsx';
import { type MenuPlace, RowMenu, type Verb } from './row-menu.tsx';
import { useTypeAhead } from './type-ahead.ts';
import { useRange } from './use-range.ts';
import { useWidth } from './use-width.ts';

const rowHeight = 24;
const headHeight = 24;

export interface Sort {
  readonly column: string;
  readonly direction: 'ascending' | 'descending';
}

/** One column of a grid. `width` is a track of CSS grid. */
export interface GridColumn<T> {
  readonly id: string;
  readonly head: string;
  readonly width: string;
  readonly sorts?: boolean;
  readonly hidesHead?: boolean;
  /** Left out where the grid is narrower than so many pixels, so that names keep room. */
  readonly dropsUnder?: number;
  readonly className?: string | ((row: T) => string);
  readonly cell: (row: T) => ReactNode;
}

interface GridProps<T extends { readonly id: string }> {
  readonly label: string;
  readonly columns: readonly GridColumn<T>[];
  readonly rows: WindowedRows<T>;
  readonly state: WindowedState;
  readonly titleOf: (row: T) => string;
  readonly selectLabel: (row: T) => string;
  readonly sort?: Sort;
  readonly onSort?: (sort: Sort) => void;
  readonly cursor: number;
  readonly onCursor: (index: number) => void;
  readonly selected?: ReadonlySet<string>;
  readonly onSelected?: (ids: ReadonlySet<string>) => void;
  readonly onOpen: (row: T) => void;
  readonly onRemove?: () => void;
  readonly verbs?: (row: T) => readonly (Verb | null)[];
  /** Opens a row beside what is shown. */
  readonly onOpenBeside?: (row: T) => void;
  /** Fills in what a drag of this row carries. */
  readonly onDrag?: (row: T, transfer: DataTransfer) => void;
}

/**
 * A table of any length of which the rows in view are held. The keyboard moves a cursor that is not the selection; Shift
 * extends the selection from where it was begun; letters after `;` jump to the next row that begins with them.
 */
export function DataGrid<T extends { readonly id: string }>(props: GridProps<T>) {
  const { rows, state, cursor, onCursor, selected, onSelected } = props;
  const id = useId();
  const scroll = useRef<HTMLDivElement>(null);
  const range = useRange(rows, cursor, onSelected);
  const [menu, setMenu] = useState<{ place: MenuPlace; row: T }>();
  const count = state.total ?? 0;
  const selects = selected !== undefined && onSelected !== undefined;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: headHeight,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => rows.ensure(first, last), [rows, first, last, state.version]);
  // The cursor stays with its row where rows come, go or change places, before another key is pressed; it is put anew where the list is
  // another one.
  const kept = useRef<{ readonly rows: WindowedRows<T>; readonly id: string | undefined }>({
    rows,
    id: undefined,
  });
  const under = rows.row(cursor)?.id;
  useLayoutEffect(() => {
    const { id: before } = kept.current;
    const moved =
      kept.current.rows !== rows || before === undefined || before === under ? null : rows.indexOf(before);
    if (moved === null) kept.current = { rows, id: under };
    else onCursor(moved);
  }, [rows, under, onCursor]);
  const room = useWidth(scroll);
  const columns = props.columns.filter(({ dropsUnder = 0 }) => room >= dropsUnder);
  const template = [...(selects ? ['32px'] : []), ...columns.map(({ width }) => width)].join(' ');

  function move(to: number, extend: boolean): void {
    if (extend && selects) range.extendTo(to);
    else range.beginAt(to);
    kept.current = { rows, id: rows.row(to)?.id };
    onCursor(to);
    virtual.scrollToIndex(to);
  }
  function toggle(row: T): void {
    if (!selects) return;
    const next = new Set(selected);
    if (!next.delete(row.id)) next.add(row.id);
    onSelected(next);
  }
  function openMenu(index: number, row: T, place?: MenuPlace): void {
    if (props.verbs === undefined) return;
    kept.current = { rows, id: row.id };
    onCursor(index);
    const box = document.getElementById(`${id}-${index}`)?.getBoundingClientRect();
    setMenu({ row, place: place ?? { x: (box?.left ?? 0) + 64, y: box?.bottom ?? 0 } });
  }
  const typing = useTypeAhead(rows, cursor, props.titleOf, (to) => move(to, false));
  function press(event: React.KeyboardEvent): void {
    // React hands on what is pressed in the row's menu, which stands outside the grid in the document.
    if (!(event.target instanceof Node) || !event.currentTarget.contains(event.target)) return;
    if (typing.press(event)) {
      // What is typed here is no key of the application.
      event.stopPropagation();
      event.preventDefault();
      return;
    }
    // A focused checkbox or heading keeps the keys that press it.
    const inside = event.target instanceof Element && event.target.closest('button, input, a') !== null;
    if (inside && (event.key === 'Enter' || event.key === ' ')) return;
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / rowHeight) - 2);
    const step = gridStep(event, cursor, count, page);
    if (step === null) return;
    const row = rows.row(cursor);
    if (step.act === 'move') move(step.to, step.extends);
    else if (step.act === 'all' && selects) range.choose(0, count - 1);
    else if (step.act === 'none' && selects && selected.size > 0) onSelected(new Set());
    else if (step.act === 'remove' && props.onRemove !== undefined) props.onRemove();
    else if (step.act === 'open' && row !== undefined) props.onOpen(row);
    else if (step.act === 'beside' && row !== undefined) props.onOpenBeside?.(row);
    else if (step.act === 'toggle' && row !== undefined) toggle(row);
    else if (step.act === 'menu' && row !== undefined) openMenu(cursor, row);
    else return;
    event.preventDefault();
  }

  return (
    <div className="grid-frame">
      <div
        ref={scroll}
        className="grid grid-scroll"
        role="grid"
        aria-label={props.label}
        aria-rowcount={count + 1}
        aria-multiselectable={selects}
        aria-activedescendant={cursor >= first && cursor <= last && count > 0 ? `${id}-${cursor}` : undefined}
        tabIndex={0}
        onKeyDown={press}
        onBlur={typing.end}
      >
        <GridHead {...props} columns={columns} template={template} selects={selects} />
        <div
          className="grid-body"
          role="rowgroup"
          style={{ height: virtual.getTotalSize(), position: 'relative' }}
        >
          {items.map((item) => {
            const row = rows.row(item.index);
            const on = row !== undefined && selects && selected.has(row.id);
            const place = {
              top: item.start,
              left: 0,
              right: 0,
              height: rowHeight,
              position: 'absolute',
            } as const;
            return (
              <div
                key={item.key}
                id={`${id}-${item.index}`}
                role="row"
                aria-rowindex={item.index + 2}
                aria-selected={selects ? on : undefined}
                className={`grid-row${item.index === cursor ? ' cursor' : ''}${row === undefined ? ' grid-waiting' : ''}`}
                style={{ gridTemplateColumns: template, ...place }}
                draggable={row !== undefined && props.onDrag !== undefined}
                onDragStart={(drag) => {
                  if (row !== undefined) props.onDrag?.(row, drag.dataTransfer);
                }}
                onClick={(click) => move(item.index, click.shiftKey)}
                onDoubleClick={() => (row === undefined ? undefined : props.onOpen(row))}
                onContextMenu={(click) => {
                  if (row === undefined || props.verbs === undefined) return;
                  click.preventDefault();
                  openMenu(item.index, row, { x: click.clientX, y: click.clientY });
                }}
              >
                {row === undefined ? null : (
                  <>
                    {selects ? (
                      <span role="gridcell" className="grid-check">
                        <RowCheck on={on} onChange={() => toggle(row)} label={props.selectLabel(row)} />
                      </span>
                    ) : null}
                    {columns.map((column) => {
                      const content = column.cell(row);
                      return (
                        <span
                          key={column.id}
                          role="gridcell"
                          dir={typeof content === 'string' ? 'auto' : undefined}
                          className={
                            typeof column.className === 'function' ? column.className(row) : column.className
                          }
                        >
                          {content}
                        </span>
                      );
                    })}
                  </>
                )}
              </div>
            );
          })}
        </div>
        {menu === undefined ? null : (
          <RowMenu
            place={menu.place}
            label={props.titleOf(menu.row)}
            verbs={props.verbs?.(menu.row) ?? []}
            onClose={() => setMenu(undefined)}
          />
        )}
      </div>
      <p className={typing.text === null ? 'visually-hidden' : 'grid-typing float'} role="status">
        {typing.text === null ? '' : common.typing(typing.text)}
      </p>
    </div>
  );
}

/** A plain box: a table draws dozens at each step of scrolling, and a composed one would show. */
function RowCheck({ on, onChange, label }: { on: boolean; onChange: () => void; label: string }) {
  return <input type="checkbox" className="row-check" checked={on} onChange={onChange} aria-label={label} />;
}

function GridHead<T extends { readonly id: string }>(
  props: Pick<GridProps<T>, 'columns' | 'sort' | 'onSort'> & { template: string; selects: boolean },
) {
  const { columns, sort, onSort } = props;
  return (
    <div className="grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: props.template }}>
      {props.selects ? <span role="columnheader" /> : null}
      {columns.map(({ id, head, sorts, hidesHead }) => {
        if (hidesHead === true) return <span key={id} role="columnheader" aria-label={head} />;
        if (sorts !== true || onSort === undefined) {
          return (
            <span key={id} role="columnheader">
              {head}
            </span>
          );
        }
        const sorted = sort?.column === id;
        const direction = sorted && sort?.direction === 'descending' ? 'ascending' : 'descending';
        return (
          <span key={id} role="columnheader" aria-sort={sorted ? sort?.direction : 'none'}>
            <button type="button" className="grid-sort" onClick={() => onSort({ column: id, direction })}>
              {head}
              {sorted ? (
                <Icon of={sort?.direction === 'descending' ? ArrowDown : ArrowUp} size="small" />
              ) : null}
            </button>
          </span>
        );
      })}
    </div>
  );
}
