import { hash as digestOf } from 'node:crypto';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { chainedText, chainHash } from '../../../sync/core/chain.ts';
import { firstHash } from '../../../sync/protocol/messages.ts';
import type { ExchangedTransaction } from '../../../sync/protocol/exchange.ts';
import { exportTransaction } from '../exchange/export.ts';
import { idToBlob, newId } from '../rows/ids.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import type { Replica } from '../transaction/replica.ts';
import { dropSync, readSync, writeSync } from './meta.ts';
import { hasRefused, throughRefused } from './waiting.ts';

/** One transaction as it goes on the wire: its number under this client, the end of the chain with it, and its text. */
export interface Mutation {
  readonly m: number;
  readonly hash: string;
  readonly text: string;
}

/** How much is sent at once, and after which mutation: what went before is on its way to the server already. */
export interface BatchLimits {
  readonly count: number;
  readonly bytes: number;
  readonly after: number;
}

/** What is sent at once. `previous` is the end of the chain before the first; `isFull`: it is as large as it may be. */
export interface Batch {
  readonly client: string;
  readonly previous: string;
  readonly mutations: readonly Mutation[];
  readonly isFull: boolean;
}

/** Stands for the cells of a row of which nothing may leave. */
export const wholeRow = '*';

/** A cell that a transaction wrote and that stays on this laptop. */
export type WithheldCell = readonly [row: string, cell: string];

/** What of a transaction may leave. `local`: nothing of it was ever to be sent, because its session stays here. */
export interface Leaving {
  readonly transaction: ExchangedTransaction | null;
  readonly withheld: readonly WithheldCell[];
  readonly local: boolean;
}

/** What is about to be sent: `bytes` of its transactions, and the end of the chain, which names all of them. */
export interface SentBatch {
  readonly transactions: number;
  readonly bytes: number;
  readonly hash: string;
}

/** The encoder that everything passes on its way out; `done` is called with the batch in the transaction that numbers it. */
export interface Egress {
  readonly encode: (transaction: ExchangedTransaction) => Leaving;
  readonly done: (db: WritableDb, batch: SentBatch) => void;
}

/** SHA-256 of a text, in hexadecimal digits. */
export function sha256(text: string): string {
  return digestOf('sha256', text);
}

/**
 * The id under which this file numbers its mutations. It is minted for the replica: a copied or restored file has another replica
 * id, and so gets another client id before it sends anything.
 */
export function clientOf(replica: Replica): string {
  const { db, replicaId } = replica;
  const known = readSync(db, 'client');
  const goesOn = readSync(db, 'client-replica') === replicaId && !isBroken(db);
  return known !== undefined && goesOn ? known : reidentify(replica);
}

/** Something that was numbered for the wire was taken back or purged since: the chain cannot go on as it was. */
function isBroken(db: ReadableDb): boolean {
  return (
    readSync(db, 'broken') !== undefined ||
    db.statements.get(`SELECT 1 FROM outbox WHERE state = 'in_flight' AND payload IS NULL`) !== undefined
  );
}

/**
 * Takes another client id (MR21). Numbers start anew, what was numbered is asked about by its stamps before anything is sent, and
 * pointers name no client, so nothing that waits is stranded.
 */
export function reidentify(replica: Replica): string {
  const { db } = replica;
  const client = newId();
  inTransaction(db, () => {
    const isFirst = readSync(db, 'client') === undefined;
    writeSync(db, 'client', client);
    writeSync(db, 'client-replica', replica.replicaId);
    writeSync(db, 'mutation', '0');
    writeSync(db, 'hash', firstHash);
    dropSync(db, 'broken');
    db.statements.run(
      `UPDATE outbox SET state = 'pending', mutation = NULL, hash = NULL, payload = NULL WHERE state = 'in_flight'`,
    );
    db.statements.run(`UPDATE outbox SET mutation = NULL, hash = NULL WHERE mutation IS NOT NULL`);
    if (!isFirst && hasUnsettled(db)) writeSync(db, 'asking', client);
  });
  return client;
}

