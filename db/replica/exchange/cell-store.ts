import type { EntityName } from '../../catalogue/catalogue.ts';
import { entitySpec } from '../../catalogue/catalogue.ts';
import type { Json } from '../../catalogue/types.ts';
import { type CellState, emptyCell, settleCell, type Write } from '../../../sync/core/cell.ts';
import { type CellRule, openConflicts, winner } from '../../../sync/core/kinds.ts';
import type { Mutants } from '../../../sync/core/mutants.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { canonicalText, sameValue } from '../../../sync/core/value.ts';
import { readCell, resolveStamps, writeCell } from '../log/cells.ts';
import { columnByNumber } from '../log/numbers.ts';
import { decodeLogged, encode, encodeLogged, decode } from '../rows/codec.ts';
import { columnRule, lifeCell, parseCell } from '../../../sync/core/cell-name.ts';
import type { PhysicalColumn } from '../schema/physical.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';

/** Where a cell stands: its row, its name in the log, and the rule by which it is merged. */
export interface CellPlace {
  readonly entity: EntityName;
  readonly row: Uint8Array;
  readonly cell: string;
  readonly column: PhysicalColumn | undefined;
  readonly key: string | null;
  readonly rule: CellRule;
}

/** The place of a cell by its name in the log. The life of an element of a set is merged as a set, any other as a register. */
export function placeOf(entity: EntityName, row: Uint8Array, cell: string): CellPlace {
  if (cell === lifeCell) return { entity, row, cell, column: undefined, key: null, rule: { kind: 'set' } };
  const { n, key } = parseCell(cell);
  const column = columnByNumber(entity, n);
  return { entity, row, cell, column, key, rule: columnRule(column?.column, column?.spec) };
}

function readStamps(db: ReadableDb, place: CellPlace): Record<string, Json> {
  const text = db.statements.value<string | null>(
    `SELECT _stamps FROM ${place.entity} WHERE id = ?`,
    place.row,
  );
  return JSON.parse(text ?? '{}') as Record<string, Json>;
}

/** The value that a row shows in a cell, as the log writes it. */
export function shownValue(db: ReadableDb, place: CellPlace): Json {
  const { entity, row, column, key } = place;
  if (place.cell === lifeCell) {
    return db.statements.value<number>(`SELECT _deleted FROM ${entity} WHERE id = ?`, row) === 1
      ? 'dead'
      : 'alive';
  }
  // The log of this build is read by the next one, which knows that a key is absent and not null.
  if (column === undefined) return extraOf(db, place)[place.cell] ?? (key === null ? null : []);
  const stored = db.statements.value(`SELECT "${column.name}" FROM ${entity} WHERE id = ?`, row);
  const value = decode(column.encoding, stored);
  if (key === null) return encodeLogged(column.encoding, value);
  const document = (value ?? {}) as Record<string, Json>;
  return Object.hasOwn(document, key) ? [document[key] ?? null] : [];
}

/** The cells of a row that this build does not know, with their shown values. */
function extraOf(db: ReadableDb, place: CellPlace): Record<string, Json> {
  const text = db.statements.value<string | null>(`SELECT _ext FROM ${place.entity} WHERE id = ?`, place.row);
  return JSON.parse(text ?? '{}') as Record<string, Json>;
}

/** What this file remembers of a cell: its side record, or the writes that the row's stamps name. */
export function loadCell(db: ReadableDb, place: CellPlace): CellState {
  const kept = readCell(db, entitySpec(place.entity).n, place.row, place.cell);
  if (kept !== undefined) return kept;
  const stamps = readStamps(db, place);
  // A key that the insert did not write, and a column that it did not know, were never written by it.
  const unwritten =
    place.cell !== lifeCell &&
    (place.column === undefined
      ? !Object.hasOwn(extraOf(db, place), place.cell)
      : place.key !== null && isAbsent(db, place));
  const fallback = unwritten ? undefined : stamps['*'];
  const named = resolveStamps(db, stamps[place.cell] ?? fallback);
  const value = shownValue(db, place);
  return { ...emptyCell, live: new Map(named.map((stamp): [Stamp, Write] => [stamp, { stamp, value }])) };
}

