import { entitySpec } from '../../catalogue/catalogue.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import { naming } from './erased-files.ts';

/** Facts of sync whose keys begin so name files that this laptop had and let go, because the server gives them again. */
const prefix = 'let-go ';

/** Remembers that a file is not here because there was no room for it. */
export function noteLetGo(db: WritableDb, hash: string): void {
  db.statements.run(
    `INSERT INTO sync_meta (key, value) VALUES (?, '') ON CONFLICT DO NOTHING`,
    `${prefix}${hash}`,
  );
}

/**
 * True for a file that may be missing here: the server knows a row that names it, and this laptop has let it go or has never had it,
 * because somebody else brought it.
 */
export function isElsewhere(db: ReadableDb, hash: string): boolean {
  const wasLetGo =
    db.statements.get('SELECT 1 FROM sync_meta WHERE key = ?', `${prefix}${hash}`) !== undefined;
  return naming.some(
    ({ entity, column }) =>
      db.statements.get(
        `SELECT 1 FROM ${entity} AS row JOIN sync_rows AS known ON known.entity = ? AND known.row = row.id
         WHERE row.${column} = ? AND (? OR NOT EXISTS
           (SELECT 1 FROM log JOIN txns ON txns.txn = log.txn WHERE log.row = row.id AND log.op = 'i' AND txns.capture = 1))
         LIMIT 1`,
        entitySpec(entity).n,
        hash,
        wasLetGo ? 1 : 0,
      ) !== undefined,
  );
}
