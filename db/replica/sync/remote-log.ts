import type { EntityName } from '../../catalogue/catalogue.ts';
import { entitySpec } from '../../catalogue/catalogue.ts';
import type { Json } from '../../catalogue/types.ts';
import { lifeCell } from '../../../sync/core/cell-name.ts';
import { type RowState, valuesOf } from '../../../sync/core/row-state.ts';
import { holdsMarker } from '../../../sync/core/row-wire.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { placeOf, shownValue } from '../exchange/cell-store.ts';
import { decodeCell, resolveStamps } from '../log/cells.ts';
import { idToBlob } from '../rows/ids.ts';
import type { WritableDb } from '../sqlite/open.ts';
import type { Transaction } from '../transaction/transact.ts';
import type { RowContext } from './row-context.ts';

/** Stamps that a row names as it stands, by cell; `*` stands for what the insert wrote. */
function namedStamps(db: WritableDb, entity: EntityName, row: Uint8Array): Map<string, Set<Stamp>> {
  const text = db.statements.value<string | null>(`SELECT _stamps FROM ${entity} WHERE id = ?`, row);
  const stamps = JSON.parse(text ?? '{}') as Record<string, Json>;
  const named = new Map(
    Object.entries(stamps).map(([cell, each]) => [cell, new Set(resolveStamps(db, each))] as const),
  );
  const sides = db.statements.all<{ cell: string; state: string }>(
    'SELECT cell, state FROM cells WHERE entity = ? AND row = ?',
    entitySpec(entity).n,
    row,
  );
  for (const { cell, state } of sides) {
    named.set(cell, new Set([...(named.get(cell) ?? []), ...decodeCell(state).live.keys()]));
  }
  return named;
}

/** True where the log tells already what the transaction of a stamp did to a row. */
function isLogged(db: WritableDb, stamp: Stamp, row: Uint8Array, op: 'i' | 'u' | 'd' | 'r'): boolean {
  return (
    db.statements.get(
      'SELECT 1 FROM txns JOIN log ON log.txn = txns.txn WHERE txns.stamp = ? AND log.row = ? AND log.op = ?',
      stamp,
      row,
      op,
    ) !== undefined
  );
}

/** The number of a transaction from elsewhere, which stands in this file as what is known of it: its stamp and its author. */
function remoteTransaction({ tx, numbers }: RowContext, state: RowState, stamp: Stamp): number {
  const { statements } = tx.replica.db;
  const known = numbers.of(stamp);
  if (known !== undefined) return known;
  const author = state.writers.get(stamp)?.author;
  statements.run(
    `INSERT INTO txns (capture, first_n, command, origin, author, replica, stamp, schema_version)
     VALUES (0, (SELECT coalesce(max(n), 0) + 1 FROM log), 'sync', 'remote', ?, '', ?, ?)`,
    author === undefined ? null : idToBlob(author),
    stamp,
    tx.replica.schemaVersion,
  );
  const txn = statements.value<number>('SELECT max(txn) FROM txns') ?? 0;
  numbers.note(stamp, txn);
  return txn;
}

function append(
  tx: Transaction,
  txn: number,
  op: 'i' | 'u' | 'd' | 'r',
  state: RowState,
  scope: string,
  cols: Json,
  stamps: Json = null,
): void {
  tx.replica.db.statements.run(
    'INSERT INTO log (txn, op, entity, row, scope, cols, stamps) VALUES (?, ?, ?, ?, ?, ?, ?)',
    txn,
    op,
    state.entity,
    idToBlob(state.id),
    scope,
    JSON.stringify(cols),
    stamps === null ? null : JSON.stringify(stamps),
  );
}

