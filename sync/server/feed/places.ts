import type { CellState } from '../../core/cell.ts';
import { millisecondsOf, type Stamp } from '../../core/stamp.ts';

/** The session part of a stamp. */
export function sessionOf(stamp: Stamp): string {
  return stamp.slice(16);
}

/**
 * Gives each transaction its place in the order (MR3): its stamp's milliseconds, but not beyond the server's now, not before what its
 * session was given last, and after every write that it replaces. The stamp itself never changes.
 */
export class Places {
  readonly #last: Map<string, number>;
  readonly #now: number;

  constructor(last: ReadonlyMap<string, number>, now: number) {
    this.#last = new Map(last);
    this.#now = now;
  }

  /** The place of a transaction over the cells that it writes, with the stamps that it replaces in each. */
  next(stamp: Stamp, replaced: readonly (readonly [CellState, readonly Stamp[]])[]): number {
    let place = Math.min(millisecondsOf(stamp), this.#now);
    place = Math.max(place, this.#last.get(sessionOf(stamp)) ?? 0);
    for (const [cell, base] of replaced) {
      for (const each of base) {
        const write = cell.live.get(each);
        if (write !== undefined) place = Math.max(place, 1 + (write.at ?? millisecondsOf(each)));
      }
    }
    return place;
  }

  /** Remembers the place of a transaction that was accepted. */
  keep(stamp: Stamp, place: number): void {
    this.#last.set(sessionOf(stamp), place);
  }

  all(): ReadonlyMap<string, number> {
    return this.#last;
  }
}
