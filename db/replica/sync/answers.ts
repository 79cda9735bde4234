import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { PushAnswer, StampsAnswer } from '../../../sync/protocol/messages.ts';
import { blobToId } from '../rows/ids.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { Replica } from '../transaction/replica.ts';
import { toInbox } from './inbox.ts';
import { dropSync, readSync } from './meta.ts';
import { inTransaction } from './outbox.ts';

/** A row by the number of its entity and its id. */
export interface RowName {
  readonly e: number;
  readonly i: string;
}

/** Rows that a transaction changed. */
export function rowsOf(
  db: ReadableDb,
  txn: number,
): { readonly e: number; readonly i: string; readonly seq: number }[] {
  return db.statements
    .all<{ entity: number; row: Buffer; seq: number }>(
      `SELECT DISTINCT log.entity AS entity, log.row AS row, coalesce(s.seq, 0) AS seq FROM log
         LEFT JOIN sync_rows AS s ON s.entity = log.entity AND s.row = log.row
       WHERE log.n >= (SELECT first_n FROM txns WHERE txn = ?)
         AND log.n < coalesce((SELECT first_n FROM txns WHERE txn > ? ORDER BY txn LIMIT 1), 9007199254740991)
         AND log.txn = ?`,
      txn,
      txn,
      txn,
    )
    .map(({ entity, row, seq }) => ({ e: entity, i: blobToId(row), seq }));
}

/**
 * Takes up the answers of a push. A refused transaction goes to the inbox with its values, and its rows are asked for again, so that
 * they fall back to what the server has (MR22). So are rows whose pulled state already held what is only answered now.
 */
export function pushed(replica: Replica, answer: PushAnswer, mutants: SyncMutants): readonly RowName[] {
  const { db } = replica;
  return inTransaction(db, () => {
    const fetch: RowName[] = [];
    for (const result of answer.results) {
      const sent = db.statements.get<{ txn: number; state: string }>(
        'SELECT txn, state FROM outbox WHERE mutation = ? AND hash IS NOT NULL',
        Number(result.m),
      );
      if (sent === undefined || sent.state !== 'in_flight') continue;
      if (result.st === 'refused') {
        if (mutants.refusalStaysShown !== true)
          fetch.push(...rowsOf(db, sent.txn).map(({ e, i }) => ({ e, i })));
        if (mutants.refusalForgotten !== true)
          toInbox(replica, sent.txn, 'rejected', result.code ?? 'REFUSED');
        db.statements.run(`UPDATE outbox SET state = 'inbox', payload = NULL WHERE txn = ?`, sent.txn);
        continue;
      }
      db.statements.run(`UPDATE outbox SET state = 'acked', payload = NULL WHERE txn = ?`, sent.txn);
      const at = Number(result.seq ?? 0);
      fetch.push(
        ...rowsOf(db, sent.txn).flatMap(({ e, i, seq }) => (seq >= at && seq > 0 ? [{ e, i }] : [])),
      );
    }
    return unique(fetch);
  });
}

/** Takes up what the server said of stamps that it was asked about (MR21). */
export function heard(
  replica: Replica,
  asked: readonly string[],
  answer: StampsAnswer,
  done: boolean,
): readonly RowName[] {
  const { db } = replica;
  return inTransaction(db, () => {
    const fetch: RowName[] = [];
    const next = Number(readSync(db, 'mutation') ?? 0) + 1;
    for (const stamp of asked) {
      const txn = db.statements.value<number>('SELECT txn FROM txns WHERE stamp = ?', stamp);
      if (txn === undefined) continue;
      const said = answer.known[stamp];
      if (said === undefined) {
        db.statements.run(`UPDATE outbox SET state = 'pending', payload = NULL WHERE txn = ?`, txn);
        continue;
      }
      fetch.push(...rowsOf(db, txn).map(({ e, i }) => ({ e, i })));
      if (said.st === 'refused') toInbox(replica, txn, 'rejected', said.code ?? 'REFUSED');
      // It is safe once a backup holds the first mutation that is sent from now on.
      else db.statements.run(`UPDATE outbox SET state = 'acked', mutation = ? WHERE txn = ?`, next, txn);
    }
    if (done) dropSync(db, 'asking');
    return unique(fetch);
  });
}

function unique(names: readonly RowName[]): RowName[] {
  return [...new Map(names.map((name) => [`${name.e} ${name.i}`, name])).values()];
}
