import type { EntityName } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import type { Json } from '../../catalogue/types.ts';
import { millisecondsOf, type Stamp } from '../../../sync/core/stamp.ts';
import { idToBlob } from '../rows/ids.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import { cellsOf, insertedValues, type StoredEntry, type WrittenEntry } from './entries.ts';
import { entityByNumber } from './numbers.ts';

/** One step of a row's history; values are those that were shown before and after it. */
export interface HistoryStep {
  readonly at: string;
  readonly author: string;
  /** True for what was written in this file. */
  readonly here: boolean;
  /** The device on which it was written elsewhere; null where that is not known. */
  readonly device: string | null;
  readonly origin: string;
  readonly command: string;
  readonly operation: 'insert' | 'update' | 'delete' | 'restore' | 'dismiss' | 'purge';
  readonly columns: Readonly<Record<string, { readonly old: Json; readonly new: Json }>>;
}

type HistoryRow = StoredEntry & {
  readonly stamp: Stamp;
  readonly command: string;
  readonly origin: string;
  readonly name: string | null;
  readonly capture: number;
  readonly device: string | null;
};

const operations = { i: 'insert', u: 'update', d: 'delete', r: 'restore', x: 'dismiss', p: 'purge' } as const;

/** The session of a transaction's stamp: its last sixteen digits. */
const sessionSql = 'substr(txns.stamp, -16)';

/** A row with the elements, positions and texts that belong to it; takes its id four times. */
const withParts = `SELECT ? UNION SELECT id FROM set_elements WHERE owner_id = ?
  UNION SELECT id FROM judgements WHERE owner_id = ? UNION SELECT id FROM text_updates WHERE owner_id = ?`;

/** Sessions of other files in a row's history whose device is not known here, at most so many. */
export function sessionsWithoutDevice(db: ReadableDb, id: Id, limit: number): string[] {
  const blob = idToBlob(id);
  const found = db.statements.all<{ session: string }>(
    `SELECT DISTINCT ${sessionSql} AS session FROM log JOIN txns ON txns.txn = log.txn
     WHERE log.row IN (${withParts}) AND txns.capture = 0
       AND ${sessionSql} NOT IN (SELECT session FROM session_devices) LIMIT ?`,
    blob,
    blob,
    blob,
    blob,
    limit,
  );
  return found.map(({ session }) => session);
}

/** Notes on which devices stamps were made, as the server names them. */
export function noteDevices(db: WritableDb, devices: Readonly<Record<string, string>>): void {
  for (const [session, device] of Object.entries(devices)) {
    db.statements.run(
      `INSERT INTO session_devices (session, device) VALUES (?, ?)
       ON CONFLICT (session) DO UPDATE SET device = excluded.device`,
      session,
      device,
    );
  }
}

/**
 * Everything that happened to one row, newest first: its own entries, and those of the elements, positions and texts that belong
 * to it, under the names of its columns.
 */
export function historyOf(db: ReadableDb, entity: EntityName, id: Id): HistoryStep[] {
  const blob = idToBlob(id);
  const rows = db.statements.all<HistoryRow>(
    `SELECT log.n, log.txn, log.op, log.entity, log.row, log.cols, log.stamps, txns.stamp, txns.command, txns.origin,
            txns.capture, coalesce(users.full_name, authors.name) AS name, session_devices.device AS device
     FROM log JOIN txns ON txns.txn = log.txn LEFT JOIN session_devices ON session_devices.session = ${sessionSql}
       LEFT JOIN authors ON authors.id = txns.author LEFT JOIN users ON users.id = coalesce(authors.user_id, txns.author)
     WHERE log.row IN (${withParts}) ORDER BY log.n DESC`,
    blob,
    blob,
    blob,
    blob,
  );
  return rows.map((row) => ({
    at: new Date(millisecondsOf(row.stamp)).toISOString(),
    author: row.name ?? '',
    here: row.capture === 1,
    device: row.capture === 1 ? null : row.device,
    origin: row.origin,
    command: row.command,
    operation: entityByNumber(row.entity) === entity ? operations[row.op] : 'update',
    columns: stepColumns(db, entity, row),
  }));
}

function stepColumns(db: ReadableDb, owner: EntityName, row: HistoryRow): HistoryStep['columns'] {
  const entity = entityByNumber(row.entity);
  return entity === owner ? changedColumns(row) : partColumns(db, entity, row);
}

/** What an entry changed in its own row, by column; a map's key is behind a point. Empty where it wrote no values. */
export function changedColumns(entry: WrittenEntry): HistoryStep['columns'] {
  if (entry.op === 'i') {
    const values = Object.entries(insertedValues(entry)).filter(([, value]) => value !== null);
    return Object.fromEntries(values.map(([name, value]) => [name, { old: null, new: value }]));
  }
  if (entry.op !== 'u') return {};
  return Object.fromEntries(
    cellsOf(entry).map((cell) => [
      cell.key === null ? cell.column : `${cell.column}.${cell.key}`,
      { old: cell.old ?? null, new: cell.new ?? null },
    ]),
  );
}

/** An element, a position or a text edit, as a change of the column that it belongs to. */
function partColumns(db: ReadableDb, entity: EntityName, row: HistoryRow): HistoryStep['columns'] {
  const part = db.statements.get<{ column_name: string; element?: string; value?: string }>(
    `SELECT * FROM ${entity} WHERE id = ?`,
    row.row,
  );
  if (part === undefined) return {};
  if (entity === 'set_elements') {
    const element = part.element ?? null;
    const gone = row.op === 'd';
    return { [part.column_name]: { old: gone ? element : null, new: gone ? null : element } };
  }
  if (entity === 'judgements') {
    if (row.op === 'i')
      return { [part.column_name]: { old: null, new: insertedValues(row)['value'] ?? null } };
    const change = row.op === 'u' ? cellsOf(row).find((cell) => cell.column === 'value') : undefined;
    return change === undefined
      ? {}
      : { [part.column_name]: { old: change.old ?? null, new: change.new ?? null } };
  }
  return { [part.column_name]: { old: null, new: null } };
}
