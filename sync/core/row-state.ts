import { entitySpec } from '../../db/catalogue/catalogue.ts';
import type { Json } from '../../db/catalogue/types.ts';
import type { ExchangedEntry } from '../protocol/exchange.ts';
import {
  applyWrite,
  type CellState,
  dismissWrites,
  emptyCell,
  settleCell,
  type Write,
  writtenOnce,
} from './cell.ts';
import { cellRule, columnsByNumber, entityOfNumber, hasColumn, lifeCell, parseCell } from './cell-name.ts';
import { InsertedCells } from './inserted-cells.ts';
import { openConflicts, winner } from './kinds.ts';
import { noMutants, type Mutants } from './mutants.ts';
import type { Stamp } from './stamp.ts';

/** Who made a transaction, and its place in the order where the server moved it (MR3). */
export interface Writer {
  readonly author: string;
  readonly at?: number;
}

/** The transaction that an entry belongs to. */
export interface EntryOrigin extends Writer {
  readonly stamp: Stamp;
}

/**
 * Everything that merging knows of one row. The server keeps it and sends it; a laptop joins its pending entries to it. A cell that is
 * not among `cells` was written by the insert as null, or never.
 */
export interface RowState {
  readonly entity: number;
  readonly id: string;
  readonly scope: string;
  readonly purged: boolean;
  /** The insert, and how many columns it wrote; undefined while only later writes have arrived. */
  readonly insert: { readonly stamp: Stamp; readonly columns: number } | undefined;
  readonly writers: ReadonlyMap<Stamp, Writer>;
  readonly cells: ReadonlyMap<string, CellState>;
}

/** A row of which nothing has arrived. */
export function emptyRow(entity: number, id: string, scope: string): RowState {
  return { entity, id, scope, purged: false, insert: undefined, writers: new Map(), cells: new Map() };
}

/** What a row remembers of a cell; a column that the insert wrote as null is a write like any other (MR8). */
export function cellOf(row: RowState, cell: string): CellState {
  const kept = row.cells.get(cell);
  if (kept !== undefined) return kept;
  if (row.insert === undefined || cell === lifeCell) return emptyCell;
  const { n, key } = parseCell(cell);
  if (key !== null || n > row.insert.columns || !insertWrites(row.entity, n)) return emptyCell;
  return writtenOnce(writeOf(row, row.insert.stamp, null));
}

/** False for a map, whose keys are its cells, and for a column of this build that is not logged. */
function insertWrites(entity: number, n: number): boolean {
  const column = columnsByNumber(entity).get(n);
  return column === undefined ? !hasColumn(entity, n) : column.spec.merge !== 'map';
}

function writeOf(row: RowState, stamp: Stamp, value: Json): Write {
  const at = row.writers.get(stamp)?.at;
  return at === undefined ? { stamp, value } : { stamp, value, at };
}

/** The names of a row's cells, those that only the insert wrote as null among them. */
export function cellNames(row: RowState): string[] {
  const names = new Set(row.cells.keys());
  for (let n = 1; n <= (row.insert?.columns ?? 0); n += 1) {
    if (insertWrites(row.entity, n)) names.add(String(n));
  }
  return [...names];
}

/** Whether a transaction of this stamp was applied, so that what waited for it can be forgotten. */
export type Arrived = (stamp: Stamp) => boolean;

/**
 * Joins one entry to a row: the same joins, in any order, lead to the same row (MR28). An entry for another row is the caller's fault.
 * A purged row stays as it is (MR17).
 */
export function applyEntry(
  row: RowState,
  entry: ExchangedEntry,
  origin: EntryOrigin,
  arrived: Arrived = () => false,
  mutants: Mutants = noMutants,
): RowState {
  if (row.purged && mutants.purgeResurrected !== true) return row;
  if (entry.op === 'purge') {
    return { ...emptyRow(row.entity, row.id, row.scope), purged: true };
  }
  const whole = entry.op === 'insert' ? wholeInsert(row, entry, origin) : undefined;
  if (whole !== undefined) return whole;
  const cells = new Map(row.cells);
  const writers = new Map(row.writers);
  if (entry.op !== 'dismiss') writers.set(origin.stamp, writerOf(origin));
  const next = { ...row, cells, writers };
  const known: Arrived = (stamp) => writers.has(stamp) || stamp === origin.stamp || arrived(stamp);
  const join = (
    cell: string,
    value: Json,
    base: readonly Stamp[],
    seen?: readonly Stamp[],
    saw?: readonly Stamp[],
    masked?: true,
  ) => {
    const before = cellOf(row, cell);
    const made: Write = {
      ...writeOf(next, origin.stamp, value),
      ...(masked === undefined ? {} : { masked }),
    };
    if (before === emptyCell && base.length === 0) {
      cells.set(cell, writtenOnce(made));
      return;
    }
    const [over] = base;
    const write: Write = {
      ...made,
      ...(over === undefined || cell === lifeCell ? {} : { over }),
      ...(saw === undefined ? {} : { saw }),
    };
    const context = seen === undefined ? { base } : { base, seen };
    const joined = settleCell(applyWrite(before, write, context, mutants), known);
    cells.set(cell, cell === lifeCell ? joined : showBases(joined, before));
  };
  switch (entry.op) {
    case 'insert':
      return joinInsert(next, entry, origin.stamp, join);
    case 'update':
      for (const { cell, value, base, seen, withheld } of entry.cells) {
        const name = String(cell);
        if (withheld === undefined) join(name, value, base, seen);
        else join(name, maskOf(name, withheld), base, seen, undefined, true);
      }
      break;
    case 'delete':
      join(lifeCell, 'dead', entry.base, undefined, entry.stamps);
      break;
    case 'restore':
      join(lifeCell, 'alive', entry.base);
      break;
    case 'dismiss': {
      const cell = String(entry.cell);
      cells.set(cell, settleCell(dismissWrites(cellOf(row, cell), entry.stamps, mutants), known));
    }
  }
  return next;
}