/** A row that has just arrived, as its author's insert with what it shows. */
export function logArrival(context: RowContext, state: RowState, scope: string): void {
  if (state.insert === undefined) return;
  const { known } = valuesOf(state);
  const last = Math.max(0, ...known.keys());
  const values = Array.from({ length: last }, (_, at) => unmasked(known.get(at + 1) ?? null));
  const { tx } = context;
  if (!isLogged(tx.replica.db, state.insert.stamp, idToBlob(state.id), 'i')) {
    append(tx, remoteTransaction(context, state, state.insert.stamp), 'i', state, scope, values);
  }
  logDeletes(context, state, scope, new Set());
}

/** The log tells values, not masks. */
function unmasked(value: Json): Json {
  return holdsMarker(value) ? null : value;
}

/** What the log holds of a delete is what its row's life is computed from: it is written even where nothing else is. */
export function logDeletes(
  context: RowContext,
  state: RowState,
  scope: string,
  before: ReadonlySet<Stamp>,
): void {
  const { tx } = context;
  for (const write of state.cells.get(lifeCell)?.live.values() ?? []) {
    const op = write.value === 'dead' ? 'd' : 'r';
    const isInsert = write.stamp === state.insert?.stamp;
    if (isInsert || before.has(write.stamp)) continue;
    if (isLogged(tx.replica.db, write.stamp, idToBlob(state.id), op)) continue;
    const saw = op === 'd' ? [[...(write.saw ?? [])]] : null;
    append(tx, remoteTransaction(context, state, write.stamp), op, state, scope, [[]], saw);
  }
}

/**
 * What a pulled row changes in one that is there: one entry for each transaction whose writes are new here, and one of this page's own
 * for cells that fall back to an older write.
 */
export function logChanges(context: RowContext, entity: EntityName, state: RowState, scope: string): void {
  const { tx } = context;
  const { db } = tx.replica;
  const row = idToBlob(state.id);
  const before = namedStamps(db, entity, row);
  const inserted = before.get('*') ?? new Set<Stamp>();
  const entries = new Map<number, Json[]>();
  for (const [cell, kept] of state.cells) {
    if (cell === lifeCell) continue;
    const had = before.get(cell) ?? inserted;
    const fresh = [...kept.live.values()].filter(({ stamp, masked }) => masked !== true && !had.has(stamp));
    if (fresh.length === 0) continue;
    const old = shownValue(db, placeOf(entity, row, cell));
    const name = /^\d+$/.test(cell) ? Number(cell) : cell;
    for (const write of fresh) {
      if (write.stamp === state.insert?.stamp) continue;
      const txn = isLogged(db, write.stamp, row, 'u')
        ? tx.txn
        : remoteTransaction(context, state, write.stamp);
      const cells = entries.get(txn) ?? [];
      cells.push([name, write.value, old, write.over === undefined ? [] : [write.over]]);
      entries.set(txn, cells);
    }
  }
  for (const [txn, cells] of entries) append(tx, txn, 'u', state, scope, cells);
  logDeletes(context, state, scope, before.get(lifeCell) ?? inserted);
}

/**
 * A scope that was fetched from its beginning stands in the log as one entry, an update without cells of the row that makes the scope:
 * the states that came are no changes that anybody made now.
 */
export function logFetched({ tx }: RowContext, scope: string): void {
  const [kind, id] = scope.split(':');
  const entity = kind === 'session' ? 'research_sessions' : kind === 'project' ? 'projects' : undefined;
  if (entity === undefined || id === undefined) return;
  tx.replica.db.statements.run(
    `INSERT INTO log (txn, op, entity, row, scope, cols) SELECT ?, 'u', ?, id, _scope, '[]' FROM ${entity} WHERE id = ?`,
    tx.txn,
    entitySpec(entity).n,
    idToBlob(id),
  );
}

/** What others wrote in a row of which something is hidden now goes from the log, too: it was read under a looser policy. */
export function forgetHidden(db: WritableDb, row: Uint8Array): void {
  db.statements.run(
    `UPDATE log SET cols = NULL WHERE row = ? AND op IN ('i', 'u') AND cols IS NOT NULL
       AND txn IN (SELECT txn FROM txns WHERE capture = 0)`,
    row,
  );
}
