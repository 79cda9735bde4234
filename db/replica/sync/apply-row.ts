import type { EntityName } from '../../catalogue/catalogue.ts';
import { entityOfNumber } from '../../../sync/core/cell-name.ts';
import { noMutants } from '../../../sync/core/mutants.ts';
import { applyEntry, type RowState } from '../../../sync/core/row-state.ts';
import { decodeRow, hashOfText, rowText } from '../../../sync/core/row-wire.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { RowLine } from '../../../sync/protocol/row-state.ts';
import { settleLife } from '../exchange/life.ts';
import { erasePurged } from '../log/purge.ts';
import { idToBlob } from '../rows/ids.ts';
import { type Owner, ownerOf, refreshAfter } from '../rows/refresh.ts';
import { removeChunks } from '../search-chunks.ts';
import type { RowChange, Transaction } from '../transaction/transact.ts';
import { eraseFromInbox } from './inbox.ts';

import { asAuthor } from './people.ts';
import { projectRow, writeProjected } from './project.ts';
import { forgetHidden, logArrival, logChanges, logDeletes } from './remote-log.ts';
import { sha256 } from './outbox.ts';
import { waitingEntries } from './waiting.ts';
import { withOwnValues } from './withheld.ts';

/** What applying a row needs beside it. */
export interface RowContext {
  readonly tx: Transaction;
  /** The user that this file is enrolled to. */
  readonly user: string;
  /** The last mutation of this client that the server's state contains. */
  readonly applied: number;
  /** Under which opening of its scope a row was last confirmed. */
  readonly round: (scope: string) => string;
  /** A scope that is fetched from its beginning is logged as one entry, not row by row. */
  readonly isBootstrap: (scope: string) => boolean;
  /** The row replaces one of the same version: this laptop's own had something in it that the server refused. */
  readonly again: boolean;
  readonly mutants: SyncMutants;
}

/** A row whose content is not what its hash says. Nothing of its page is applied. */
export class DamagedRow extends Error {
  override readonly name = 'DamagedRow';
}

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

/** Notes which version of a row this file has. `held`: the state of a row that cannot stand in a table yet. */
export function noteRow(
  context: RowContext,
  line: { readonly e: number; readonly i: string; readonly s: string; readonly h: string },
  scope: string,
  held: string | null = null,
): void {
  context.tx.replica.db.statements.run(
    `INSERT INTO sync_rows (entity, row, scope, seq, hash, round, held) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET scope = excluded.scope, seq = excluded.seq, hash = excluded.hash,
       round = excluded.round, held = excluded.held`,
    line.e,
    idToBlob(line.i),
    scope,
    Number(line.s),
    line.h,
    context.round(scope),
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
  const masked = [...state.cells.values()].some((cell) => [...cell.live.values()].some((w) => w.masked));
  if (!masked && hashOfText(rowText(state), sha256) !== line.h)
    throw new DamagedRow('A row of the page is not what its hash says.');
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
    mutants.pendingNotRebased === true ? [] : waitingEntries(tx.replica.db, row, context.applied);
  const author = tx.replica.author;
  const whole = waiting.reduce<RowState>(
    (joined, { entry, stamp }) => applyEntry(joined, { ...entry, scope }, { stamp, author }, () => true),
    withOwnValues(tx.replica.db, asAuthor(state, { author, user: context.user })),
  );
  if (whole.insert === undefined) {
    // Only later writes have arrived at the server, or are left there: the row is kept for its insert and shown by nobody.
    noteRow(context, line, scope, JSON.stringify(line));
    return hideRow(tx, entity, line.i);
  }
  if (masked) forgetHidden(tx.replica.db, row);
  const op = writeWhole(context, entity, whole, scope, seq);
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

/** Writes a row with everything that waits joined into it, and what the log has to tell of it. */
export function writeWhole(
  context: RowContext,
  entity: EntityName,
  state: RowState,
  scope: string,
  seq: number,
): 'insert' | 'update' {
  const { tx, mutants } = context;
  const { db } = tx.replica;
  const row = idToBlob(state.id);
  const at = db.statements.value<string>(`SELECT _scope FROM ${entity} WHERE id = ?`, row);
  // A row that moved between scopes keeps its id; its table does not let a scope change.
  if (at !== undefined && at !== scope) db.statements.run(`DELETE FROM ${entity} WHERE id = ?`, row);
  const there = at === scope;
  if (there) logChanges(tx, entity, state, scope);
  else if (context.isBootstrap(scope)) logDeletes(tx, state, scope, new Set());
  else logArrival(tx, state, scope);
  const intern = (stamp: string) =>
    db.statements.value<number>('SELECT txn FROM txns WHERE stamp = ?', stamp) ?? stamp;
  const projected = projectRow(entity, row, state, intern, mutants);
  writeProjected(db, entity, row, scope, seq, projected, there);
  db.statements.run(`UPDATE ${entity} SET _deleted = 0 WHERE id = ? AND _deleted = 1`, row);
  settleLife(db, entity, row, noMutants, db);
  refreshAfter(tx, entity, row);
  if (entity === 'text_updates') settleOwner(tx, ownerOf(db, entity, row));
  return there ? 'update' : 'insert';
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
