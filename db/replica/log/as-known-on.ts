import type { EntityName } from '../../catalogue/catalogue.ts';
import { entityNames } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import type { Json } from '../../catalogue/types.ts';
import { millisecondsOf, type Stamp } from '../../../sync/core/stamp.ts';
import { decode } from '../rows/codec.ts';
import { blobToId } from '../rows/ids.ts';
import { loggedColumns } from '../schema/physical.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import { cellsOf, type StoredEntry, subjectOf } from './entries.ts';

/** A row as this file knew it: whether it was in the trash, and its logged columns. */
export interface KnownRow {
  readonly id: Id;
  readonly deleted: boolean;
  readonly values: Readonly<Record<string, Json>>;
}

/** What a file knew of one scope, by entity and id. */
export type KnownScope = ReadonlyMap<EntityName, ReadonlyMap<Id, KnownRow>>;

interface MutableRow {
  id: Id;
  deleted: boolean;
  values: Record<string, Json>;
}

/** The last entry that this file had written by a moment: transactions are numbered as they were learned of. */
function lastEntryBy(db: ReadableDb, at: Date): number {
  const rows = db.statements.all<{ stamp: Stamp; first_n: number }>(
    `SELECT stamp, first_n FROM txns WHERE origin <> 'remote' AND stamp > ? ORDER BY txn LIMIT 1`,
    at.getTime().toString(16).padStart(12, '0') + 'f'.repeat(20),
  );
  const next = rows.find((row) => millisecondsOf(row.stamp) > at.getTime());
  return next === undefined ? Number.MAX_SAFE_INTEGER : next.first_n - 1;
}

function currentRows(db: ReadableDb, scope: string): Map<EntityName, Map<Id, MutableRow>> {
  const known = new Map<EntityName, Map<Id, MutableRow>>();
  for (const entity of entityNames) {
    const columns = loggedColumns(entity);
    const names = columns.map((column) => `"${column.name}"`).join(', ');
    const rows = db.statements.all<Record<string, unknown>>(
      `SELECT id, _deleted, ${names} FROM ${entity} WHERE _scope = ?`,
      scope,
    );
    if (rows.length === 0) continue;
    const byId = new Map<Id, MutableRow>();
    for (const row of rows) {
      const values: Record<string, Json> = {};
      for (const column of columns) values[column.column] = decode(column.encoding, row[column.name]);
      const id = blobToId(row['id'] as Uint8Array);
      byId.set(id, { id, deleted: row['_deleted'] === 1, values });
    }
    known.set(entity, byId);
  }
  return known;
}

function takeBack(known: Map<EntityName, Map<Id, MutableRow>>, entry: StoredEntry): void {
  const { entity, id } = subjectOf(entry);
  const row = known.get(entity)?.get(id);
  if (row === undefined) return;
  if (entry.op === 'i') known.get(entity)?.delete(id);
  if (entry.op === 'd') row.deleted = false;
  if (entry.op === 'r') row.deleted = true;
  if (entry.op !== 'u') return;
  for (const cell of cellsOf(entry)) {
    if (cell.key === null) {
      row.values[cell.column] = cell.old ?? null;
      continue;
    }
    const document = { ...(row.values[cell.column] as Record<string, Json>) };
    if (cell.old === undefined) delete document[cell.key];
    else document[cell.key] = cell.old;
    row.values[cell.column] = document;
  }
}

/**
 * What this file knew of a scope at a moment: the rows of today, with every later entry of the scope taken back, newest first. Rows
 * that were purged since are not shown: a purge is final for the past, too.
 */
export function asKnownOn(db: ReadableDb, scope: string, at: Date): KnownScope {
  const known = currentRows(db, scope);
  const later = db.statements.prepare('SELECT * FROM log WHERE n > ? AND scope = ? ORDER BY n DESC');
  for (const entry of later.iterate(lastEntryBy(db, at), scope)) takeBack(known, entry as StoredEntry);
  return known;
}
