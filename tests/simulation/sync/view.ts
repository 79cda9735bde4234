import { blobToId } from '../../../db/replica/rows/ids.ts';
import { readCursors } from '../../../db/replica/sync/cursors.ts';
import { staysHere } from '../../../db/replica/sync/point.ts';
import { readSync } from '../../../db/replica/sync/meta.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { keyOf } from './model-tenant.ts';

/** A row's version as a laptop knows it. An empty hash: it has to be asked for by name. */
export interface HeldRow {
  readonly scope: string;
  readonly seq: bigint;
  readonly hash: string;
}

/** What a laptop's file says of where it stands with its server. */
export interface View {
  /** Numbers of another epoch mean nothing; null before the first greeting. */
  readonly epoch: string | null;
  /** Up to which number each scope is here, and in which opening of it. */
  readonly cursors: ReadonlyMap<string, { readonly scopeEpoch: number; readonly seq: bigint }>;
  readonly rows: ReadonlyMap<string, HeldRow>;
  /** What this laptop made and does not keep to itself, by its place in the log: where each transaction is on its way to the server. */
  readonly queue: ReadonlyMap<number, string>;
  /** Transactions that a person has to decide on, or has. */
  readonly inbox: ReadonlySet<number>;
}

export function viewOf(db: ReadableDb): View {
  const rows = db.statements.all<{ entity: number; row: Buffer; scope: string; seq: number; hash: string }>(
    'SELECT entity, row, scope, seq, hash FROM sync_rows',
  );
  const queue = db.statements.all<{ txn: number; state: string }>(
    `SELECT txn, state FROM outbox WHERE EXISTS (SELECT 1 FROM log WHERE log.txn = outbox.txn AND NOT ${staysHere})`,
  );
  const inbox = db.statements.all<{ txn: number }>('SELECT txn FROM sync_inbox WHERE txn IS NOT NULL');
  return {
    queue: new Map(queue.map(({ txn, state }) => [txn, state])),
    inbox: new Set(inbox.map(({ txn }) => txn)),
    epoch: readSync(db, 'epoch') ?? null,
    cursors: new Map(
      readCursors(db).map(({ scope, scopeEpoch, seq }) => [scope, { scopeEpoch, seq: BigInt(seq) }]),
    ),
    rows: new Map(
      rows.map(({ entity, row, scope, seq, hash }) => [
        keyOf({ entity, id: blobToId(row) }),
        { scope, seq: BigInt(seq), hash },
      ]),
    ),
  };
}