function writerOf({ author, at }: EntryOrigin): Writer {
  return at === undefined ? { author } : { author, at };
}

/** What an insert makes of a row of which nothing has arrived: nearly every row begins so, and most stay so. */
function wholeInsert(
  row: RowState,
  { values, withheld }: ExchangedEntry & { readonly op: 'insert' },
  origin: EntryOrigin,
): RowState | undefined {
  if (withheld !== undefined || row.insert !== undefined || row.writers.size + row.cells.size > 0)
    return undefined;
  const cells = InsertedCells.of(row.entity, values, origin);
  if (cells === undefined) return undefined;
  const { stamp } = origin;
  const writers = new Map([[stamp, writerOf(origin)]]);
  return { ...row, cells, writers, insert: { stamp, columns: values.length } };
}

/** Joins one write of the entry's transaction into a cell. */
type Join = (
  cell: string,
  value: Json,
  base: readonly Stamp[],
  seen?: readonly Stamp[],
  saw?: readonly Stamp[],
  masked?: true,
) => void;

/** What stands in a cell whose value is not shown, by a version of the settings: a key of a map holds it as its value. */
export function maskOf(cell: string, version: number): Json {
  const marker = { $r: version };
  return parseCell(cell).key === null ? marker : [marker];
}

function joinInsert(
  row: RowState,
  { values, withheld }: ExchangedEntry & { readonly op: 'insert' },
  stamp: Stamp,
  join: Join,
): RowState {
  const columns = columnsByNumber(row.entity);
  const first = row.insert === undefined;
  const fresh = first && row.cells.size === 0;
  const hidden = new Set(withheld?.cells.map(String));
  for (const cell of hidden) join(cell, maskOf(cell, withheld?.version ?? 0), [], undefined, undefined, true);
  for (const [at, value] of values.entries()) {
    // What a new row has as null has no cell, and most columns of most rows are null.
    if (fresh && value === null) continue;
    const n = at + 1;
    const cell = String(n);
    if (columns.get(n)?.spec.merge === 'map') {
      for (const [key, item] of Object.entries((value ?? {}) as Record<string, Json>)) {
        join(`${n}/${key}`, [item], []);
      }
    } else if (insertWrites(row.entity, n) && !hidden.has(cell)) {
      if (!(first && value === null && !row.cells.has(cell))) join(cell, value, []);
    }
  }
  join(lifeCell, 'alive', []);
  return first ? { ...row, insert: { stamp, columns: values.length } } : row;
}

/** Where writes compete, each keeps the value that it replaced while that is at hand: a conflict shows it. */
function showBases(cell: CellState, before: CellState): CellState {
  if (cell.live.size < 2) return cell;
  const live = new Map<Stamp, Write>();
  for (const write of cell.live.values()) {
    const was = write.over === undefined ? undefined : before.live.get(write.over);
    live.set(
      write.stamp,
      write.was !== undefined || was === undefined ? write : { ...write, was: was.value },
    );
  }
  return { ...cell, live };
}

/** Competing writes whose replaced value is not kept with them, by cell and replaced stamp. */
export function missingBases(row: RowState): { readonly cell: string; readonly over: Stamp }[] {
  const missing: { cell: string; over: Stamp }[] = [];
  if (row.cells instanceof InsertedCells) return missing;
  for (const [cell, { live }] of row.cells) {
    if (live.size < 2) continue;
    for (const { over, was } of live.values()) {
      if (over !== undefined && was === undefined) missing.push({ cell, over });
    }
  }
  return missing;
}

