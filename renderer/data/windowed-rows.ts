import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ShownFailure } from './failure.ts';
import { failureOf } from './failure.ts';
import type { Topic } from './query.ts';
import { useInvalidation } from './query.ts';

/** A part of a long list, as the host answers with it. */
export interface RowWindow<T> {
  readonly offset: number;
  readonly total: number;
  readonly rows: readonly T[];
}

/** What a list knows now. `version` changes with every arrival. */
export interface WindowedState {
  readonly version: number;
  readonly total: number | undefined;
  readonly failure: ShownFailure | undefined;
}

/** Few enough that one answer is read within a frame. */
const pageRows = 64;
const keptPages = 128;
/** Rows that one command takes. */
const mostIds = 10_000;
/** Rows that one request brings. */
const idsAtOnce = 500;

/** A list of any length of which only the pages in view, and some around, are held. */
export class WindowedRows<T extends { readonly id: string }> {
  readonly #load: (offset: number, limit: number) => Promise<RowWindow<T>>;
  readonly #pages = new Map<number, readonly T[]>();
  readonly #asked = new Set<number>();
  readonly #listeners = new Set<() => void>();
  #stale = new Set<number>();
  #generation = 0;
  #state: WindowedState = { version: 0, total: undefined, failure: undefined };

  constructor(load: (offset: number, limit: number) => Promise<RowWindow<T>>) {
    this.#load = load;
  }

  readonly getState = (): WindowedState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  row(index: number): T | undefined {
    return this.#pages.get(Math.floor(index / pageRows))?.[index % pageRows];
  }

  /** Where a row is among those that are held; null where it is not. */
  indexOf(id: string): number | null {
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex((row) => row.id === id);
      if (at >= 0) return page * pageRows + at;
    }
    return null;
  }

  /** Rows between two places, both included; those that are not held are asked for. At most 10,000. */
  async range(first: number, last: number): Promise<T[]> {
    const end = Math.min(last, first + mostIds - 1);
    const found: T[] = [];
    for (let at = first; at <= end;) {
      const row = this.row(at);
      if (row !== undefined) {
        found.push(row);
        at += 1;
        continue;
      }
      const answer = await this.#load(at, Math.min(idsAtOnce, end - at + 1));
      if (answer.rows.length === 0) break;
      found.push(...answer.rows);
      at += answer.rows.length;
    }
    return found;
  }

  /** Ids of the rows between two places, as `range` finds them. */
  async ids(first: number, last: number): Promise<string[]> {
    return (await this.range(first, last)).map(({ id }) => id);
  }

  /**
   * The place of the first row from `from` on, and then from the start, that matches; null where none does. What is not held is asked
   * for, until `givenUp` says that nobody waits any more.
   */
  async find(from: number, matches: (row: T) => boolean, givenUp: () => boolean): Promise<number | null> {
    const total = this.#state.total ?? 0;
    let at = from;
    for (let seen = 0; seen < total && !givenUp(); at += 1, seen += 1) {
      const held = this.row(at % total);
      if (held !== undefined) {
        if (matches(held)) return at % total;
        continue;
      }
      const start = at % total;
      const answer = await this.#load(start, Math.min(idsAtOnce, total - start, total - seen));
      const found = answer.rows.findIndex(matches);
      if (found >= 0) return start + found;
      if (answer.rows.length === 0) return null;
      at += answer.rows.length - 1;
      seen += answer.rows.length - 1;
    }
    return null;
  }

  /** Asks for what is missing or stale between two places, both included. */
  ensure(first: number, last: number): void {
    for (let page = Math.floor(first / pageRows); page <= Math.floor(last / pageRows); page += 1) {
      if (this.#asked.has(page)) continue;
      if (this.#pages.has(page) && !this.#stale.has(page)) continue;
      this.#asked.add(page);
      void this.#fetch(page, this.#generation);
    }
  }

  /** Everything held may have changed: shown until the new rows are there. */
  refresh(): void {
    this.#generation += 1;
    this.#asked.clear();
    this.#stale = new Set(this.#pages.keys());
    this.#stale.add(0);
    this.#publish({});
  }

  async #fetch(page: number, generation: number): Promise<void> {
    try {
      const answer = await this.#load(page * pageRows, pageRows);
      if (generation !== this.#generation) return;
      this.#pages.set(page, answer.rows);
      this.#stale.delete(page);
      this.#trim(page);
      this.#publish({ total: answer.total, failure: undefined });
    } catch (thrown) {
      if (generation === this.#generation) this.#publish({ failure: failureOf(thrown) });
    } finally {
      if (generation === this.#generation) this.#asked.delete(page);
    }
  }

  #trim(around: number): void {
    if (this.#pages.size <= keptPages) return;
    const far = [...this.#pages.keys()].sort((a, b) => Math.abs(b - around) - Math.abs(a - around));
    for (const page of far.slice(0, this.#pages.size - keptPages)) this.#pages.delete(page);
  }

  #publish(change: Partial<WindowedState>): void {
    this.#state = { ...this.#state, ...change, version: this.#state.version + 1 };
    for (const listener of this.#listeners) listener();
  }
}

/** Where a long list comes from. The same object means the same list. */
export interface WindowSource<T> {
  load(offset: number, limit: number): Promise<RowWindow<T>>;
}

/** A long list kept current while what it watches changes. */
export function useWindowedRows<T extends { readonly id: string }>(
  source: WindowSource<T>,
  watches: readonly Topic[],
): { readonly rows: WindowedRows<T>; readonly state: WindowedState } {
  const rows = useMemo(() => new WindowedRows<T>((offset, limit) => source.load(offset, limit)), [source]);
  const state = useSyncExternalStore(rows.subscribe, rows.getState);
  useEffect(() => rows.ensure(0, 0), [rows, state.version]);
  useInvalidation(
    watches,
    useCallback(() => rows.refresh(), [rows]),
  );
  return { rows, state };
}
