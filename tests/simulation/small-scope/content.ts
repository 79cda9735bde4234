import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';

/** Tables that nothing of sync reads: receipts, jobs, and what is derived for searching. */
const aside =
  /^(sqlite_|chunk|item_|search_items|search_dirty|embedding|vector|signature|text_sig|near_|audit_outbox|job)/;

let statement: string | undefined;

/**
 * Everything in a file on which the behaviour of sync can hang, as a text: equal files have equal ones, however their pages lie. It is
 * one statement, since a file is asked once and preparing many costs more than running them.
 */
export function contentOf(db: ReadableDb): string {
  statement ??= contentStatement(db);
  return JSON.stringify(db.statements.all(statement));
}

function contentStatement({ statements }: ReadableDb): string {
  const tables = statements.all<{ name: string }>(`SELECT name FROM sqlite_master WHERE type = 'table'`);
  const parts = tables.flatMap(({ name }) => {
    if (aside.test(name)) return [];
    const columns = statements.all<{ name: string }>('SELECT name FROM pragma_table_xinfo(?)', name);
    const values = columns.map((column) => `quote("${column.name}")`);
    return [`SELECT '${name}' AS t, concat_ws(',', ${values.join(', ')}) AS v FROM "${name}"`];
  });
  return `${parts.join(' UNION ALL ')} ORDER BY t, v`;
}