/** The row with replaced values filled in from elsewhere: the log, in most cases. */
export function withBases(row: RowState, valueOf: (cell: string, over: Stamp) => Json | undefined): RowState {
  const cells = new Map(row.cells);
  for (const { cell } of missingBases(row)) {
    const state = cellOf({ ...row, cells }, cell);
    const live = [...state.live.values()].map((write): [Stamp, Write] => {
      const was = write.over === undefined || write.was !== undefined ? undefined : valueOf(cell, write.over);
      return [write.stamp, was === undefined ? write : { ...write, was }];
    });
    cells.set(cell, { ...state, live: new Map(live) });
  }
  return { ...row, cells };
}

/** Whether a row lives: `told` where its deleters have to hear that somebody worked on it; `early` before its insert. */
export type RowLife = 'alive' | 'told' | 'deleted' | 'purged' | 'early';

/**
 * The life of a row (MR15). `beside`: stamps of what belongs to the row and stands in rows of its own, its text updates.
 */
export function lifeOf(row: RowState, beside: Iterable<Stamp> = []): RowLife {
  if (row.purged) return 'purged';
  if (row.insert === undefined) return 'early';
  if (row.cells instanceof InsertedCells) return 'alive';
  const writes = [...cellOf(row, lifeCell).live.values()];
  const dead = writes.filter((write) => write.value === 'dead');
  if (dead.length === 0 || dead.length < writes.length) return 'alive';
  const entity = entityOfNumber(row.entity);
  if (entity !== undefined && entitySpec(entity).life === 'set') return 'deleted';
  const seen = new Set(dead.flatMap((write) => write.saw ?? []));
  for (const cell of cellNames(row)) {
    if (cell === lifeCell) continue;
    for (const stamp of cellOf(row, cell).live.keys()) if (!seen.has(stamp)) return 'told';
  }
  for (const stamp of beside) if (!seen.has(stamp)) return 'told';
  return 'deleted';
}

/** What a row shows in one column of this build that is no map, in the log's form; null where it shows nothing. */
export function shownValue(row: RowState, n: number): Json {
  if (row.cells instanceof InsertedCells) return row.cells.shown(n);
  const cell = String(n);
  return winner(cellOf(row, cell), cellRule(row.entity, cell))?.value ?? null;
}

/** True where somebody deleted a row, whatever that came to. */
export function isDead(row: RowState): boolean {
  if (row.cells instanceof InsertedCells) return false;
  return [...cellOf(row, lifeCell).live.values()].some((write) => write.value === 'dead');
}

/** A row's shown values by column number, in the log's form; `unknown` holds columns of newer builds. */
export interface ShownValues {
  readonly known: ReadonlyMap<number, Json>;
  readonly unknown: ReadonlyMap<string, Json>;
}

/** What a row shows: each cell's winner, with the keys of a map put together again. */
export function valuesOf(row: RowState): ShownValues {
  const columns = columnsByNumber(row.entity);
  const known = new Map<number, Json>();
  const unknown = new Map<string, Json>();
  const maps = new Map<number, [string, Json][]>();
  for (const [n, { spec }] of columns) {
    if (spec.merge === 'map') maps.set(n, []);
    else known.set(n, null);
  }
  for (const [cell, state] of row.cells) {
    if (cell === lifeCell) continue;
    const { n, key } = parseCell(cell);
    const shown = winner(state, cellRule(row.entity, cell));
    if (shown === undefined) continue;
    if (!columns.has(n)) unknown.set(cell, shown.value);
    else if (key === null) known.set(n, shown.value);
    else {
      const [value] = shown.value as readonly Json[];
      if (value !== undefined) maps.get(n)?.push([key, value]);
    }
  }
  for (const [n, entries] of maps)
    known.set(n, Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))));
  return { known, unknown };
}

/** An open conflict of a row: a lost write that nobody dismissed, beside what is shown (MR13). */
export interface RowConflict {
  readonly cell: string;
  readonly shown: Write;
  readonly lost: Write;
}

/** The open conflicts of a row, by cell and stamp. A row in the trash keeps its own and does not show them: ask `lifeOf`. */
export function conflictsOf(row: RowState): RowConflict[] {
  return [...row.cells].flatMap(([cell, state]) => {
    if (cell === lifeCell || state.live.size < 2) return [];
    const rule = cellRule(row.entity, cell);
    const shown = winner(state, rule);
    return shown === undefined ? [] : openConflicts(state, rule).map((lost) => ({ cell, shown, lost }));
  });
}

/** True where a row has a cell of which that is so. */
export function hasContested(row: RowState): boolean {
  if (row.cells instanceof InsertedCells) return false;
  return [...row.cells.keys()].some((cell) => isContested(row, cell));
}

/**
 * True where several live writes of a cell stand side by side: a transaction met somebody else's. Whether they say the same makes no
 * difference: who pushes may not see what the others say (P28).
 */
export function isContested(row: RowState, cell: string): boolean {
  return (row.cells.get(cell)?.live.size ?? 0) > 1;
}