function hasUnsettled(db: ReadableDb): boolean {
  return db.statements.get(`SELECT 1 FROM outbox WHERE state IN ('pending', 'acked') LIMIT 1`) !== undefined;
}

/** Runs a body in the open transaction, or in one of its own. */
export function inTransaction<T>(db: WritableDb, body: () => T): T {
  if (db.sqlite.inTransaction) return body();
  db.statements.run('BEGIN IMMEDIATE');
  try {
    const result = body();
    db.statements.run('COMMIT');
    return result;
  } catch (error) {
    if (db.sqlite.inTransaction) db.statements.run('ROLLBACK');
    throw error;
  }
}

interface InFlight {
  readonly txn: number;
  readonly mutation: number;
  readonly hash: string;
  readonly payload: string;
}

/**
 * What is to be sent next after a mutation. What was sent and not answered is sent again exactly as it was; otherwise up to `count` waiting
 * transactions get numbers and hashes, in one durable commit before a byte leaves. What may not leave at all goes to the inbox.
 */
export function takeBatch(replica: Replica, egress: Egress, limits: BatchLimits): Batch | null {
  const { db } = replica;
  const client = clientOf(replica);
  // Until the server has said what it knows, nothing is numbered.
  if (readSync(db, 'asking') !== undefined) return null;
  return inTransaction(db, () => {
    const waiting = inFlight(db, limits);
    const { taken, isFull } = waiting.taken.length > 0 ? waiting : numberSome(replica, egress, limits);
    const [first] = taken;
    if (first === undefined) return null;
    const before = db.statements.value<string>(
      'SELECT hash FROM outbox WHERE mutation = ? AND hash IS NOT NULL',
      first.mutation - 1,
    );
    return {
      client,
      previous: first.mutation === 1 ? firstHash : (before ?? firstHash),
      mutations: taken.map(({ mutation, hash, payload }) => ({
        m: mutation,
        hash,
        text: payload,
      })),
      isFull,
    };
  });
}

/** Mutations of one batch, and whether more would not go with them. */
interface Taken {
  readonly taken: readonly InFlight[];
  readonly isFull: boolean;
}

function inFlight(db: ReadableDb, { after, count, bytes }: BatchLimits): Taken {
  const sent = db.statements.all<InFlight>(
    `SELECT txn, mutation, hash, payload FROM outbox
     WHERE mutation > ? AND state = 'in_flight' ORDER BY mutation LIMIT ?`,
    after,
    count,
  );
  let sum = 0;
  const tooMuch = sent.findIndex(({ payload }, at) => (sum += payload.length) > bytes && at > 0);
  return {
    taken: tooMuch < 0 ? sent : sent.slice(0, tooMuch),
    isFull: tooMuch >= 0 || sent.length === count,
  };
}

/** Numbers what waits next. Where all of it may not leave, what stands behind it is next. */
function numberSome(replica: Replica, egress: Egress, limits: BatchLimits): Taken {
  for (;;) {
    const some = number(replica, egress, limits);
    if (some.taken.length > 0 || !some.isFull || limits.count === 0) return some;
  }
}

