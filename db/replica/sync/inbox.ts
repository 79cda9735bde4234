import type { ExchangedTransaction } from '../../../sync/protocol/exchange.ts';
import { exportTransaction } from '../exchange/export.ts';
import { idToBlob } from '../rows/ids.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import type { Replica } from '../transaction/replica.ts';
import { writeSync } from './meta.ts';

/** Why a transaction did not get to the server: it was refused, its scope was taken away, or a policy keeps it here. */
export type InboxKind = 'rejected' | 'revoked' | 'forbidden';

/** A transaction that waits for a person's word. `payload` is null where a purge has taken its values. */
export interface InboxItem {
  readonly n: number;
  readonly at: string;
  readonly kind: InboxKind;
  readonly code: string;
  readonly txn: number | null;
  readonly scope: string | null;
  readonly payload: ExchangedTransaction | null;
  readonly state: 'open' | 'retried' | 'kept' | 'discarded';
}

interface StoredItem extends Omit<InboxItem, 'payload'> {
  readonly payload: string | null;
}

/** Takes a transaction out of the queue and into the inbox, with its values (I5, I6). Without those of a row that was purged (MR17). */
export function toInbox(replica: Replica, txn: number, kind: InboxKind, code: string): void {
  const { db, now } = replica;
  const sent = db.statements.value<string | null>('SELECT payload FROM outbox WHERE txn = ?', txn);
  if (sent != null && kind !== 'rejected') writeSync(db, 'broken', '1');
  // With a scope the log's values go, those that had stayed here among them: then the whole is kept, not what was sent of it.
  const isWhole = sent == null || kind === 'revoked';
  const whole = isWhole ? exportTransaction(db, txn) : (JSON.parse(sent) as ExchangedTransaction);
  const left = code === 'PURGED' && whole !== undefined ? withoutPurged(db, whole) : whole;
  const payload = left == null ? null : JSON.stringify(left);
  db.statements.run(`UPDATE outbox SET state = 'inbox', payload = NULL WHERE txn = ?`, txn);
  db.statements.run(
    'INSERT INTO sync_inbox (at, kind, code, txn, scope, payload) VALUES (?, ?, ?, ?, ?, ?)',
    new Date(now()).toISOString(),
    kind,
    code,
    txn,
    whole?.entries[0]?.scope ?? null,
    payload,
  );
}

/** What waits for a person, oldest first. */
export function listInbox(db: ReadableDb, limit = 500): InboxItem[] {
  return db.statements
    .all<StoredItem>(`SELECT * FROM sync_inbox WHERE state = 'open' ORDER BY n LIMIT ?`, limit)
    .map((item) => ({
      ...item,
      payload: item.payload === null ? null : (JSON.parse(item.payload) as ExchangedTransaction),
    }));
}

/** A purge is final: what the inbox holds of a row goes with it (I10). */
export function eraseFromInbox(db: WritableDb, row: string): void {
  const items = db.statements.all<{ n: number; payload: string }>(
    `SELECT n, payload FROM sync_inbox WHERE payload IS NOT NULL AND instr(payload, ?) > 0`,
    row,
  );
  for (const { n, payload } of items) {
    const rest = without(JSON.parse(payload) as ExchangedTransaction, row);
    db.statements.run(
      'UPDATE sync_inbox SET payload = ? WHERE n = ?',
      rest === null ? null : JSON.stringify(rest),
      n,
    );
  }
}

/**
 * What is left of a transaction that was refused because a row was purged: nothing where all of it hangs on one row. Of several rows the
 * tombstone tells which, now or when it comes; the work on the others is kept.
 */
function withoutPurged(db: ReadableDb, whole: ExchangedTransaction): ExchangedTransaction | null {
  const made = new Set(whole.entries.filter(({ op }) => op === 'insert').map(({ row }) => row));
  const rows = [...new Set(whole.entries.map((entry) => entry.row))];
  const known = namesIn(whole).filter((row) => isPurged(db, row));
  if (known.length > 0) {
    return known.reduce<ExchangedTransaction | null>((left, row) => left && without(left, row), whole);
  }
  const first = rows.find((row) => !made.has(row)) ?? rows[0] ?? '';
  return without(whole, first) === null ? null : whole;
}

/** Ids of the rows that a transaction changes, and of those that its values name. */
function namesIn({ entries }: ExchangedTransaction): string[] {
  const named = JSON.stringify(entries).matchAll(
    /"([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})"/g,
  );
  return [...new Set([...named].map(([, ...parts]) => parts.join('-')))];
}

function isPurged(db: ReadableDb, row: string): boolean {
  return db.statements.get('SELECT 1 FROM purged WHERE id = ?', idToBlob(row)) !== undefined;
}

/** A transaction without a row, what hangs on it, and bodies that nothing else names; null where nothing is left. */
function without(whole: ExchangedTransaction, row: string): ExchangedTransaction | null {
  const gone = new Set([row]);
  const hangs = (entry: ExchangedTransaction['entries'][number]) => {
    const text = JSON.stringify(entry);
    return [...gone].some((each) => entry.row === each || text.includes(each.replaceAll('-', '')));
  };
  let entries = whole.entries;
  for (let found = entries.filter(hangs); found.length > 0; found = entries.filter(hangs)) {
    for (const entry of found) if (entry.op === 'insert') gone.add(entry.row);
    entries = entries.filter((entry) => !found.includes(entry));
  }
  if (entries.length === 0) return null;
  const named = JSON.stringify(entries);
  const bodies = Object.entries(whole.bodies).filter(([hash]) => named.includes(hash));
  return { ...whole, entries, bodies: Object.fromEntries(bodies) };
}

/** Transactions that wait to be sent and touch a row. */
export function waitingFor(db: ReadableDb, row: string): number[] {
  return db.statements
    .all<{ txn: number }>(
      `SELECT DISTINCT log.txn AS txn FROM log JOIN outbox ON outbox.txn = log.txn
       WHERE log.row = ? AND outbox.state IN ('pending', 'in_flight') ORDER BY log.txn`,
      idToBlob(row),
    )
    .map(({ txn }) => txn);
}
