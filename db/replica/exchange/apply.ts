import type { EntityName } from '../../catalogue/catalogue.ts';
import { entityNames, entitySpec } from '../../catalogue/catalogue.ts';
import type { Json } from '../../catalogue/types.ts';
import { applyWrite, dismissWrites } from '../../../sync/core/cell.ts';
import { observeStamp } from '../../../sync/core/clock.ts';
import { noMutants, type Mutants } from '../../../sync/core/mutants.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import {
  type ExchangedEntry,
  type ExchangedTransaction,
  exchangedTransactionSchema,
} from '../../../sync/protocol/exchange.ts';
import { idToBlob } from '../rows/ids.ts';
import { InputError } from '../rows/input-error.ts';
import { refreshAfter } from '../rows/refresh.ts';
import { putBody } from '../rows/text.ts';
import { lifeCell } from '../../../sync/core/cell-name.ts';
import { loggedColumns } from '../schema/physical.ts';
import { readClock, type RowChange, type Transaction } from '../transaction/transact.ts';
import { writeMeta } from '../transaction/meta.ts';
import type { Replica } from '../transaction/replica.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import { canonicalText } from '../../../sync/core/value.ts';
import { decodeLogged, encode } from '../rows/codec.ts';
import { erasePurged } from '../log/purge.ts';
import { loadCell, placeOf, shownValue, storeCell } from './cell-store.ts';
import { settleLife } from './life.ts';

/** What applying needs beside the entry: the file, the transaction's number and stamp, and planted mistakes of tests. */
export interface ApplyContext {
  readonly tx: Transaction;
  readonly mutants: Mutants;
  /** Where the log stands. A replay reads another file's, and writes none. */
  readonly log: ReadableDb;
  readonly replay: boolean;
}

const byNumber = new Map(entityNames.map((name) => [entitySpec(name).n, name]));
const operations = { insert: 'i', update: 'u', delete: 'd', restore: 'r', dismiss: 'x', purge: 'p' } as const;

/** True for an entry that names values without holding them: a server shows masks there, and a log would take them for empty. */
function isWithheld(entry: ExchangedEntry): boolean {
  if (entry.op === 'update') return entry.cells.some(({ withheld }) => withheld !== undefined);
  return entry.op === 'insert' && entry.withheld !== undefined;
}

/**
 * Applies one transaction from another replica, once (MR4), and logs it with origin `remote`. Entries of entities that this build does
 * not know, and of rows that have not arrived, wait. Answers with the rows that changed, or null where it was applied before. Throws a
 * `ZodError` for a transaction that is not of the protocol; nothing is written then.
 */
export function applyTransaction(
  replica: Replica,
  received: ExchangedTransaction,
  mutants: Mutants = noMutants,
): readonly RowChange[] | null {
  const transaction = exchangedTransactionSchema.parse(received);
  if (transaction.entries.some(isWithheld)) {
    throw new InputError('This was written for a server, with values left out. It was not taken.', 'log');
  }
  const { statements } = replica.db;
  statements.run('BEGIN IMMEDIATE');
  try {
    const known = statements.get('SELECT 1 FROM txns WHERE stamp = ?', transaction.stamp) !== undefined;
    if (known && mutants.duplicatesApplied !== true) {
      statements.run('ROLLBACK');
      return null;
    }
    const txn = known ? reopen(replica, transaction.stamp) : open(replica, transaction);
    const tx: Transaction = {
      replica,
      txn,
      stamp: transaction.stamp,
      at: new Date(replica.now()).toISOString(),
      author: transaction.author,
    };
    for (const data of Object.values(transaction.bodies)) putBody(replica.db, Buffer.from(data, 'base64'));
    const context: ApplyContext = { tx, mutants, log: replica.db, replay: false };
    for (const entry of transaction.entries) applyEntry(context, entry);
    const clock = observeStamp(readClock(replica), transaction.stamp, replica.now());
    writeMeta(replica.db, 'clock', JSON.stringify(clock));
    statements.run('UPDATE txns SET open = NULL, purging = 0 WHERE txn = ?', txn);
    statements.run('COMMIT');
    return transaction.entries.flatMap(changeOf);
  } catch (error) {
    if (replica.db.sqlite.inTransaction) statements.run('ROLLBACK');
    throw error;
  }
}

function changeOf(entry: ExchangedEntry): RowChange[] {
  const entity = byNumber.get(entry.entity);
  return entity === undefined ? [] : [{ entity, id: entry.row, op: entry.op }];
}

