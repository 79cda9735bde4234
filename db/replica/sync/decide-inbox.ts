import type { ExchangedTransaction } from '../../../sync/protocol/exchange.ts';
import { bringBackValues } from '../log/bring-back.ts';
import type { Replica } from '../transaction/replica.ts';
import { transact } from '../transaction/transact.ts';
import { markStale, rowsOf } from './answers.ts';
import { showWaiting } from './apply-named.ts';

/** A person's word on what is in the inbox: send it again, keep it on this laptop only, or give it up. */
export type InboxWord = 'retried' | 'kept' | 'discarded';

/**
 * Settles an item of the inbox. What is to be sent again waits in its place of the log and is shown again at once; what is given up
 * loses its values. False where there is no such open item, and for one without values that is to be sent again: what it changed was
 * purged, and nothing of it comes back (MR17).
 */
export function decideInbox(replica: Replica, n: number, word: InboxWord): boolean {
  const { db } = replica;
  return transact(replica, { command: 'sync', origin: 'remote', purging: true }, (tx) => {
    const item = db.statements.get<{ txn: number | null; payload: string | null }>(
      `SELECT txn, payload FROM sync_inbox WHERE n = ? AND state = 'open'`,
      n,
    );
    if (item === undefined || (word === 'retried' && item.payload === null)) return false;
    const payload = word === 'kept' ? 'payload' : 'NULL';
    db.statements.run(`UPDATE sync_inbox SET state = ?, payload = ${payload} WHERE n = ?`, word, n);
    if (word !== 'retried' || item.txn === null) return true;
    // With a scope that was taken away the log lost its values, too: the inbox is the only place that has them.
    bringBackValues(db, item.txn, JSON.parse(item.payload ?? '') as ExchangedTransaction);
    db.statements.run(
      `UPDATE outbox SET state = 'pending', mutation = NULL, hash = NULL WHERE txn = ? AND state = 'inbox'`,
      item.txn,
    );
    markStale(db, rowsOf(db, item.txn));
    showWaiting(tx, item.txn, rowsOf(db, item.txn));
    return true;
  }).result;
}
