import type { EntityName } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import { newClock, nextStamp, type Clock } from '../../../sync/core/clock.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { entityByNumber } from '../log/numbers.ts';
import { blobToId, idToBlob } from '../rows/ids.ts';
import { refreshLocalCells } from '../log/cells.ts';
import { point } from '../sync/point.ts';
import { readMeta, writeMeta } from './meta.ts';
import type { Replica } from './replica.ts';

/** Where a transaction comes from. `replay` rebuilds tables and is never logged. */
export type Origin = 'local' | 'remote' | 'undo' | 'import' | 'migration' | 'enrol';

export interface TransactionInfo {
  /** Name of the command, as history shows it. */
  readonly command: string;
  readonly origin?: Origin;
  /** Who wrote, where it is not the file's own person. */
  readonly author?: Id;
  /** The stamp of the transaction that this one undoes. */
  readonly undoes?: Stamp;
  /** It resolves a conflict. */
  readonly pick?: boolean;
  /** It may remove rows and erase logged values. */
  readonly purging?: boolean;
}

/** An open transaction: what the verbs write through. */
export interface Transaction {
  readonly replica: Replica;
  readonly txn: number;
  readonly stamp: Stamp;
  /** The transaction's one reading of the clock, as UTC ISO-8601. */
  readonly at: string;
  readonly author: Id;
}

/** A row that a transaction changed. */
export interface RowChange {
  readonly entity: EntityName;
  readonly id: Id;
  readonly op: 'insert' | 'update' | 'delete' | 'restore' | 'dismiss' | 'purge';
}

export interface Outcome<T> {
  readonly result: T;
  /** Null where nothing was changed, and so nothing was logged. */
  readonly stamp: Stamp | null;
  readonly txn: number | null;
  readonly changes: readonly RowChange[];
}

const operations = {
  i: 'insert',
  u: 'update',
  d: 'delete',
  r: 'restore',
  x: 'dismiss',
  p: 'purge',
} as const;

/**
 * Runs `body` as one logged transaction: one reading of the clock, one stamp, all or nothing. A second one cannot be opened
 * inside it. A body that changes nothing leaves no trace. What the body throws is thrown after everything is taken back.
 */
export function transact<T>(
  replica: Replica,
  info: TransactionInfo,
  body: (transaction: Transaction) => T,
): Outcome<T> {
  const { statements } = replica.db;
  statements.run('BEGIN IMMEDIATE');
  try {
    const wall = replica.now();
    const { stamp, clock } = nextStamp(readClock(replica), wall, replica.session);
    const author = info.author ?? replica.author;
    const txn = openRow(replica, info, author, stamp);
    const result = body({ replica, txn, stamp, at: new Date(wall).toISOString(), author });
    const changes = close(replica, txn);
    writeMeta(replica.db, 'clock', JSON.stringify(clock));
    statements.run('COMMIT');
    const logged = changes.length > 0;
    return { result, stamp: logged ? stamp : null, txn: logged ? txn : null, changes };
  } catch (error) {
    if (replica.db.sqlite.inTransaction) statements.run('ROLLBACK');
    throw error;
  }
}

/** The file's clock as the last transaction left it. */
export function readClock(replica: Replica): Clock {
  const text = readMeta(replica.db, 'clock');
  return text === undefined ? newClock : (JSON.parse(text) as Clock);
}

function openRow(replica: Replica, info: TransactionInfo, author: Id, stamp: Stamp): number {
  const { statements, sqlite } = replica.db;
  statements.run(
    `INSERT INTO txns (open, capture, purging, first_n, command, origin, author, replica, stamp, schema_version, undoes, pick)
     VALUES (1, ?, ?, (SELECT coalesce(max(n), 0) + 1 FROM log), ?, ?, ?, ?, ?, ?, ?, ?)`,
    info.origin === 'remote' ? 0 : 1,
    info.purging === true ? 1 : 0,
    info.command,
    info.origin ?? 'local',
    idToBlob(author),
    replica.replicaId,
    stamp,
    replica.schemaVersion,
    info.undoes ?? null,
    info.pick === true ? 1 : 0,
  );
  return Number(sqlite.prepare('SELECT last_insert_rowid()').pluck().get());
}

/** Closes the transaction's row, points at what has to be sent, and answers with what was changed. */
function close(replica: Replica, txn: number): RowChange[] {
  const { statements } = replica.db;
  const first = statements.value<number>('SELECT first_n FROM txns WHERE txn = ?', txn) ?? 0;
  const entries = statements.all<{ op: keyof typeof operations; entity: number; row: Buffer }>(
    'SELECT op, entity, row FROM log WHERE n >= ? AND txn = ? GROUP BY row, entity, op ORDER BY min(n)',
    first,
    txn,
  );
  if (entries.length === 0) {
    // An undo that had to leave everything alone is remembered, so that the next undo goes on to what lies before it.
    statements.run("DELETE FROM txns WHERE txn = ? AND origin <> 'undo'", txn);
    statements.run('UPDATE txns SET open = NULL WHERE txn = ?', txn);
    return [];
  }
  refreshLocalCells(replica.db, txn, first);
  point(replica.db, txn, first);
  statements.run('UPDATE txns SET open = NULL, purging = 0 WHERE txn = ?', txn);
  return entries.map((entry) => ({
    entity: entityByNumber(entry.entity),
    id: blobToId(entry.row),
    op: operations[entry.op],
  }));
}
