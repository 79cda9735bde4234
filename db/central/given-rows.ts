/**
 * Rows of which each column is given as an array: the columns' names and types, and the number of the first array among the statement's
 * parameters. In a list of columns `unnest` gives one element at a time; in FROM it would first copy each array into a table of its own.
 */
export function givenRows(
  columns: readonly (readonly [name: string, type: string])[],
  first: number,
): string {
  const each = columns.map(([name, type], at) => `unnest($${first + at}::${type}[]) AS ${name}`);
  return `(SELECT ${each.join(', ')})`;
}
