import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';

import { chunkOfVector, vectorKey } from '../../../db/replica/search-schema.ts';
import { prepared } from '../../../db/replica/search-statements.ts';
import { blockSize, bytesOf, floatsOf } from '../../../db/replica/search-vectors.ts';
import { quantise } from '../../../db/replica/vector-codes.ts';
import { CodeMemory } from './code-memory.ts';
import { SlotTable } from './slot-table.ts';
import { topSlots, type VectorFilter } from './top-slots.ts';

/** A passage found by meaning. `similarity` is the exact cosine. */
export interface NearChunk {
  readonly chunk: number;
  readonly similarity: number;
}

/** Candidates of the quantised scan beyond the answers wanted; 50 found every true neighbour of real questions. */
const spareCandidates = 50;

/**
 * The vectors of one model as one reader sees them: eight-bit codes of all of them in memory choose candidates, and
 * sqlite-vec computes their exact distances from the stored vectors. Follows the tables by `refresh`, which is cheap
 * where nothing changed: sealed blocks are compared by generation, and the tail by its keys.
 */
export class VectorIndex {
  readonly model: number;
  readonly dimensions: number;
  readonly #db: ReadableDb['sqlite'];
  readonly #codes: CodeMemory;
  readonly #slots: SlotTable;
  #dataVersion = '';

  constructor(db: ReadableDb['sqlite'], model: number, dimensions: number) {
    this.#db = db;
    this.model = model;
    this.dimensions = dimensions;
    this.#codes = new CodeMemory(dimensions);
    this.#slots = new SlotTable(blockSize);
  }

  /** Number of vectors that answer. */
  get size(): number {
    return this.#slots.live;
  }

  /** Loads what other connections committed since the last call. Call it inside the read transaction of a search. */
  refresh(): void {
    const own = prepared<[], { n: number }>(this.#db, `SELECT total_changes() AS n`).get();
    const version = `${String(this.#db.pragma('data_version', { simple: true }))}:${own?.n ?? 0}`;
    if (version === this.#dataVersion) return;
    this.#refreshBlocks();
    this.#refreshTail();
    this.#dataVersion = version;
  }

  /** The nearest passages to a vector of unit length, best first, by exact cosine. */
  nearest(query: Float32Array, limit: number, filter: VectorFilter = {}): NearChunk[] {
    const candidates = topSlots(this.#codes, this.#slots, query, limit + spareCandidates, filter);
    return this.#rescore(query, candidates).slice(0, limit);
  }

  #rescore(query: Float32Array, chunks: readonly number[]): NearChunk[] {
    if (chunks.length === 0) return [];
    const keys = JSON.stringify(chunks.map((chunk) => vectorKey(this.model, chunk)));
    const rows = prepared<[Buffer, string], { vector: number; distance: number }>(
      this.#db,
      `SELECT vector, vec_distance_cosine(embedding, ?) AS distance
       FROM vectors WHERE vector IN (SELECT value FROM json_each(?)) ORDER BY distance, vector`,
    ).all(bytesOf(query), keys);
    return rows.map(({ vector, distance }) => ({ chunk: chunkOfVector(vector), similarity: 1 - distance }));
  }

  #refreshBlocks(): void {
    const rows = prepared<[number], { block: number; generation: number }>(
      this.#db,
      `SELECT block, generation FROM vector_blocks WHERE model = ?`,
    ).all(this.model);
    const present = new Map(rows.map((row) => [row.block, row.generation]));
    this.#slots.dropGroups((block) => !present.has(block));
    const unknown = rows.filter((row) => this.#slots.generationOf(row.block) !== row.generation);
    for (const { block, generation } of unknown) this.#loadBlock(block, generation);
  }

  #loadBlock(block: number, generation: number): void {
    const members = prepared<[number], { chunks: Uint8Array; sessions: Uint8Array }>(
      this.#db,
      `SELECT chunks, sessions FROM vector_members WHERE block = ?`,
    ).get(block);
    if (members === undefined) return;
    const isNew = this.#slots.generationOf(block) === undefined;
    const first = this.#slots.place(
      block,
      generation,
      integersOf(members.chunks),
      integersOf(members.sessions),
    );
    if (!isNew) return;
    const code = prepared<[number], { codes: Uint8Array; scales: Uint8Array }>(
      this.#db,
      `SELECT codes, scales FROM vector_codes WHERE block = ?`,
    ).get(block);
    if (code === undefined) throw new Error(`vector block ${block} has members and no codes`);
    this.#codes.reserve(this.#slots.length);
    this.#codes.write(first, code.codes);
    this.#slots.scales.set(floatsOf(code.scales), first);
  }

  #refreshTail(): void {
    const range = [vectorKey(this.model, 0), vectorKey(this.model + 1, 0)] as const;
    const keys = prepared<[number, number], { vector: number }>(
      this.#db,
      `SELECT vector FROM vector_slots WHERE block IS NULL AND vector >= ? AND vector < ? ORDER BY vector`,
    ).all(...range);
    const present = new Set(keys.map((row) => chunkOfVector(row.vector)));
    this.#slots.dropSingles((chunk) => !present.has(chunk));
    const read = prepared<[number, number], { embedding: Uint8Array; session: number }>(
      this.#db,
      `SELECT embedding, session FROM vectors, chunks WHERE vector = ? AND chunk = ?`,
    );
    for (const { vector } of keys) {
      const chunk = chunkOfVector(vector);
      if (this.#slots.hasSingle(chunk)) continue;
      const row = read.get(vector, chunk);
      if (row === undefined) continue;
      const { values, scale } = quantise(floatsOf(row.embedding));
      const slot = this.#slots.addSingle(chunk, row.session);
      this.#codes.reserve(this.#slots.length);
      this.#codes.write(slot, values);
      this.#slots.scales[slot] = scale;
    }
  }
}

function integersOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer);
}
