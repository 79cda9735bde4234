import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Mark } from '../../../preload/contract/argument.ts';
import { markWords } from '../../messages/reader.ts';
import { readerWords } from '../../messages/screens.ts';
import { ErrorNotice, Waiting } from '../../ui/states.tsx';
import { type Markable, MarkBar } from './mark-bar.tsx';
import { cellName, passageOfRange, rangeBetween, tableRows } from './table-cells.ts';
import type { Passage } from './passage.ts';
import { useText } from './use-text.ts';

const rowHeight = 24;

interface Cell {
  readonly row: number;
  readonly column: number;
}

/**
 * A table as rows and columns. A range of cells is chosen with the pointer (Shift extends it) or by arrow keys with Shift, and
 * marked or quoted: its words are those between its first and its last cell.
 */
export function TableDocument({
  evidenceId,
  sessionId,
  extractionId,
  passage,
  marks,
}: {
  evidenceId: string;
  sessionId: string;
  extractionId: string;
  passage: Passage | null;
  marks: readonly Mark[];
}) {
  const { text, failure } = useText(extractionId);
  const [anchor, setAnchor] = useState<Cell>({ row: 0, column: 0 });
  const [cursor, setCursor] = useState<Cell>({ row: 0, column: 0 });
  const [chosen, setChosen] = useState<Markable>();
  const scroll = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => tableRows(text ?? ''), [text]);
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const start = passage?.start;
  useEffect(() => {
    if (start === undefined || rows.length === 0) return;
    const row = rows.findLastIndex((cells) => (cells[0]?.start ?? 0) <= start);
    virtual.scrollToIndex(Math.max(0, row), { align: 'center' });
  }, [start, rows, virtual]);
  if (failure !== undefined) return <ErrorNotice message={failure} />;
  if (text === undefined) return <Waiting>{readerWords.reading}</Waiting>;

  const range = rangeBetween(anchor, cursor);
  const choose = (to: Cell, extend: boolean): void => {
    const cell = {
      row: Math.max(0, Math.min(rows.length - 1, to.row)),
      column: Math.max(0, Math.min(width - 1, to.column)),
    };
    const from = extend ? anchor : cell;
    if (!extend) setAnchor(cell);
    setCursor(cell);
    virtual.scrollToIndex(cell.row);
    const table = { type: 'TableSelector' as const, table: 0, ...rangeBetween(from, cell) };
    const words = passageOfRange(rows, table);
    const box = scroll.current?.getBoundingClientRect();
    setChosen(
      words === null || box === undefined
        ? undefined
        : {
            selectors: [{ type: 'TextPositionSelector', ...words }, table],
            source: { evidenceId, ...words, table },
            x: box.left + box.width / 2,
            y: box.bottom - 56,
          },
    );
  };
  const steps: Readonly<Record<string, Cell>> = {
    ArrowUp: { row: -1, column: 0 },
    ArrowDown: { row: 1, column: 0 },
    ArrowLeft: { row: 0, column: -1 },
    ArrowRight: { row: 0, column: 1 },
  };
  const press = (event: React.KeyboardEvent): void => {
    const step = steps[event.key];
    if (event.key === 'Escape') setChosen(undefined);
    if (step === undefined) return;
    event.preventDefault();
    choose({ row: cursor.row + step.row, column: cursor.column + step.column }, event.shiftKey);
  };
  const lookOf = (cell: Passage, row: number, column: number): string => {
    const isIn =
      row >= range.firstRow &&
      row <= range.lastRow &&
      column >= range.firstColumn &&
      column <= range.lastColumn;
    const covers = (each: { start: number | null; end: number | null }): boolean =>
      each.start !== null && each.end !== null && each.start < cell.end && each.end > cell.start;
    const mark = marks.findLast(covers);
    return [
      'table-cell cut',
      chosen !== undefined && isIn ? 'chosen' : '',
      mark === undefined ? '' : `mark-${mark.colour}`,
      passage !== null && covers(passage) ? 'flash' : '',
    ].join(' ');
  };
  return (
    <div
      ref={scroll}
      className="table-document grid-scroll"
      role="grid"
      aria-label={readerWords.document}
      aria-rowcount={rows.length}
      aria-colcount={width}
      aria-multiselectable
      aria-activedescendant={`${extractionId}-${cursor.row}-${cursor.column}`}
      tabIndex={0}
      onKeyDown={press}
    >
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start: top }) => (
          <div
            key={index}
            role="row"
            aria-rowindex={index + 1}
            className={index === 0 ? 'table-row table-head' : 'table-row'}
            style={{ top, height: rowHeight, gridTemplateColumns: `repeat(${width}, minmax(96px, 1fr))` }}
          >
            {rows[index]?.map((cell, column) => (
              <span
                key={cell.start}
                id={`${extractionId}-${index}-${column}`}
                role="gridcell"
                aria-colindex={column + 1}
                aria-selected={
                  chosen !== undefined &&
                  index >= range.firstRow &&
                  index <= range.lastRow &&
                  column >= range.firstColumn &&
                  column <= range.lastColumn
                }
                title={text.slice(cell.start, cell.end)}
                className={lookOf(cell, index, column)}
                onClick={(click) => choose({ row: index, column }, click.shiftKey)}
              >
                {text.slice(cell.start, cell.end)}
              </span>
            ))}
          </div>
        ))}
      </div>
      {chosen === undefined ? null : (
        <>
          <p className="table-range num" role="status">
            {markWords.cells(
              cellName(range.firstRow, range.firstColumn),
              cellName(range.lastRow, range.lastColumn),
            )}
          </p>
          <MarkBar
            evidenceId={evidenceId}
            sessionId={sessionId}
            selected={chosen}
            onDone={() => setChosen(undefined)}
          />
        </>
      )}
    </div>
  );
}
