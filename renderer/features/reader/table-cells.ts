import type { Passage } from './passage.ts';

/** One row of a table: where its cells stand in the text. */
export type TableRow = readonly Passage[];

/** A rectangle of cells by row and column, the last ones included. */
export interface CellRange {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

/** Rows and cells of a table's text: a row each line, cells apart by tabs. */
export function tableRows(text: string): TableRow[] {
  const rows: TableRow[] = [];
  let start = 0;
  for (const line of text.split('\n')) {
    let at = start;
    rows.push(
      line.split('\t').map((cell) => {
        const passage = { start: at, end: at + cell.length };
        at = passage.end + 1;
        return passage;
      }),
    );
    start += line.length + 1;
  }
  return rows;
}

/** The range between two cells, whichever was first. */
export function rangeBetween(
  a: { readonly row: number; readonly column: number },
  b: { readonly row: number; readonly column: number },
): CellRange {
  return {
    firstRow: Math.min(a.row, b.row),
    lastRow: Math.max(a.row, b.row),
    firstColumn: Math.min(a.column, b.column),
    lastColumn: Math.max(a.column, b.column),
  };
}

/** From the start of a range's first cell to the end of its last one; null where there are no words. */
export function passageOfRange(rows: readonly TableRow[], range: CellRange): Passage | null {
  const start = rows[range.firstRow]?.[range.firstColumn]?.start;
  const last = rows[range.lastRow];
  const end = (last?.[range.lastColumn] ?? last?.at(-1))?.end;
  return start === undefined || end === undefined || end <= start ? null : { start, end };
}

/** A column's letters as spreadsheets name it, counted from 0, and the row counted from 1: `B3`. */
export function cellName(row: number, column: number): string {
  let letters = '';
  for (let rest = column; rest >= 0; rest = Math.floor(rest / 26) - 1) {
    letters = String.fromCharCode(65 + (rest % 26)) + letters;
  }
  return `${letters}${row + 1}`;
}