function open(replica: Replica, transaction: ExchangedTransaction): number {
  const { statements } = replica.db;
  statements.run(
    `INSERT INTO txns (open, capture, purging, first_n, command, origin, author, replica, stamp, schema_version, undoes, pick)
     VALUES (1, 0, 1, (SELECT coalesce(max(n), 0) + 1 FROM log), ?, 'remote', ?, ?, ?, ?, ?, ?)`,
    transaction.command,
    idToBlob(transaction.author),
    transaction.replica,
    transaction.stamp,
    transaction.schemaVersion,
    transaction.undoes ?? null,
    transaction.pick === true ? 1 : 0,
  );
  return statements.value<number>('SELECT max(txn) FROM txns') ?? 0;
}

function reopen(replica: Replica, stamp: Stamp): number {
  const { statements } = replica.db;
  statements.run('UPDATE txns SET open = 1, purging = 1, capture = 0 WHERE stamp = ?', stamp);
  return statements.value<number>('SELECT txn FROM txns WHERE stamp = ?', stamp) ?? 0;
}

/** Applies one entry to the tables of a file whose transaction is open. */
export function applyEntry(context: ApplyContext, entry: ExchangedEntry): void {
  const entity = byNumber.get(entry.entity);
  if (entity === undefined) {
    wait(context, entry);
    return;
  }
  const { db } = context.tx.replica;
  const row =
    context.mutants.judgementAcrossAuthors === true ? sharedPosition(db, entity, entry) : idToBlob(entry.row);
  if (entry.op === 'purge') {
    appendLog(context, entry, null, null);
    purgeRow(context, entity, entry, row);
    return;
  }
  const purged = db.statements.get('SELECT 1 FROM purged WHERE id = ?', row) !== undefined;
  if (purged && context.mutants.purgeResurrected !== true) return;
  const there = db.statements.get(`SELECT 1 FROM ${entity} WHERE id = ?`, row) !== undefined;
  if (!there && entry.op !== 'insert') {
    if (context.mutants.earlyWriteDropped !== true) wait(context, entry);
    return;
  }
  applyToRow(context, entity, entry, row, there);
  refreshAfter(context.tx, entity, row);
  if (entry.op === 'insert' && !there) releaseWaiting(context, row);
}

function applyToRow(
  context: ApplyContext,
  entity: EntityName,
  entry: ExchangedEntry,
  row: Buffer,
  there: boolean,
): void {
  const { db } = context.tx.replica;
  switch (entry.op) {
    case 'insert':
      appendLog(context, entry, entry.values, null);
      if (there) joinInsert(context, entity, entry, row);
      else insertNew(context, entity, entry, row);
      settleOwner(context, entity, row);
      break;
    case 'update': {
      const logged = entry.cells.map(({ cell, value, base, seen }) => {
        const old = shownValue(db, placeOf(entity, row, String(cell)));
        joinCell(context, entity, row, String(cell), value, base, seen ?? []);
        return [cell, value, old, base, ...(seen === undefined ? [] : [seen])];
      });
      appendLog(context, entry, logged as Json, null);
      break;
    }
    case 'delete':
      appendLog(context, entry, [entry.base], [entry.stamps]);
      joinCell(context, entity, row, lifeCell, 'dead', entry.base, []);
      break;
    case 'restore':
      appendLog(context, entry, [entry.base], null);
      joinCell(context, entity, row, lifeCell, 'alive', entry.base, []);
      break;
    case 'dismiss': {
      appendLog(context, entry, [entry.cell, entry.stamps], null);
      const place = placeOf(entity, row, String(entry.cell));
      storeCell(
        db,
        place,
        dismissWrites(loadCell(db, place), entry.stamps, context.mutants),
        context.tx.txn,
        context.mutants,
      );
      break;
    }
    case 'purge':
  }
  settleLife(db, entity, row, context.mutants, context.log);
}

function joinCell(
  context: ApplyContext,
  entity: EntityName,
  row: Buffer,
  cell: string,
  value: Json,
  base: readonly Stamp[],
  seen: readonly Stamp[],
): void {
  const { replica, stamp, txn } = context.tx;
  const place = placeOf(entity, row, cell);
  const state = applyWrite(loadCell(replica.db, place), { stamp, value }, { base, seen }, context.mutants);
  storeCell(replica.db, place, state, txn, context.mutants);
}

function insertNew(
  context: ApplyContext,
  entity: EntityName,
  entry: ExchangedEntry & { op: 'insert' },
  row: Buffer,
): void {
  const columns = loggedColumns(entity);
  const names = columns.map((column) => `"${column.name}"`).join(', ');
  const { statements } = context.tx.replica.db;
  const unknown = unknownValues(entity, entry.values);
  statements.run(
    `INSERT INTO ${entity} (id, _scope, _stamps, _ext, ${names}) VALUES (?, ?, ?, ?, ${columns.map(() => '?').join(', ')})`,
    row,
    entry.scope,
    `{"*":${context.tx.txn}}`,
    unknown.length === 0 || context.mutants.unknownDropped === true
      ? null
      : canonicalText(Object.fromEntries(unknown)),
    ...columns.map((column) =>
      encode(column.encoding, decodeLogged(column.encoding, entry.values[column.spec.n - 1] ?? null)),
    ),
  );
}

