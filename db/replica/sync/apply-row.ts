import type { EntityName } from '../../catalogue/catalogue.ts';
import { entityOfNumber } from '../../../sync/core/cell-name.ts';
import { lifeCell } from '../../../sync/core/cell-name.ts';
import { noMutants } from '../../../sync/core/mutants.ts';
import { applyEntry, type RowState } from '../../../sync/core/row-state.ts';
import { decodeRow } from '../../../sync/core/row-wire.ts';
import type { RowLine } from '../../../sync/protocol/row-state.ts';
import { settleLife } from '../exchange/life.ts';
import { noteErased } from '../log/erased.ts';
import { erasePurged } from '../log/purge.ts';
import { idToBlob } from '../rows/ids.ts';
import { type Owner, ownerOf, refreshAfter, refreshArrived } from '../rows/refresh.ts';
import { noteErasedFiles } from '../blobs/erased-files.ts';
import type { WritableDb } from '../sqlite/open.ts';
import { removeChunks } from '../search-chunks.ts';
import type { Bindable } from '../sqlite/statements.ts';
import type { RowChange, Transaction } from '../transaction/transact.ts';
import { eraseFromInbox } from './inbox.ts';

import { asAuthor } from './people.ts';
import { insertProjected, projectRow, updateProjected } from './project.ts';
import { forgetHidden, logArrival, logChanges, logDeletes } from './remote-log.ts';
import type { RowContext } from './row-context.ts';
import { waitingEntries } from './waiting.ts';
import { withOwnValues } from './withheld.ts';

interface KnownRow {
  readonly scope: string;
  readonly seq: number;
  readonly hash: string;
  readonly round: string;
}

/** What this file knows of the server's version of a row. */
export function knownRow(tx: Transaction, e: number, row: Uint8Array): KnownRow | undefined {
  return tx.replica.db.statements.get<KnownRow>(
    'SELECT scope, seq, hash, round FROM sync_rows WHERE entity = ? AND row = ?',
    e,
    row,
  );
}

/** The columns of `sync_rows` that name a version. */
export const versionColumns = ['entity', 'row', 'scope', 'seq', 'hash', 'round'] as const;

/** The version that a line brings, in the order of `versionColumns`. */
export function versionOf(
  context: RowContext,
  line: { readonly e: number; readonly i: string; readonly s: string; readonly h: string },
  scope: string,
): Bindable[] {
  return [line.e, idToBlob(line.i), scope, Number(line.s), line.h, context.round(scope)];
}

/** Notes which version of a row this file has. `held`: the state of a row that cannot stand in a table yet. */
export function noteRow(
  context: RowContext,
  line: { readonly e: number; readonly i: string; readonly s: string; readonly h: string },
  scope: string,
  held: string | null = null,
): void {
  context.tx.replica.db.statements.run(
    `INSERT INTO sync_rows (${versionColumns.join(', ')}, held) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET scope = excluded.scope, seq = excluded.seq, hash = excluded.hash,
       round = excluded.round, held = excluded.held`,
    ...versionOf(context, line, scope),
    held,
  );
}

/**
 * Applies a pulled row: what this file shows of it becomes the server's state with what still waits to be sent joined over it, in
 * order (MR20). Only a newer version counts (I2). What this build does not know is kept (I3). Answers with what changed.
 */
export function applyRow(context: RowContext, line: RowLine, scope: string): RowChange[] {
  const { tx, mutants } = context;
  const row = idToBlob(line.i);
  const known = knownRow(tx, line.e, row);
  const seq = Number(line.s);
  if (known !== undefined) {
    if (seq < known.seq || (seq === known.seq && !context.again && known.round === context.round(scope)))
      return [];
  }
  const state = decodeRow(line);
  const entity = entityOfNumber(line.e);
  if (entity === undefined) {
    if (mutants.unknownEntityDropped !== true) noteRow(context, line, scope, JSON.stringify(line));
    return [];
  }
  if (state.purged) return [purgeHere(context, entity, line, scope)];
  // What the server has forgotten of a purge is remembered here (MR17).
  if (known === undefined && isPurged(tx, row)) {
    noteRow(context, line, scope);
    return [];
  }
  const waiting =
    !context.waits || mutants.pendingNotRebased === true
      ? []
      : waitingEntries(tx.replica.db, row, context.applied);
  const author = tx.replica.author;
  const whole = waiting.reduce<RowState>(
    (joined, { entry, stamp }) => applyEntry(joined, { ...entry, scope }, { stamp, author }, () => true),
    withOwnValues(tx.replica.db, asAuthor(state, { author, user: context.user }), context.withholds),
  );
  if (whole.insert === undefined) {
    // Only later writes have arrived at the server, or are left there: the row is kept for its insert and shown by nobody.
    noteRow(context, line, scope, JSON.stringify(line));
    return hideRow(tx, entity, line.i);
  }
  const hides = isMasked(state);
  const before = hides ? hiddenOf(tx.replica.db, entity, row) : undefined;
  if (hides) forgetMasked(tx.replica.db, entity, row);
  const op = writeWhole(context, entity, whole, scope, seq);
  // Earlier backups may have what is hidden from now on.
  if (before !== undefined && before !== hiddenOf(tx.replica.db, entity, row))
    noteErased(tx.replica.db, entity, row);
  noteRow(context, line, scope);
  return [{ entity, id: line.i, op }];
}

