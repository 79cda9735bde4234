import Database from 'better-sqlite3-multiple-ciphers';
import { entityOfNumber } from '../../../sync/core/cell-name.ts';
import { UnfaithfulValueError } from '../../../sync/core/value.ts';
import type { RowLine } from '../../../sync/protocol/row-state.ts';
import { InputError } from '../rows/input-error.ts';
import { idToBlob } from '../rows/ids.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { RowChange } from '../transaction/transact.ts';
import { applyRow, forgetMasked, hideRow, noteRow } from './apply-row.ts';
import { type RowContext, TransactionNumbers } from './row-context.ts';

/** What reading a value into the form of its column throws. */
const refusing = [RangeError, TypeError, SyntaxError, UnfaithfulValueError, InputError];

/**
 * True where an error says that a table, or a column's form, refuses a value: another try would end alike. A failing disk, a full one, or a
 * process that is to stop says nothing of a row.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof Database.SqliteError) return /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG)/.test(error.code);
  return refusing.some((kind) => error instanceof kind);
}

/**
 * Applies rows in one transaction of its own making. Where a table refuses one of them, everything is taken back and done again with an
 * eye on each row: the one that is refused is kept beside its table, the others stand. So nothing is paid for it as long as nothing is
 * refused. What is refused otherwise than by a row is thrown.
 */
export function keepingRefused<T>(apply: (isWatching: boolean) => T): T {
  try {
    return apply(false);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return apply(true);
  }
}

/** Applies one row of an answer; where each is watched, one that its table refuses is kept. */
export function takeRow(
  context: RowContext,
  line: RowLine,
  scope: string,
  isWatching: boolean,
): readonly RowChange[] {
  return isWatching ? applyOrKeep(context, line, scope) : applyRow(context, line, scope);
}

/**
 * Applies a row, or keeps it beside its table where that refuses it (MR8): nobody sees it, its version counts in the digest, and what
 * waits to be sent of it goes on. Its next version, and a build with another schema, are tried anew.
 */
function applyOrKeep(context: RowContext, line: RowLine, scope: string): readonly RowChange[] {
  const { tx } = context;
  const { db } = tx.replica;
  try {
    // What is taken back with a row takes its transactions with it: their numbers are not to be remembered.
    return db.sqlite.transaction(() =>
      applyRow({ ...context, numbers: new TransactionNumbers(db) }, line, scope),
    )();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const entity = entityOfNumber(line.e);
    noteRow(context, line, scope, JSON.stringify(line));
    if (entity === undefined) return [];
    if (line.m !== undefined) forgetMasked(db, entity, idToBlob(line.i));
    return hideRow(tx, entity, line.i);
  }
}

/** Rows that somebody made and that no table here takes. One whose insert has not arrived is not one of them, nor is a purged one. */
export function countHeldRows(db: ReadableDb): number {
  const sql = `SELECT count(*) FROM sync_rows WHERE held IS NOT NULL AND held ->> 'st' = 'live' AND held -> 'n' IS NOT NULL`;
  return db.statements.value<number>(sql) ?? 0;
}