function number(replica: Replica, egress: Egress, limits: BatchLimits): Taken {
  const { db } = replica;
  const waiting = db.statements.all<{ txn: number }>(
    `SELECT txn FROM outbox WHERE state = 'pending' ORDER BY txn LIMIT ?`,
    limits.count,
  );
  const taken: InFlight[] = [];
  let mutation = Number(readSync(db, 'mutation') ?? 0);
  let hash = readSync(db, 'hash') ?? firstHash;
  let bytes = 0;
  let isFull = waiting.length === limits.count;
  for (const { txn } of waiting) {
    const whole = throughOwnRefused(db, exportTransaction(db, txn));
    const leaving = whole === undefined || whole.entries.length === 0 ? null : egress.encode(whole);
    if (leaving?.transaction == null) {
      keepBack(replica, txn, whole, leaving);
      continue;
    }
    const payload = chainedText(leaving.transaction);
    bytes += payload.length;
    if (taken.length > 0 && bytes > limits.bytes) {
      isFull = true;
      break;
    }
    mutation += 1;
    hash = chainHash(hash, payload, sha256);
    db.statements.run(
      `UPDATE outbox SET state = 'in_flight', mutation = ?, hash = ?, payload = ?, withheld = ? WHERE txn = ?`,
      mutation,
      hash,
      payload,
      withheldText(leaving),
      txn,
    );
    taken.push({ txn, mutation, hash, payload });
  }
  writeSync(db, 'mutation', String(mutation));
  writeSync(db, 'hash', hash);
  if (taken.length > 0) {
    const bytesOf = taken.map(({ payload }) => Buffer.byteLength(payload));
    egress.done(db, {
      transactions: taken.length,
      bytes: bytesOf.reduce((sum, each) => sum + each, 0),
      hash,
    });
  }
  return { taken, isFull };
}

/** What was refused here the server has never heard of: it cannot follow a base through it (MR24). */
function throughOwnRefused(
  db: ReadableDb,
  whole: ExchangedTransaction | undefined,
): ExchangedTransaction | undefined {
  if (whole === undefined || !hasRefused(db)) return whole;
  return { ...whole, entries: whole.entries.map((entry) => throughRefused(db, idToBlob(entry.row), entry)) };
}

function withheldText({ withheld }: Leaving): string | null {
  return withheld.length === 0 ? null : JSON.stringify(withheld);
}

/**
 * What may not leave is said to its person, and stays shown here; what a purge has emptied has nothing left to send; work on a session
 * that stays here has no pointer at all (F1).
 */
function keepBack(
  replica: Replica,
  txn: number,
  whole: ExchangedTransaction | undefined,
  leaving: Leaving | null,
): void {
  const { db } = replica;
  if (leaving?.local === true) {
    db.statements.run('DELETE FROM outbox WHERE txn = ?', txn);
    return;
  }
  const state = leaving === null ? 'settled' : 'inbox';
  const withheld = leaving === null ? null : withheldText(leaving);
  db.statements.run(`UPDATE outbox SET state = ?, withheld = ? WHERE txn = ?`, state, withheld, txn);
  if (leaving === null) return;
  db.statements.run(
    `INSERT INTO sync_inbox (at, kind, code, txn, scope, payload) VALUES (?, 'forbidden', 'POLICY', ?, ?, ?)`,
    new Date(replica.now()).toISOString(),
    txn,
    whole?.entries[0]?.scope ?? null,
    JSON.stringify(whole ?? null),
  );
}

/** Stamps of transactions that the server may or may not know, oldest first: what the road of MR21 asks about. */
export function unsettledStamps(
  db: ReadableDb,
  after: number,
  limit: number,
): { txn: number; stamp: Stamp }[] {
  return db.statements.all(
    `SELECT outbox.txn AS txn, txns.stamp AS stamp FROM outbox JOIN txns ON txns.txn = outbox.txn
     WHERE outbox.state IN ('pending', 'in_flight', 'acked') AND outbox.txn > ? ORDER BY outbox.txn LIMIT ?`,
    after,
    limit,
  );
}

/** How much waits to be sent, and since when (the oldest one's stamp). */
export function waitingToSend(db: ReadableDb): { readonly count: number; readonly oldest: Stamp | null } {
  const row = db.statements.get<{ count: number; oldest: Stamp | null }>(
    `SELECT count(*) AS count, min(txns.stamp) AS oldest FROM outbox JOIN txns ON txns.txn = outbox.txn
     WHERE outbox.state IN ('pending', 'in_flight')`,
  );
  return row ?? { count: 0, oldest: null };
}
