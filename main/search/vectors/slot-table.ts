/**
 * Which chunk and session stand in which slot of the code memory. Slots come in groups of fixed size: a sealed block
 * fills one, and vectors of the tail share others as singles. A slot without a chunk holds 0, and freed slots are
 * used again.
 */
export class SlotTable {
  chunks = new Uint32Array(0);
  sessions = new Uint32Array(0);
  scales = new Float32Array(0);
  live = 0;
  length = 0;
  readonly #groupSize: number;
  readonly #groups = new Map<number, { first: number; generation: number }>();
  readonly #freeGroups: number[] = [];
  readonly #singles = new Map<number, number>();
  readonly #freeSingles: number[] = [];

  constructor(groupSize: number) {
    this.#groupSize = groupSize;
  }

  /** The generation in which a block was loaded, or undefined where it was not. */
  generationOf(block: number): number | undefined {
    return this.#groups.get(block)?.generation;
  }

  /** Gives a block its group of slots, or brings its members up to date. Returns the first slot. */
  place(block: number, generation: number, chunks: Uint32Array, sessions: Uint32Array): number {
    const first = this.#groups.get(block)?.first ?? this.#takeGroup();
    this.#clear(first, this.#groupSize);
    this.chunks.set(chunks, first);
    this.sessions.set(sessions, first);
    this.live += chunks.reduce((count, chunk) => count + (chunk === 0 ? 0 : 1), 0);
    this.#groups.set(block, { first, generation });
    return first;
  }

  /** Frees the groups of the blocks that are gone. */
  dropGroups(isGone: (block: number) => boolean): void {
    for (const [block, { first }] of this.#groups) {
      if (!isGone(block)) continue;
      this.#clear(first, this.#groupSize);
      this.#groups.delete(block);
      this.#freeGroups.push(first);
    }
  }

  hasSingle(chunk: number): boolean {
    return this.#singles.has(chunk);
  }

  /** Gives a vector of the tail a slot. */
  addSingle(chunk: number, session: number): number {
    if (this.#freeSingles.length === 0) {
      const first = this.#takeGroup();
      for (let slot = first + this.#groupSize - 1; slot >= first; slot -= 1) this.#freeSingles.push(slot);
    }
    const slot = this.#freeSingles.pop() ?? 0;
    this.chunks[slot] = chunk;
    this.sessions[slot] = session;
    this.live += 1;
    this.#singles.set(chunk, slot);
    return slot;
  }

  /** Frees the slots of the tail's vectors that are gone: sealed into a block, or removed. */
  dropSingles(isGone: (chunk: number) => boolean): void {
    for (const [chunk, slot] of this.#singles) {
      if (!isGone(chunk)) continue;
      this.#clear(slot, 1);
      this.#singles.delete(chunk);
      this.#freeSingles.push(slot);
    }
  }

  #takeGroup(): number {
    const free = this.#freeGroups.pop();
    if (free !== undefined) return free;
    const first = this.length;
    this.length += this.#groupSize;
    if (this.length > this.chunks.length)
      this.#grow(Math.max(this.length, Math.ceil(this.chunks.length * 1.5)));
    return first;
  }

  #grow(capacity: number): void {
    const { chunks, sessions, scales } = this;
    this.chunks = new Uint32Array(capacity);
    this.chunks.set(chunks);
    this.sessions = new Uint32Array(capacity);
    this.sessions.set(sessions);
    this.scales = new Float32Array(capacity);
    this.scales.set(scales);
  }

  #clear(first: number, count: number): void {
    for (let slot = first; slot < first + count; slot += 1) if (this.chunks[slot] !== 0) this.live -= 1;
    this.chunks.fill(0, first, first + count);
  }
}
