import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { PushAnswer, StampsAnswer } from '../../../sync/protocol/messages.ts';
import { blobToId, idToBlob } from '../rows/ids.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import type { Replica } from '../transaction/replica.ts';
import { toInbox } from './inbox.ts';
import { dropSync, readSync, writeSync } from './meta.ts';
import { inTransaction } from './outbox.ts';
import { staysHere } from './point.ts';

/** A row by the number of its entity and its id. */
export interface RowName {
  readonly e: number;
  readonly i: string;
}

/** The entries of a transaction, which stand side by side in the log; its number is bound three times. */
const entriesOfTransaction = `log.n >= (SELECT first_n FROM txns WHERE txn = ?)
  AND log.n < coalesce((SELECT first_n FROM txns WHERE txn > ? ORDER BY txn LIMIT 1), 9007199254740991) AND log.txn = ?`;

/** Rows that a transaction changed and that the server may have heard of. */
export function rowsOf(
  db: ReadableDb,
  txn: number,
): (RowName & { readonly scope: string; readonly seq: number })[] {
  return db.statements
    .all<{ entity: number; row: Buffer; scope: string; seq: number }>(
      `SELECT DISTINCT log.entity AS entity, log.row AS row, log.scope AS scope, coalesce(s.seq, 0) AS seq FROM log
         LEFT JOIN sync_rows AS s ON s.entity = log.entity AND s.row = log.row
       WHERE ${entriesOfTransaction} AND NOT ${staysHere}`,
      txn,
      txn,
      txn,
    )
    .map(({ entity, row, scope, seq }) => ({ e: entity, i: blobToId(row), scope, seq }));
}

/** Rows that a transaction changed and of which a version from a number on was pulled. */
function knownFrom(db: ReadableDb, txn: number, seq: number): (RowName & { readonly scope: string })[] {
  return db.statements
    .all<{ entity: number; row: Buffer; scope: string }>(
      `SELECT DISTINCT log.entity AS entity, log.row AS row, log.scope AS scope FROM log
         JOIN sync_rows AS s ON s.entity = log.entity AND s.row = log.row AND s.seq >= ?
       WHERE ${entriesOfTransaction} AND NOT ${staysHere}`,
      seq,
      txn,
      txn,
      txn,
    )
    .map(({ entity, row, scope }) => ({ e: entity, i: blobToId(row), scope }));
}

/**
 * Marks rows whose server state has to be asked for by name. The mark is durable, and it is the hash: until the row has come, the
 * scope's digest does not agree either.
 */
export function markStale(db: WritableDb, rows: readonly (RowName & { readonly scope: string })[]): void {
  for (const { e, i, scope } of rows) {
    db.statements.run(
      `INSERT INTO sync_rows (entity, row, scope, seq, hash, round) VALUES (?, ?, ?, 0, '', '')
       ON CONFLICT DO UPDATE SET hash = ''`,
      e,
      idToBlob(i),
      scope,
    );
  }
}

/** Rows that are to be asked for by name. */
export function staleRows(db: ReadableDb, limit: number): RowName[] {
  return db.statements
    .all<{ entity: number; row: Buffer }>(
      `SELECT entity, row FROM sync_rows WHERE hash = '' ORDER BY entity, row LIMIT ?`,
      limit,
    )
    .map(({ entity, row }) => ({ e: entity, i: blobToId(row) }));
}

/**
 * Takes up the answers of a push. A refused transaction goes to the inbox with its values, and its rows are asked for again, so that
 * they fall back to what the server has (MR22). So are rows whose pulled state already held what is only answered now.
 */
export function pushed(replica: Replica, answer: PushAnswer, mutants: SyncMutants): void {
  const { db } = replica;
  const together =
    mutants.answerInPieces === true ? (body: () => void) => body() : inTransaction.bind(null, db);
  together(() => {
    if (mutants.laterAnswerCovers === true)
      db.statements.run(
        `UPDATE outbox SET state = 'acked', payload = NULL WHERE state = 'in_flight' AND mutation < ?`,
        Number(answer.results[0]?.m ?? 0),
      );
    for (const result of answer.results) {
      const sent = db.statements.get<{ txn: number; state: string }>(
        'SELECT txn, state FROM outbox WHERE mutation = ? AND hash IS NOT NULL',
        Number(result.m),
      );
      if (sent === undefined || sent.state !== 'in_flight') continue;
      if (result.st === 'refused') {
        if (mutants.answerInPieces === true)
          db.statements.run(`UPDATE outbox SET state = 'inbox', payload = NULL WHERE txn = ?`, sent.txn);
        if (mutants.refusalStaysShown !== true) markStale(db, rowsOf(db, sent.txn));
        if (mutants.refusalForgotten !== true)
          toInbox(replica, sent.txn, 'rejected', result.code ?? 'REFUSED');
        db.statements.run(`UPDATE outbox SET state = 'inbox', payload = NULL WHERE txn = ?`, sent.txn);
        continue;
      }
      db.statements.run(`UPDATE outbox SET state = 'acked', payload = NULL WHERE txn = ?`, sent.txn);
      const at = Number(result.seq ?? 0);
      markStale(db, knownFrom(db, sent.txn, Math.max(at, 1)));
    }
  });
}

/** True where something was sent and is not answered yet. */
export function isInFlight(db: ReadableDb): boolean {
  return db.statements.get(`SELECT 1 FROM outbox WHERE state = 'in_flight' LIMIT 1`) !== undefined;
}

/**
 * The first transaction that was sent can never be taken in as it is: it goes to the inbox, and its rows fall back to what the server
 * has (MR22). The chain cannot go on without it.
 */
export function refuseFirst(replica: Replica, code: string): void {
  const { db } = replica;
  inTransaction(db, () => {
    const first = db.statements.value<number>(
      `SELECT txn FROM outbox WHERE state = 'in_flight' ORDER BY mutation LIMIT 1`,
    );
    if (first === undefined) return;
    markStale(db, rowsOf(db, first));
    toInbox(replica, first, 'rejected', code);
    writeSync(db, 'broken', '1');
  });
}

/** Takes up what the server said of stamps that it was asked about (MR21). */
export function heard(replica: Replica, asked: readonly string[], answer: StampsAnswer, done: boolean): void {
  const { db } = replica;
  inTransaction(db, () => {
    const next = Number(readSync(db, 'mutation') ?? 0) + 1;
    for (const stamp of asked) {
      const txn = db.statements.value<number>('SELECT txn FROM txns WHERE stamp = ?', stamp);
      if (txn === undefined) continue;
      const said = answer.known[stamp];
      // What was refused is judged anew: its person may have said that it is to be sent again (P6).
      if (said === undefined || said.st === 'refused') {
        db.statements.run(`UPDATE outbox SET state = 'pending', payload = NULL WHERE txn = ?`, txn);
        continue;
      }
      markStale(db, rowsOf(db, txn));
      // It is safe once a backup holds the first mutation that is sent from now on.
      db.statements.run(`UPDATE outbox SET state = 'acked', mutation = ? WHERE txn = ?`, next, txn);
    }
    if (done) dropSync(db, 'asking');
  });
}