function isAbsent(db: ReadableDb, place: CellPlace): boolean {
  const shown = shownValue(db, place);
  return Array.isArray(shown) && shown.length === 0;
}

/** Stamps as a row keeps them: local numbers where the transaction is in this file, one alone or a list. */
export function internStamps(db: WritableDb, stamps: readonly Stamp[]): Json {
  const interned = stamps.map(
    (stamp) => db.statements.value<number>('SELECT txn FROM txns WHERE stamp = ?', stamp) ?? stamp,
  );
  return interned.length === 1 ? (interned[0] ?? null) : interned;
}

/** Whether a transaction had arrived when the given one was applied. */
export function arrivedBefore(db: WritableDb, txn: number): (stamp: Stamp) => boolean {
  return (stamp) =>
    db.statements.get('SELECT 1 FROM txns WHERE stamp = ? AND txn <= ?', stamp, txn) !== undefined;
}

/**
 * Keeps a cell's new state: the winner's value in the row, the stamps of that value (the winner's first, then its equals and what was
 * dismissed) beside it, and a side record where there is more to remember.
 */
export function storeCell(
  db: WritableDb,
  place: CellPlace,
  joined: CellState,
  txn: number,
  mutants: Mutants,
): void {
  const state = settleCell(joined, arrivedBefore(db, txn));
  const shown = winner(state, place.rule, mutants);
  const open = openConflicts(state, place.rule, mutants).map((write) => write.stamp);
  const hasDelete =
    place.cell === lifeCell && [...state.live.values()].some((write) => write.value === 'dead');
  writeCell(db, entitySpec(place.entity).n, place.row, place.cell, state, open, hasDelete);
  if (shown === undefined) return;
  const named = place.cell === lifeCell ? [...state.live.keys()].toSorted() : shownStamps(state, shown);
  // A marker is no value: what it hides stays hidden in the row (MR25).
  if (place.cell !== lifeCell && shown.masked !== true) writeShown(db, place, shown.value, mutants);
  else if (place.cell === lifeCell && !hasDelete)
    db.statements.run(`UPDATE ${place.entity} SET _deleted = 0 WHERE id = ? AND _deleted = 1`, place.row);
  db.statements.run(
    `UPDATE ${place.entity} SET _stamps = json_patch(coalesce(_stamps, '{}'), json_object(?, json(?))) WHERE id = ?`,
    place.cell,
    JSON.stringify(internStamps(db, named)),
    place.row,
  );
}

/** What the next author of a cell is shown: the winner first, then its equals and what was dismissed (MR5). */
export function shownStamps(state: CellState, shown: Write): Stamp[] {
  const others = [...state.live.values()].filter(
    (write) =>
      write.stamp !== shown.stamp &&
      (sameValue(write.value, shown.value) || state.dismissed.has(write.stamp)),
  );
  return [shown.stamp, ...others.map((write) => write.stamp).toSorted()];
}

/** Writes the value that a cell shows: into its column, its key of a map, or beside the row where this build does not know the column. */
export function writeShown(db: WritableDb, place: CellPlace, value: Json, mutants: Mutants): void {
  const { entity, row, column, key } = place;
  if (column === undefined) {
    if (mutants.unknownDropped === true) return;
    // Not json_patch: it takes a null for a removal, and null is a value here. Keys in text order: equal cells, equal texts.
    db.statements.run(
      `UPDATE ${entity} SET _ext = ? WHERE id = ?`,
      canonicalText({ ...extraOf(db, place), [place.cell]: value }),
      row,
    );
    return;
  }
  if (key === null) {
    const stored = encode(column.encoding, decodeLogged(column.encoding, value));
    db.statements.run(`UPDATE ${entity} SET "${column.name}" = ? WHERE id = ?`, stored, row);
    return;
  }
  const text = db.statements.value<string | null>(`SELECT "${column.name}" FROM ${entity} WHERE id = ?`, row);
  const others = mutants.mapMergedWhole === true ? {} : (JSON.parse(text ?? '{}') as Record<string, Json>);
  const document = { ...others };
  const [written] = value as readonly Json[];
  if (written === undefined) delete document[key];
  else document[key] = written;
  db.statements.run(`UPDATE ${entity} SET "${column.name}" = ? WHERE id = ?`, encode('json', document), row);
}
