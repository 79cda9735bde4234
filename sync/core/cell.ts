import type { Json } from '../../db/catalogue/types.ts';
import { noMutants } from './mutants.ts';
import type { Mutants } from './mutants.ts';
import { millisecondsOf } from './stamp.ts';
import type { Stamp } from './stamp.ts';

/** One live change of one cell. */
export interface Write {
  readonly stamp: Stamp;
  readonly value: Json;
  /** Place in the order where a server moved it; the stamp's milliseconds otherwise. */
  readonly at?: number;
  /** The value is a policy's marker; it yields to the true value of the same stamp. */
  readonly masked?: true;
  /** The first stamp that the write replaced, and that one's value where a conflict has to show it. */
  readonly over?: Stamp;
  readonly was?: Json;
  /** What a delete's author was shown: every live stamp of every cell (MR15). */
  readonly saw?: readonly Stamp[];
}

/** What a write replaces and what its author was shown and left open. */
export interface WriteContext {
  readonly base: readonly Stamp[];
  readonly seen?: readonly Stamp[];
}

/**
 * What a replica remembers of one cell. Each part only ever grows by union (live loses what becomes superseded), so
 * any order and any repetition of the same writes lead to the same state.
 */
export interface CellState {
  readonly live: ReadonlyMap<Stamp, Write>;
  readonly superseded: ReadonlySet<Stamp>;
  readonly demoted: ReadonlySet<Stamp>;
  readonly dismissed: ReadonlySet<Stamp>;
}

export const emptyCell: CellState = {
  live: new Map(),
  superseded: new Set(),
  demoted: new Set(),
  dismissed: new Set(),
};

/** A cell that one write made. */
export function writtenOnce(write: Write): CellState {
  const { superseded, demoted, dismissed } = emptyCell;
  return { live: new Map([[write.stamp, write]]), superseded, demoted, dismissed };
}

/**
 * Joins one write into a cell (MR7). A transaction that writes a cell twice names its own stamp as base: what it said last is its one
 * write of the cell (MR6).
 */
export function applyWrite(
  cell: CellState,
  write: Write,
  context: WriteContext,
  mutants: Mutants = noMutants,
): CellState {
  if (mutants.baseNotJoined && cell.superseded.has(write.stamp)) return cell;
  const base = mutants.firstBaseOnly ? context.base.slice(0, 1) : context.base;
  const superseded = new Set(cell.superseded);
  const live = new Map(mutants.noBaseCheck ? [] : cell.live);
  const continues = base.includes(write.stamp);
  for (const stamp of base) {
    if (stamp === write.stamp) continue;
    if (!mutants.supersededEarlyForgotten || live.has(stamp)) superseded.add(stamp);
    live.delete(stamp);
  }
  const known = live.get(write.stamp);
  if (!superseded.has(write.stamp) && (known === undefined || known.masked || continues)) {
    live.set(write.stamp, continues ? continued(known, write) : write);
  }
  const demoted = context.seen?.length ? new Set([...cell.demoted, ...context.seen]) : cell.demoted;
  return { live, superseded, demoted, dismissed: cell.dismissed };
}

/** What a transaction said last, over what its first write of the cell had replaced. */
function continued(first: Write | undefined, last: Write): Write {
  const { over: _over, was: _was, ...write } = last;
  return {
    ...write,
    ...(first?.over === undefined ? {} : { over: first.over }),
    ...(first?.was === undefined ? {} : { was: first.was }),
  };
}

/** Marks lost writes as seen and settled by a person. Nothing is removed and nothing is written. */
export function dismissWrites(
  cell: CellState,
  stamps: readonly Stamp[],
  mutants: Mutants = noMutants,
): CellState {
  return {
    ...cell,
    demoted: new Set([...cell.demoted, ...stamps]),
    dismissed: mutants.dismissalForgotten ? cell.dismissed : new Set([...cell.dismissed, ...stamps]),
  };
}

/** Order among concurrent writes: `(at, stamp)`, never anything that differs between replicas (MR3). */
export function compareWrites(a: Write, b: Write): number {
  const byTime = (a.at ?? millisecondsOf(a.stamp)) - (b.at ?? millisecondsOf(b.stamp));
  if (byTime !== 0) return byTime;
  return a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0;
}

/**
 * Forgets what can never matter again: superseded stamps whose transaction has arrived (it is applied once), and marks
 * on writes that have arrived and are not live. `arrived` tells whether a transaction of this stamp was applied.
 */
export function settleCell(cell: CellState, arrived: (stamp: Stamp) => boolean): CellState {
  const pending = (stamp: Stamp) => !arrived(stamp);
  const marked = (stamp: Stamp) => cell.live.has(stamp) || (!cell.superseded.has(stamp) && pending(stamp));
  return {
    live: cell.live,
    superseded: new Set([...cell.superseded].filter(pending)),
    demoted: new Set([...cell.demoted].filter(marked)),
    dismissed: new Set([...cell.dismissed].filter(marked)),
  };
}
