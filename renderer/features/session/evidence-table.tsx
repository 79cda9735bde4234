import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, FileText, FileType2, Globe, Mail, Table2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { EvidenceRow } from '../../../preload/contract/data.ts';
import type { WindowedRows, WindowedState } from '../../data/windowed-rows.ts';
import { common } from '../../messages/common.ts';
import { session } from '../../messages/session.ts';
import { Checkbox } from '../../ui/fields.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Level, Meter, Rating } from '../../ui/marks.tsx';

const icons = { pdf: FileText, document: FileType2, web_page: Globe, email: Mail, table: Table2 } as const;
const rowHeight = 24;
const template = '32px 24px minmax(0, 1fr) 132px 84px 52px 92px 116px 28px';

export interface Sort {
  readonly column: string;
  readonly direction: 'ascending' | 'descending';
}

interface TableProps {
  readonly rows: WindowedRows<EvidenceRow>;
  readonly state: WindowedState;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly cursor: number;
  readonly onCursor: (index: number) => void;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (id: string, on: boolean) => void;
  readonly onOpen: (row: EvidenceRow) => void;
}

const heads = ['title', 'source', 'published', 'rating', 'quality'] as const;

function Head({ sort, onSort }: Pick<TableProps, 'sort' | 'onSort'>) {
  return (
    <div className="grid-head" role="row" style={{ gridTemplateColumns: template }}>
      <span role="columnheader" />
      <span role="columnheader" aria-label={session.columns.type} />
      {heads.map((column) => {
        const sorted = sort.column === column;
        const next = sorted && sort.direction === 'descending' ? 'ascending' : 'descending';
        return (
          <span key={column} role="columnheader" aria-sort={sorted ? sort.direction : 'none'}>
            <button type="button" className="grid-sort" onClick={() => onSort({ column, direction: next })}>
              {session.columns[column]}
              {sorted ? (
                <Icon of={sort.direction === 'descending' ? ArrowDown : ArrowUp} size="small" />
              ) : null}
            </button>
          </span>
        );
      })}
      <span role="columnheader">{session.columns.tags}</span>
      <span role="columnheader" />
    </div>
  );
}

function Cells({ row, on, onSelect }: { row: EvidenceRow; on: boolean; onSelect: (on: boolean) => void }) {
  const shape = icons[row.type as keyof typeof icons] ?? FileText;
  return (
    <>
      <span role="gridcell" className="grid-check">
        <Checkbox on={on} onChange={onSelect} label={common.selectRow(row.title)} />
      </span>
      <span role="gridcell" title={common.types[row.type] ?? row.type}>
        <Icon of={shape} size="small" />
      </span>
      <span role="gridcell" className={row.retracted ? 'lead cut strike' : 'lead cut'}>
        {row.title}
        {row.sameOrigin > 0 ? <span className="origin">{session.sameOrigin}</span> : null}
      </span>
      <span role="gridcell" className="cut">
        {row.source}
      </span>
      <span role="gridcell" className="num">
        {row.published}
      </span>
      <span role="gridcell">
        <Rating reliability={row.reliability} credibility={row.credibility} />
      </span>
      <span role="gridcell" className="num">
        {row.quality === null ? null : <Meter label={session.quality} value={row.quality} />}
      </span>
      <span role="gridcell" className="cut">
        {row.tags.slice(0, 2).join(', ')}
        {row.tags.length > 2 ? ` +${row.tags.length - 2}` : ''}
      </span>
      <span role="gridcell">
        <Level level={row.sharingLevel} small />
      </span>
    </>
  );
}

/** The evidence of a session: any number of rows, of which those in view are held. The keyboard moves a cursor that is not the selection. */
export function EvidenceTable(props: TableProps) {
  const { rows, state, cursor, onCursor, selected, onSelect, onOpen } = props;
  const scroll = useRef<HTMLDivElement>(null);
  const count = state.total ?? 0;
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => rows.ensure(first, last), [rows, first, last, state.version]);
  function move(to: number): void {
    const next = Math.max(0, Math.min(count - 1, to));
    onCursor(next);
    virtual.scrollToIndex(next);
  }
  return (
    <div
      ref={scroll}
      className="grid grid-scroll"
      role="grid"
      aria-label={session.evidence}
      aria-rowcount={count}
      tabIndex={0}
      onKeyDown={(press) => {
        const row = rows.row(cursor);
        if (press.key === 'ArrowDown' || press.key === 'j') move(cursor + 1);
        else if (press.key === 'ArrowUp' || press.key === 'k') move(cursor - 1);
        else if (press.key === 'Home') move(0);
        else if (press.key === 'End') move(count - 1);
        else if (press.key === 'Enter' && row !== undefined) onOpen(row);
        else if ((press.key === 'x' || press.key === ' ') && row !== undefined)
          onSelect(row.id, !selected.has(row.id));
        else return;
        press.preventDefault();
      }}
    >
      <Head sort={props.sort} onSort={props.onSort} />
      <div
        className="grid-body"
        role="rowgroup"
        style={{ height: virtual.getTotalSize(), position: 'relative' }}
      >
        {items.map((item) => {
          const row = rows.row(item.index);
          return (
            <div
              key={item.key}
              role="row"
              aria-rowindex={item.index + 1}
              aria-selected={row !== undefined && selected.has(row.id)}
              className={`grid-row${item.index === cursor ? ' cursor' : ''}${row === undefined ? ' grid-waiting' : ''}`}
              style={{
                gridTemplateColumns: template,
                position: 'absolute',
                top: item.start,
                left: 0,
                right: 0,
                height: rowHeight,
              }}
              onClick={() => onCursor(item.index)}
              onDoubleClick={() => (row === undefined ? undefined : onOpen(row))}
            >
              {row === undefined ? null : (
                <Cells row={row} on={selected.has(row.id)} onSelect={(on) => onSelect(row.id, on)} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