/** Values of columns that this build does not know, by number; an explicit null is a write like any other (MR8). */
function unknownValues(
  entity: EntityName,
  values: readonly Json[],
): (readonly [cell: string, value: Json])[] {
  const own = new Set(Object.values(entitySpec(entity).columns).map((spec) => spec.n));
  return values.flatMap((value, at) => (own.has(at + 1) ? [] : [[String(at + 1), value] as const]));
}

/** Two replicas made the same row: each cell of the second insert joins as a write that saw nothing. */
function joinInsert(
  context: ApplyContext,
  entity: EntityName,
  entry: ExchangedEntry & { op: 'insert' },
  row: Buffer,
): void {
  for (const column of loggedColumns(entity)) {
    const value = entry.values[column.spec.n - 1] ?? null;
    if (column.spec.merge !== 'map') {
      joinCell(context, entity, row, String(column.spec.n), value, [], []);
      continue;
    }
    for (const [key, item] of Object.entries((value ?? {}) as Record<string, Json>)) {
      joinCell(context, entity, row, `${column.spec.n}/${key}`, [item], [], []);
    }
  }
  for (const [cell, value] of unknownValues(entity, entry.values))
    joinCell(context, entity, row, cell, value, [], []);
  joinCell(context, entity, row, lifeCell, 'alive', [], []);
}

/** A planted mistake: the first position on the same column, whoever holds it. */
function sharedPosition(db: ReadableDb, entity: EntityName, entry: ExchangedEntry): Buffer {
  const own = idToBlob(entry.row);
  if (entity !== 'judgements' || entry.op !== 'insert') return own;
  const [, , , owner = null, column = null] = entry.values;
  const first = db.statements.value<Buffer>(
    'SELECT id FROM judgements WHERE owner_id = unhex(?) AND column_name = ? ORDER BY rid LIMIT 1',
    owner as string,
    column as string,
  );
  return first ?? own;
}

/** A text update counts as work on the row that it belongs to: a delete that did not see it keeps the row. */
function settleOwner(context: ApplyContext, entity: EntityName, row: Buffer): void {
  if (entity !== 'text_updates') return;
  const { db } = context.tx.replica;
  const part = db.statements.get<{ owner_entity: string; owner_id: Buffer }>(
    'SELECT owner_entity, owner_id FROM text_updates WHERE id = ?',
    row,
  );
  const owner = entityNames.find((name) => name === part?.owner_entity);
  if (part !== undefined && owner !== undefined)
    settleLife(db, owner, part.owner_id, context.mutants, context.log);
}

function purgeRow(context: ApplyContext, entity: EntityName, entry: ExchangedEntry, row: Buffer): void {
  const { db } = context.tx.replica;
  db.statements.run('DELETE FROM unknown_rows WHERE row = ?', row);
  erasePurged(db, { entity, id: entry.row }, context.tx.stamp);
}

/** Keeps an entry until its row, or a build that knows its entity, arrives. */
function wait(context: ApplyContext, entry: ExchangedEntry): void {
  if (context.replay) return;
  context.tx.replica.db.statements.run(
    'INSERT INTO unknown_rows (entity, row, entry) VALUES (?, ?, ?)',
    entry.entity,
    idToBlob(entry.row),
    JSON.stringify({ txn: context.tx.txn, stamp: context.tx.stamp, author: context.tx.author, entry }),
  );
}

/** The row has arrived: what waited for it is applied, each under its own transaction. */
function releaseWaiting(context: ApplyContext, row: Buffer): void {
  const { statements } = context.tx.replica.db;
  const waiting = statements.all<{ n: number; entry: string }>(
    'SELECT n, entry FROM unknown_rows WHERE row = ? ORDER BY n',
    row,
  );
  for (const { n, entry: text } of waiting) {
    const kept = JSON.parse(text) as { txn: number; stamp: Stamp; author: string; entry: ExchangedEntry };
    statements.run('DELETE FROM unknown_rows WHERE n = ?', n);
    applyEntry(
      { ...context, tx: { ...context.tx, txn: kept.txn, stamp: kept.stamp, author: kept.author } },
      kept.entry,
    );
  }
}

function appendLog(context: ApplyContext, entry: ExchangedEntry, cols: Json, stamps: Json): void {
  if (context.replay) return;
  context.tx.replica.db.statements.run(
    'INSERT INTO log (txn, op, entity, row, scope, cols, stamps) VALUES (?, ?, ?, ?, ?, ?, ?)',
    context.tx.txn,
    operations[entry.op],
    entry.entity,
    idToBlob(entry.row),
    entry.scope,
    cols === null ? null : JSON.stringify(cols),
    stamps === null ? null : JSON.stringify(stamps),
  );
}
