import type { EntityName } from '../../catalogue/catalogue.ts';
import { entitySpec } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import type { Json } from '../../catalogue/types.ts';
import { openConflicts, winner } from '../../../sync/core/kinds.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { noMutants, type Mutants } from '../../../sync/core/mutants.ts';
import { decodeCell, resolveStamps } from '../log/cells.ts';
import { entityByNumber } from '../log/numbers.ts';
import { writtenIn } from '../log/in-effect.ts';
import { blobToId, derivedId, idToBlob } from '../rows/ids.ts';
import { decodeLogged, encode } from '../rows/codec.ts';
import { lifeCell } from '../../../sync/core/cell-name.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import { type Transaction } from '../transaction/transact.ts';
import { holdsMarker } from '../../../sync/core/row-wire.ts';
import { InputError } from '../rows/input-error.ts';
import { dismissWrites, type Write } from '../../../sync/core/cell.ts';
import { loadCell, placeOf, storeCell } from './cell-store.ts';
import { writtenBy } from './own-write.ts';
import { sameValue } from '../../../sync/core/value.ts';

/** A lost write that nobody has decided on (MR13). It follows from the cell's state and is never merged itself. */
export interface Conflict {
  readonly id: Id;
  readonly entity: EntityName;
  readonly row: Id;
  readonly column: string;
  readonly cell: string;
  /** What the lost write replaced: the last value that both sides share; null where nothing stood there. */
  readonly base: Json;
  readonly shown: Json;
  readonly lost: Json;
  readonly stamp: Stamp;
  readonly by: string;
  /** The write whose value is shown; null where none is. */
  readonly shownStamp: Stamp | null;
}

interface StoredCell {
  readonly entity: number;
  readonly row: Buffer;
  readonly cell: string;
  readonly state: string;
}

function nameOf(entity: EntityName, row: Uint8Array, cell: string): string {
  const place = placeOf(entity, row, cell);
  if (cell === lifeCell) return lifeCell;
  return place.key === null ? (place.column?.column ?? cell) : `${place.column?.column ?? cell}/${place.key}`;
}

function shownTo(entity: EntityName, row: Uint8Array, cell: string, value: Json): Json {
  const { column, key } = placeOf(entity, row, cell);
  if (key !== null) return (value as readonly Json[])[0] ?? null;
  return column === undefined ? value : decodeLogged(column.encoding, value);
}

