/**
 * Values that their person keeps from everybody else, by row and cell as the log names it; and the devices on which files were opened, by
 * the session of their stamps, as the server named them.
 */
export const keptCells = {
  version: 4,
  name: 'values kept from others, and the devices of sessions',
  statements: [
    `CREATE TABLE kept_cells (row BLOB NOT NULL, cell TEXT NOT NULL, PRIMARY KEY (row, cell)) STRICT, WITHOUT ROWID`,
    `CREATE TABLE session_devices (session TEXT PRIMARY KEY, device TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  ],
} as const;
