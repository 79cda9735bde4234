import type { Json } from '../../catalogue/types.ts';
import type { ExchangedEntry, ExchangedTransaction } from '../../../sync/protocol/exchange.ts';
import { idToBlob } from '../rows/ids.ts';
import { putBody } from '../rows/text.ts';
import type { WritableDb } from '../sqlite/open.ts';
import type { WrittenEntry } from './entries.ts';

interface Logged {
  readonly op: WrittenEntry['op'];
  readonly cols: Json;
  readonly stamps: Json;
}

/** An entry as the log holds one; null for a purge, which has no values. */
export function loggedForm(entry: ExchangedEntry): Logged | null {
  switch (entry.op) {
    case 'insert':
      return { op: 'i', cols: entry.values, stamps: null };
    case 'update': {
      const cells = entry.cells.map(({ cell, value, base, seen }): Json => [
        cell,
        value,
        null,
        base,
        ...(seen === undefined ? [] : [seen]),
      ]);
      return { op: 'u', cols: cells, stamps: null };
    }
    case 'delete':
      return { op: 'd', cols: [entry.base], stamps: [entry.stamps] };
    case 'restore':
      return { op: 'r', cols: [entry.base], stamps: null };
    case 'dismiss':
      return { op: 'x', cols: [entry.cell, entry.stamps], stamps: null };
    case 'purge':
      return null;
  }
}

/**
 * Gives a transaction of this file the values back that its log had lost with a scope, from its exchanged form, so that it can be sent
 * again. Entries that still have theirs stay as they are, and so do those of rows that were purged. What each write replaced is not in
 * that form: an undo of it finds nothing. The transaction has to be open for purging.
 */
export function bringBackValues(db: WritableDb, txn: number, transaction: ExchangedTransaction): void {
  for (const data of Object.values(transaction.bodies)) putBody(db, Buffer.from(data, 'base64'));
  for (const entry of transaction.entries) {
    const logged = loggedForm(entry);
    if (logged === null) continue;
    const row = idToBlob(entry.row);
    db.statements.run(
      `UPDATE log SET cols = ?, stamps = ? WHERE n =
         (SELECT min(n) FROM log WHERE txn = ? AND row = ? AND op = ? AND cols IS NULL)
       AND NOT EXISTS (SELECT 1 FROM purged WHERE id = ?)`,
      JSON.stringify(logged.cols),
      logged.stamps === null ? null : JSON.stringify(logged.stamps),
      txn,
      row,
      logged.op,
      row,
    );
  }
}