/** Every open conflict, or those of one row; rows in the trash keep theirs and do not show them (MR16). */
export function listConflicts(db: ReadableDb, row?: Id, mutants: Mutants = noMutants): Conflict[] {
  const cells = db.statements.all<StoredCell>(
    `SELECT entity, row, cell, state FROM cells WHERE cell <> ? AND (? IS NULL OR row = ?)`,
    lifeCell,
    row === undefined ? null : idToBlob(row),
    row === undefined ? null : idToBlob(row),
  );
  return cells
    .flatMap((stored) => conflictsOf(db, stored, mutants))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function conflictsOf(db: ReadableDb, stored: StoredCell, mutants: Mutants): Conflict[] {
  const entity = entityByNumber(stored.entity);
  const alive = db.statements.get(`SELECT 1 FROM ${entity} WHERE id = ? AND _deleted = 0`, stored.row);
  if (alive === undefined) return [];
  const { rule, column: known } = placeOf(entity, stored.row, stored.cell);
  // What a column of a newer build holds cannot be decided on here; its writes are kept until this build learns it (MR8).
  if (known === undefined) return [];
  const state = decodeCell(stored.state);
  const shown = winner(state, rule, mutants);
  const row = blobToId(stored.row);
  const column = nameOf(entity, stored.row, stored.cell);
  return openConflicts(state, rule, mutants).map((write) => ({
    id: derivedId(
      'conflict',
      entity,
      row,
      column,
      mutants.conflictIdFromWinner === true ? (shown?.stamp ?? '') : write.stamp,
    ),
    entity,
    row,
    column,
    cell: stored.cell,
    base: baseOf(db, entity, stored, write),
    shown: shownTo(entity, stored.row, stored.cell, shown?.value ?? null),
    lost: shownTo(entity, stored.row, stored.cell, write.value),
    stamp: write.stamp,
    by: writtenBy(db, write.stamp).name,
    shownStamp: shown?.stamp ?? null,
  }));
}

/** The value under the first base of a lost write: it came with the write or follows from the log, and so is the same everywhere (MR13). */
function baseOf(db: ReadableDb, entity: EntityName, { row, cell }: StoredCell, lost: Write): Json {
  const first = writtenIn(db, row, cell, lost.stamp)?.base[0] ?? lost.over;
  const value =
    lost.was ??
    (first === undefined
      ? undefined
      : (writtenIn(db, row, cell, first)?.value ?? replacedBy(db, row, cell, first)));
  return value === undefined ? null : shownTo(entity, row, cell, value);
}

/** What a write of this file found in a cell where it replaced the write of a stamp, which came before the log began. */
function replacedBy(db: ReadableDb, row: Uint8Array, cell: string, over: Stamp): Json | undefined {
  const entries = db.statements.all<{ cols: string }>(
    `SELECT cols FROM log WHERE row = ? AND op = 'u' AND cols IS NOT NULL`,
    row,
  );
  for (const { cols } of entries) {
    for (const [name, , old, base] of JSON.parse(cols) as [number | string, Json, Json, Json][]) {
      if (String(name) === cell && resolveStamps(db, base).includes(over)) return old;
    }
  }
  return undefined;
}

/** Keeps what is shown: the lost writes are marked as settled; nothing is written (MR14). */
export function dismissConflicts(
  tx: Transaction,
  entity: EntityName,
  row: Id,
  cell: string,
  stamps: readonly Stamp[],
): void {
  const { db } = tx.replica;
  const place = placeOf(entity, idToBlob(row), cell);
  storeCell(db, place, dismissWrites(loadCell(db, place), stamps), tx.txn, noMutants);
  db.statements.run(
    `INSERT INTO log (txn, op, entity, row, scope, cols)
     SELECT ?, 'x', ?, id, _scope, ? FROM ${entity} WHERE id = ?`,
    tx.txn,
    entitySpec(entity).n,
    JSON.stringify([/^\d+$/.test(cell) ? Number(cell) : cell, stamps]),
    idToBlob(row),
  );
}

/**
 * Picks a value over a lost write (MR14): an ordinary write whose base also names it. Keeping what is shown is a dismissal. The
 * transaction is a pick, which a status register lets pass.
 */
export function pickValue(tx: Transaction, conflict: Conflict, value: Json): void {
  const { db } = tx.replica;
  const { entity, row, cell } = conflict;
  if (sameValue(value, conflict.shown)) {
    dismissConflicts(tx, entity, row, cell, [conflict.stamp]);
    return;
  }
  const place = placeOf(entity, idToBlob(row), cell);
  const { column, key } = place;
  if (column === undefined) throw new RangeError(`Cell ${cell} is not known here.`);
  if (holdsMarker(value) || holdsMarker(conflict.shown)) {
    throw new InputError(
      'One of the two values is hidden from you, so it cannot be decided on here.',
      entity,
      column.column,
    );
  }
  // What is marked here stands in the row's stamps, so that capture names it in the base of the write that follows.
  const state = loadCell(db, place);
  storeCell(
    db,
    place,
    { ...state, dismissed: new Set([...state.dismissed, conflict.stamp]) },
    tx.txn,
    noMutants,
  );
  const written = key === null ? value : { ...mapOf(db, entity, row, column.name), [key]: value };
  db.statements.run(
    `UPDATE ${entity} SET "${column.name}" = ? WHERE id = ?`,
    encode(column.encoding, written),
    idToBlob(row),
  );
}

function mapOf(db: ReadableDb, entity: EntityName, row: Id, column: string): Record<string, Json> {
  const text = db.statements.value<string | null>(
    `SELECT "${column}" FROM ${entity} WHERE id = ?`,
    idToBlob(row),
  );
  return JSON.parse(text ?? '{}') as Record<string, Json>;
}
