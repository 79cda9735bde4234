import { type EntityName, hashColumns } from '../../catalogue/catalogue.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import type { BlobStore } from './blob-store.ts';

/** Columns that name files by their hashes. */
export const naming = hashColumns('file');

/** Facts of sync whose keys begin so name files of erased rows that are still to be looked at. */
const prefix = 'erased-file ';

/**
 * Remembers the files that a row names, in the transaction that erases it: a process that ends before they are removed finds them when
 * it is started again.
 */
export function noteErasedFiles(db: WritableDb, entity: EntityName, row: Uint8Array): void {
  for (const { column } of naming.filter((each) => each.entity === entity)) {
    db.statements.run(
      `INSERT INTO sync_meta (key, value) SELECT ? || ${column}, '' FROM ${entity} WHERE id = ? AND ${column} IS NOT NULL
       ON CONFLICT DO NOTHING`,
      prefix,
      row,
    );
  }
}

/** Removes the files of erased rows that no other row names. Answers with how many went. */
export function removeErasedFiles(db: WritableDb, blobs: BlobStore): number {
  const keys = db.statements.all<{ key: string }>(
    `SELECT key FROM sync_meta WHERE key >= ? AND key < ?`,
    prefix,
    `${prefix}g`,
  );
  let removed = 0;
  for (const { key } of keys) {
    const hash = key.slice(prefix.length);
    if (!isNamed(db, hash)) {
      blobs.remove(hash);
      removed += 1;
    }
    db.statements.run('DELETE FROM sync_meta WHERE key = ?', key);
  }
  return removed;
}

/** Hashes of every file that a row names. */
export function filesInUse(db: ReadableDb): Set<string> {
  const sql = naming
    .map(({ entity, column }) => `SELECT ${column} AS hash FROM ${entity} WHERE ${column} IS NOT NULL`)
    .join(' UNION ');
  return new Set(db.statements.all<{ hash: string }>(sql).map(({ hash }) => hash));
}

/** True where a row still names a file. */
export function isNamed(db: ReadableDb, hash: string): boolean {
  return naming.some(
    ({ entity, column }) =>
      db.statements.get(`SELECT 1 FROM ${entity} WHERE ${column} = ? LIMIT 1`, hash) !== undefined,
  );
}