function isPurged(tx: Transaction, row: Uint8Array): boolean {
  return tx.replica.db.statements.get('SELECT 1 FROM purged WHERE id = ?', row) !== undefined;
}

/** Takes a row out of its table. The log keeps its values. */
export function hideRow(tx: Transaction, entity: EntityName, id: string): RowChange[] {
  const { db } = tx.replica;
  const row = idToBlob(id);
  const owner = ownerOf(db, entity, row);
  db.statements.run('DELETE FROM cells WHERE row = ?', row);
  const gone = db.statements.run(`DELETE FROM ${entity} WHERE id = ?`, row);
  settleOwner(tx, owner);
  return gone === 0 ? [] : [{ entity, id, op: 'purge' }];
}

/** What of a row is hidden here; undefined where there is no such row. */
function hiddenOf(db: WritableDb, entity: EntityName, row: Uint8Array): string | null | undefined {
  return db.statements.value<string | null>(`SELECT _redacted FROM ${entity} WHERE id = ?`, row);
}

/** What may not be seen any more leaves the log and the files, not the table alone. */
export function forgetMasked(db: WritableDb, entity: EntityName, row: Uint8Array): void {
  noteErasedFiles(db, entity, row);
  forgetHidden(db, row);
}

function isMasked({ cells }: RowState): boolean {
  for (const { live } of cells.values())
    for (const { masked } of live.values()) if (masked === true) return true;
  return false;
}

/** Writes a row with everything that waits joined into it, and what the log has to tell of it. */
export function writeWhole(
  context: RowContext,
  entity: EntityName,
  state: RowState,
  scope: string,
  seq: number,
): 'insert' | 'update' {
  const { tx, numbers, mutants } = context;
  const { db } = tx.replica;
  const place = { entity, row: idToBlob(state.id), scope, seq };
  const { row } = place;
  const project = () => projectRow(entity, row, state, (stamp) => numbers.of(stamp) ?? stamp, mutants);
  // Most rows of a first fetch were never here and live as they were inserted: there is nothing to log, and nothing to look up.
  if (context.isBootstrap(scope) && livesAsInserted(state) && insertProjected(db, place, project())) {
    refreshArrived(tx, entity, row);
    settleText(tx, entity, row);
    return 'insert';
  }
  const at = db.statements.value<string>(`SELECT _scope FROM ${entity} WHERE id = ?`, row);
  // A row that moved between scopes keeps its id; its table does not let a scope change.
  if (at !== undefined && at !== scope) db.statements.run(`DELETE FROM ${entity} WHERE id = ?`, row);
  const there = at === scope;
  if (there) logChanges(context, entity, state, scope);
  else if (context.isBootstrap(scope)) logDeletes(context, state, scope, new Set());
  else logArrival(context, state, scope);
  if (there) updateProjected(db, place, project());
  else insertProjected(db, place, project());
  db.statements.run(`UPDATE ${entity} SET _deleted = 0 WHERE id = ? AND _deleted = 1`, row);
  settleLife(db, entity, row, noMutants, db);
  refreshAfter(tx, entity, row);
  settleText(tx, entity, row);
  return there ? 'update' : 'insert';
}

/** An update of a text counts as work on its owner (MR15). */
function settleText(tx: Transaction, entity: EntityName, row: Uint8Array): void {
  if (entity === 'text_updates') settleOwner(tx, ownerOf(tx.replica.db, entity, row));
}

/** True where nobody deleted or restored a row. */
function livesAsInserted({ insert, cells }: RowState): boolean {
  const life = cells.get(lifeCell);
  return life === undefined || (life.live.size === 1 && life.live.has(insert?.stamp ?? ''));
}

/** A part that came or went: its owner shows it, and lives by it (MR15). */
export function settleOwner(tx: Transaction, owner: Owner | undefined): void {
  if (owner === undefined) return;
  settleLife(tx.replica.db, owner.entity, owner.id, noMutants, tx.replica.db);
  refreshAfter(tx, owner.entity, owner.id);
}

/** A purge is final: rows, log values, side records, and what the inbox and the queue hold (I10, MR17). */
function purgeHere(context: RowContext, entity: EntityName, line: RowLine, scope: string): RowChange {
  const { tx, mutants } = context;
  const { db } = tx.replica;
  const owner = ownerOf(db, entity, idToBlob(line.i));
  if (entity === 'evidence') removeChunks(db.sqlite, idToBlob(line.i));
  if (mutants.purgeKeepsLog === true)
    db.statements.run(`DELETE FROM ${entity} WHERE id = ?`, idToBlob(line.i));
  else {
    erasePurged(db, { entity, id: line.i }, tx.stamp);
    eraseFromInbox(db, line.i);
  }
  db.statements.run(
    `INSERT INTO log (txn, op, entity, row, scope) VALUES (?, 'p', ?, ?, ?)`,
    tx.txn,
    line.e,
    idToBlob(line.i),
    scope,
  );
  settleOwner(tx, owner);
  noteRow(context, line, scope);
  return { entity, id: line.i, op: 'purge' };
}
