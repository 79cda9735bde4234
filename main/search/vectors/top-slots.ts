import type { CodeMemory } from './code-memory.ts';
import type { SlotTable } from './slot-table.ts';

/** Which passages may answer: those of one session (its number in the search tables), or those of a set, or all. */
export interface VectorFilter {
  readonly session?: number;
  readonly chunks?: ReadonlySet<number>;
}

/**
 * The chunks whose quantised vectors are nearest to a query, best first, among those that pass the filter. Exact in
 * the quantised space: every slot that passes is scored.
 */
export function topSlots(
  codes: CodeMemory,
  slots: SlotTable,
  query: Float32Array,
  limit: number,
  filter: VectorFilter,
): number[] {
  const { chunks, sessions, scales, length } = slots;
  const best = new BoundedHeap(limit);
  const products = codes.scan(query, 0, length);
  const { session, chunks: allowed } = filter;
  for (let slot = 0; slot < length; slot += 1) {
    const chunk = chunks[slot] ?? 0;
    if (chunk === 0 || (session !== undefined && sessions[slot] !== session)) continue;
    const score = (products[slot] ?? 0) * (scales[slot] ?? 0);
    if (score <= best.floor || (allowed !== undefined && !allowed.has(chunk))) continue;
    best.offer(chunk, score);
  }
  return best.descending();
}

/** The keys with the highest scores, in a binary heap with the lowest of them on top. */
class BoundedHeap {
  /** What a score has to exceed to be among the best. */
  floor = -Infinity;
  readonly #limit: number;
  readonly #entries: { key: number; score: number }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(key: number, score: number): void {
    const entries = this.#entries;
    if (entries.length < this.#limit) {
      entries.push({ key, score });
      this.#rise(entries.length - 1);
    } else {
      entries[0] = { key, score };
      this.#sink(0);
    }
    if (entries.length === this.#limit) this.floor = entries[0]?.score ?? -Infinity;
  }

  descending(): number[] {
    return this.#entries.toSorted((a, b) => b.score - a.score || a.key - b.key).map((entry) => entry.key);
  }

  #score(index: number): number {
    return this.#entries[index]?.score ?? Infinity;
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#score(parent) <= this.#score(index)) return;
      this.#swap(parent, index);
      index = parent;
    }
  }

  #sink(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const smaller = this.#score(left) <= this.#score(left + 1) ? left : left + 1;
      if (this.#score(smaller) >= this.#score(index)) return;
      this.#swap(smaller, index);
      index = smaller;
    }
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#entries[a], this.#entries[b]];
    if (x === undefined || y === undefined) return;
    this.#entries[a] = y;
    this.#entries[b] = x;
  }
}
