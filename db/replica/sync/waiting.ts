import type { Stamp } from '../../../sync/core/stamp.ts';
import type { ExchangedEntry } from '../../../sync/protocol/exchange.ts';
import { exportEntry } from '../exchange/export.ts';
import type { StoredEntry } from '../log/entries.ts';
import { writtenIn } from '../log/in-effect.ts';
import type { ReadableDb } from '../sqlite/open.ts';

/** An entry of a local transaction that the server has not applied yet. */
export interface WaitingEntry {
  readonly entry: ExchangedEntry;
  readonly stamp: Stamp;
}

/**
 * What waits to be sent and changes a row, in the order of the log. What was numbered up to `applied` is in the server's state
 * already, even where its answer was lost (MR20).
 */
export function waitingEntries(db: ReadableDb, row: Uint8Array, applied: number): WaitingEntry[] {
  const entries = db.statements.all<StoredEntry & { stamp: Stamp }>(
    `SELECT log.*, txns.stamp AS stamp FROM log JOIN outbox ON outbox.txn = log.txn JOIN txns ON txns.txn = log.txn
     WHERE log.row = ? AND (outbox.state = 'pending' OR (outbox.state = 'in_flight' AND outbox.mutation > ?))
     ORDER BY log.n`,
    row,
    applied,
  );
  return entries.flatMap((stored) => {
    const entry = exportEntry(db, stored);
    return entry === null ? [] : [{ entry: throughRefused(db, row, entry), stamp: stored.stamp }];
  });
}

/** True where anything waits to be sent that a server's state up to `applied` does not hold. */
export function anyWaiting(db: ReadableDb, applied: number): boolean {
  return (
    db.statements.get(
      `SELECT 1 FROM outbox WHERE state = 'pending' OR (state = 'in_flight' AND mutation > ?) LIMIT 1`,
      applied,
    ) !== undefined
  );
}

/** A base that names a refused write stands for that write's own base, too (MR24): added, never put in its place. */
export function throughRefused(db: ReadableDb, row: Uint8Array, entry: ExchangedEntry): ExchangedEntry {
  const reach = (cell: string, base: readonly Stamp[]): Stamp[] => {
    const all = new Set(base);
    for (const stamp of all) {
      if (isRefused(db, stamp))
        for (const under of writtenIn(db, row, cell, stamp)?.base ?? []) all.add(under);
    }
    return [...all];
  };
  if (entry.op === 'update') {
    return {
      ...entry,
      cells: entry.cells.map((cell) => ({ ...cell, base: reach(String(cell.cell), cell.base) })),
    };
  }
  if (entry.op === 'delete' || entry.op === 'restore') return { ...entry, base: reach('@', entry.base) };
  return entry;
}

/** True where anything was ever refused here. */
export function hasRefused(db: ReadableDb): boolean {
  return db.statements.get(`SELECT 1 FROM sync_inbox WHERE kind = 'rejected' LIMIT 1`) !== undefined;
}

function isRefused(db: ReadableDb, stamp: Stamp): boolean {
  return (
    db.statements.get(
      `SELECT 1 FROM txns JOIN sync_inbox ON sync_inbox.txn = txns.txn WHERE txns.stamp = ? AND kind = 'rejected'`,
      stamp,
    ) !== undefined
  );
}
