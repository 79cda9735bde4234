import type { Bindable, Statements } from './statements.ts';

/**
 * How many rows one statement takes. SQLite copies every page that a statement changes before it does, so that the statement alone can be
 * taken back: for rows whose keys lie scattered over an index that is most of the work, and a larger statement copies a page once.
 */
export const rowsAtOnce = 128;

/** The elements in groups of as many as one statement takes; the last may be smaller. */
export function inTurns<T>(elements: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(elements.length / rowsAtOnce) }, (_, turn) =>
    elements.slice(turn * rowsAtOnce, (turn + 1) * rowsAtOnce),
  );
}

/** `VALUES` with places for some rows of some values each. */
export function valuesText(rows: number, width: number): string {
  const one = `(${Array.from({ length: width }, () => '?').join(', ')})`;
  return `VALUES ${Array.from({ length: rows }, () => one).join(', ')}`;
}

/** Appends the values of one element, in the order of the columns. */
export type Binding<T> = (element: T, values: Bindable[]) => void;

/** Inserts a row for each element, with values in the order of the names. Throws where one is there already. */
export function insertRows<T>(
  statements: Statements,
  table: string,
  names: readonly string[],
  elements: readonly T[],
  bind: Binding<T>,
): void {
  const into = `INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(', ')})`;
  const textFor = (rows: number) => `${into} ${valuesText(rows, names.length)}`;
  // A text of some thousand characters is made once, and is the same object when its statement is looked up again.
  const [one, many] = [textFor(1), elements.length < rowsAtOnce ? '' : textFor(rowsAtOnce)];
  let values: Bindable[] = [];
  for (const [at, element] of elements.entries()) {
    bind(element, values);
    // What is too little for a whole statement goes row by row: a statement is prepared for each number of rows.
    const isWhole = (at + 1) % rowsAtOnce === 0;
    if (!isWhole && at < elements.length - (elements.length % rowsAtOnce)) continue;
    statements.runWith(isWhole ? many : one, values);
    values = [];
  }
}

/** True where a table has one of these ids in a column. */
export function hasAny(
  statements: Statements,
  table: string,
  column: string,
  ids: readonly Uint8Array[],
): boolean {
  if (statements.get(`SELECT 1 FROM ${table} LIMIT 1`) === undefined) return false;
  const sql = `SELECT 1 FROM ${table} WHERE ${column} IN (${valuesText(rowsAtOnce, 1)}) LIMIT 1`;
  return inTurns(ids).some((some) => {
    const padded = Array.from({ length: rowsAtOnce }, (_, at) => some[at] ?? null);
    return statements.get(sql, ...padded) !== undefined;
  });
}
