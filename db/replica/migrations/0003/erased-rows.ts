/**
 * Rows that were erased here on purpose, or of which something was hidden, in the order in which that happened: backups that were made
 * before have to lose them too. What was purged so far is among them.
 */
export const erasedRows = {
  version: 3,
  name: 'rows that backups have to lose',
  statements: [
    `CREATE TABLE erased (n INTEGER PRIMARY KEY AUTOINCREMENT, row BLOB NOT NULL UNIQUE, entity INTEGER NOT NULL) STRICT`,
    `INSERT INTO erased (row, entity) SELECT id, entity FROM purged ORDER BY stamp`,
  ],
} as const;
