import type { EntityName } from '../../catalogue/catalogue.ts';
import { entitySpec } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import { lifeCell } from '../../../sync/core/cell-name.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { decodeCell } from '../log/cells.ts';
import { entityByNumber } from '../log/numbers.ts';
import { blobToId, derivedId } from '../rows/ids.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { Transaction } from '../transaction/transact.ts';
import { dismissConflicts } from './conflicts.ts';
import { writtenBy } from './own-write.ts';

/** A delete of this person's that did not take the row away, because somebody worked on it meanwhile (MR15). */
export interface DeleteNotice {
  /** As MR13: from the row, the life cell and the delete's stamp. */
  readonly id: Id;
  readonly entity: EntityName;
  readonly row: Id;
  readonly stamp: Stamp;
}

/**
 * Deletes of living rows that their author has still to decide on, oldest first: delete again, which sees everything by now, or keep
 * the row, which dismisses the delete. Elements of sets give none; nor do the deletes of others.
 */
export function listNotices(db: ReadableDb): DeleteNotice[] {
  const cells = db.statements.all<{ entity: number; row: Buffer; state: string }>(
    'SELECT entity, row, state FROM cells WHERE cell = ?',
    lifeCell,
  );
  return cells
    .flatMap(({ entity: number, row, state }): DeleteNotice[] => {
      const entity = entityByNumber(number);
      if (entitySpec(entity).life === 'set' || !isAlive(db, entity, row)) return [];
      const { live, dismissed } = decodeCell(state);
      const id = blobToId(row);
      return [...live.values()]
        .filter(
          ({ value, stamp }) => value === 'dead' && !dismissed.has(stamp) && writtenBy(db, stamp).isMine,
        )
        .map(({ stamp }) => ({
          id: derivedId('conflict', entity, id, lifeCell, stamp),
          entity,
          row: id,
          stamp,
        }));
    })
    .toSorted((a, b) => (a.stamp < b.stamp ? -1 : 1));
}

function isAlive(db: ReadableDb, entity: EntityName, row: Buffer): boolean {
  return db.statements.get(`SELECT 1 FROM ${entity} WHERE id = ? AND _deleted = 0`, row) !== undefined;
}

/** Keeps the row: the delete is settled, and nothing is written. */
export function keepDeleted(tx: Transaction, { entity, row, stamp }: DeleteNotice): void {
  dismissConflicts(tx, entity, row, lifeCell, [stamp]);
}
