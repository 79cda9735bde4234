import { entityOfNumber } from '../../../sync/core/cell-name.ts';
import { type EntityName, entitySpec } from '../../catalogue/catalogue.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';

/** Remembers that a row was erased, or that something of it was hidden: it is the newest of those that backups have to lose. */
export function noteErased(db: WritableDb, entity: EntityName, row: Uint8Array): void {
  db.statements.run('INSERT OR REPLACE INTO erased (row, entity) VALUES (?, ?)', row, entitySpec(entity).n);
}

/** The number of the newest of them; 0 where there is none. */
export function newestErased(db: ReadableDb): number {
  return db.statements.value<number>('SELECT max(n) FROM erased') ?? 0;
}

/** Rows that were erased after a number and are still not here as they were: those that came back whole are passed over. */
export function erasedAfter(
  db: ReadableDb,
  n: number,
): { readonly entity: EntityName; readonly row: Buffer }[] {
  return db.statements
    .all<{ entity: number; row: Buffer }>('SELECT entity, row FROM erased WHERE n > ? ORDER BY n', n)
    .flatMap(({ entity: number, row }) => {
      const entity = entityOfNumber(number);
      if (entity === undefined) return [];
      const whole = db.statements.get(`SELECT 1 FROM ${entity} WHERE id = ? AND _redacted IS NULL`, row);
      return whole === undefined ? [{ entity, row }] : [];
    });
}
