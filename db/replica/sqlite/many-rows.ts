import type { Bindable, Statements } from './statements.ts';

/** How many rows one statement takes. More of them save little, and a statement is prepared for each number. */
export const rowsAtOnce = 16;

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

/** Inserts a row for each element, with values in the order of the names. Throws where one is there already. */
export function insertRows<T>(
  statements: Statements,
  table: string,
  names: readonly string[],
  elements: readonly T[],
  valuesOf: (element: T) => readonly Bindable[],
): void {
  const into = `INSERT INTO ${table} (${names.map((name) => `"${name}"`).join(', ')})`;
  const many = `${into} ${valuesText(rowsAtOnce, names.length)}`;
  const one = `${into} ${valuesText(1, names.length)}`;
  for (const some of inTurns(elements)) {
    if (some.length === rowsAtOnce) statements.run(many, ...some.flatMap(valuesOf));
    else for (const element of some) statements.run(one, ...valuesOf(element));
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
