import type { CellState, Write } from '../../../sync/core/cell.ts';
import { wholeRow } from './outbox.ts';
import { applyWrite } from '../../../sync/core/cell.ts';
import { cellOf, type RowState } from '../../../sync/core/row-state.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { writtenIn } from '../log/in-effect.ts';
import { idToBlob } from '../rows/ids.ts';
import type { ReadableDb } from '../sqlite/open.ts';

/**
 * What this laptop wrote and kept to itself, laid over what the server has: a policy or a class lets the server have a mask, an empty
 * value or nothing at all, and the laptop still shows what its person wrote. A mask, too, yields to the true value of the same stamp.
 * `withholds`: false where this file kept nothing.
 */
export function withOwnValues(db: ReadableDb, state: RowState, withholds: boolean): RowState {
  const row = idToBlob(state.id);
  const cells = new Map<string, CellState>(state.cells);
  const writers = new Map(state.writers);
  let changed = false;
  const put = (cell: string, next: CellState) => {
    cells.set(cell, next);
    changed = true;
  };
  for (const [cell, kept] of state.cells) {
    for (const write of kept.live.values()) {
      if (write.masked !== true) continue;
      const own = isOwn(db, write.stamp) ? writtenIn(db, row, cell, write.stamp)?.value : undefined;
      if (own !== undefined) put(cell, replaced(cells.get(cell) ?? kept, write, own));
    }
  }
  for (const { stamp, cell } of withholds ? withheldOf(db, row, state.id) : []) {
    const own = writtenIn(db, row, cell, stamp);
    if (own?.value === undefined) continue;
    const kept = cells.get(cell) ?? cellOf(state, cell);
    const there = kept.live.get(stamp);
    if (there !== undefined) put(cell, replaced(kept, there, own.value));
    // A value that was never sent stands beside what others wrote; the server does not know its stamp.
    else if (stamp !== state.insert?.stamp && !isInserted(db, row, stamp)) {
      put(cell, applyWrite(kept, { stamp, value: own.value }, { base: own.base }));
      if (!writers.has(stamp)) writers.set(stamp, { author: '' });
    }
  }
  return changed ? { ...state, cells, writers } : state;
}

function isOwn(db: ReadableDb, stamp: Stamp): boolean {
  return db.statements.value<number>('SELECT capture FROM txns WHERE stamp = ?', stamp) === 1;
}

function replaced(cell: CellState, write: Write, value: Write['value']): CellState {
  const { masked: _, ...plain } = write;
  return { ...cell, live: new Map([...cell.live, [write.stamp, { ...plain, value }]]) };
}

/** Cells of a row that transactions of this file wrote and kept back, oldest first. */
function withheldOf(
  db: ReadableDb,
  row: Uint8Array,
  id: string,
): { readonly stamp: Stamp; readonly cell: string }[] {
  return db.statements.all(
    `SELECT DISTINCT txns.stamp AS stamp, w.value ->> 1 AS cell, outbox.txn AS txn
     FROM log JOIN outbox ON outbox.txn = log.txn JOIN txns ON txns.txn = outbox.txn, json_each(outbox.withheld) AS w
     WHERE log.row = ? AND outbox.withheld IS NOT NULL AND w.value ->> 0 = ? ORDER BY outbox.txn`,
    row,
    id,
  );
}

function isInserted(db: ReadableDb, row: Uint8Array, stamp: Stamp): boolean {
  return (
    db.statements.get(
      `SELECT 1 FROM log JOIN txns ON txns.txn = log.txn WHERE txns.stamp = ? AND log.row = ? AND log.op = 'i'`,
      stamp,
      row,
    ) !== undefined
  );
}

/** True where this file has kept anything to itself. */
export function anyWithheld(db: ReadableDb): boolean {
  return db.statements.get('SELECT 1 FROM outbox WHERE withheld IS NOT NULL LIMIT 1') !== undefined;
}

/** True where nothing of a row may leave, or its insert waits in the inbox: it is here and not on the server, and stays. */
export function isOnlyHere(db: ReadableDb, row: Uint8Array, id: string): boolean {
  return (
    db.statements.get(
      `SELECT 1 FROM log JOIN outbox ON outbox.txn = log.txn
       WHERE log.row = ? AND log.op = 'i' AND (
         EXISTS (SELECT 1 FROM json_each(outbox.withheld) AS w WHERE w.value ->> 0 = ? AND w.value ->> 1 = ?)
         OR (outbox.state = 'inbox' AND EXISTS
           (SELECT 1 FROM sync_inbox WHERE sync_inbox.txn = outbox.txn AND kind = 'forbidden' AND sync_inbox.state <> 'discarded')))`,
      row,
      id,
      wholeRow,
    ) !== undefined
  );
}
