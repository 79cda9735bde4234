import Database from 'better-sqlite3-multiple-ciphers';
import fc from 'fast-check';
import * as sqliteVec from 'sqlite-vec';
import { describe, expect, test } from 'vitest';
import { insertChunks, removeChunks, setChunksLive } from '../../../db/replica/search-chunks.ts';
import { searchSchemaStatements } from '../../../db/replica/search-schema.ts';
import {
  blockSize,
  dropFinishedModels,
  pendingVectors,
  storeVectors,
  chooseModel,
} from '../../../db/replica/search-vectors.ts';
import { quantise } from '../../../db/replica/vector-codes.ts';
import { CodeMemory } from '../../../main/search/vectors/code-memory.ts';
import { VectorIndex } from '../../../main/search/vectors/vector-index.ts';

const dimensions = 20;

/** The search tables alone: their triggers on replicated tables have nothing to watch here. */
function searchTables(): Database.Database {
  const db = new Database(':memory:');
  sqliteVec.load(db);
  for (const statement of searchSchemaStatements)
    if (!statement.startsWith('CREATE TRIGGER')) db.exec(statement);
  return db;
}

function unitVector(seed: number): Float32Array {
  let state = seed * 2_654_435_761 + 1;
  const vector = Float32Array.from({ length: dimensions }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.45;
  });
  const length = Math.hypot(...vector);
  return vector.map((component) => component / length);
}

function add(
  db: Database.Database,
  model: number,
  evidence: number,
  session: number,
  count: number,
): number[] {
  const chunks = insertChunks(db, {
    evidence: Uint8Array.of(evidence >> 8, evidence & 255),
    session: Uint8Array.of(session),
    extraction: null,
    title: `t${evidence}`,
    chunks: Array.from({ length: count }, (_, at) => ({
      start: at,
      end: at + 1,
      page: null,
      text: `w${at}`,
    })),
  });
  storeVectors(
    db,
    model,
    chunks.map((chunk) => ({ chunk, embedding: unitVector(chunk) })),
  );
  return chunks;
}

function expectNearest(index: VectorIndex, live: readonly number[], query: Float32Array, filter = {}): void {
  const exact = live
    .map((chunk) => ({ chunk, score: unitVector(chunk).reduce((sum, x, i) => sum + x * (query[i] ?? 0), 0) }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 10);
  index.refresh();
  const found = index.nearest(query, 10, filter);
  expect(found.map(({ chunk }) => chunk)).toEqual(exact.map(({ chunk }) => chunk));
  found.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(exact[i]?.score ?? NaN, 5));
}

describe('the scan', () => {
  test('computes the products of the codes, at any number of dimensions', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 9 }), (size, count) => {
        const memory = new CodeMemory(size);
        memory.reserve(count);
        const random = (seed: number) =>
          Float32Array.from({ length: size }, (_, i) => Math.sin(seed * 97 + i * 13));
        const vectors = Array.from({ length: count }, (_, i) => random(i + 1));
        const codes = vectors.map(quantise);
        codes.forEach((code, slot) => memory.write(slot, code.values));
        const query = random(77);
        const largest = query.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
        const products = memory.scan(query, 0, count);
        vectors.forEach((vector, slot) => {
          const exact = vector.reduce((sum, x, i) => sum + x * (query[i] ?? 0), 0);
          const approximate = (products[slot] ?? 0) * (codes[slot]?.scale ?? 0) * (largest / 2047);
          expect(Math.abs(approximate - exact)).toBeLessThan(0.006 * size);
        });
      }),
      { seed: 9, numRuns: 60 },
    );
  });
});

describe('the vector index of a reader', () => {
  test('follows inserts, blocks, trash, restore and removal, and filters by session', () => {
    const db = searchTables();
    const model = chooseModel(db, { name: 'm', version: '1', dimensions });
    const index = new VectorIndex(db, model, dimensions);
    const first = add(db, model, 1, 1, 700);
    const second = add(db, model, 2, 2, 900);
    const query = unitVector(123_456);
    expect(db.prepare(`SELECT count(*) AS n FROM vector_blocks`).get()).toEqual({ n: 1 });
    expectNearest(index, [...first, ...second], query);
    expectNearest(index, second, query, { session: 2 });
    expectNearest(index, first.slice(0, 50), query, { chunks: new Set(first.slice(0, 50)) });
    setChunksLive(db, Uint8Array.of(0, 2), false);
    expectNearest(index, first, query);
    expect(index.size).toBe(700);
    setChunksLive(db, Uint8Array.of(0, 2), true);
    expectNearest(index, [...first, ...second], query);
    removeChunks(db, Uint8Array.of(0, 1));
    expectNearest(index, second, query);
    const third = add(db, model, 3, 1, 2 * blockSize);
    expectNearest(index, [...second, ...third], query);
    const fresh = new VectorIndex(db, model, dimensions);
    expectNearest(fresh, [...second, ...third], query);
    expect(db.prepare(`SELECT count(*) AS n FROM vectors`).get()).toEqual({ n: 900 + 2 * blockSize });
    db.close();
  });

  test('any order of changes leaves the index equal to the rows', () => {
    const steps = fc.array(
      fc.record({
        kind: fc.constantFrom('add', 'trash', 'restore', 'remove'),
        evidence: fc.integer({ min: 1, max: 4 }),
      }),
      { maxLength: 14 },
    );
    fc.assert(
      fc.property(steps, (changes) => {
        const db = searchTables();
        const model = chooseModel(db, { name: 'm', version: '1', dimensions });
        const index = new VectorIndex(db, model, dimensions);
        for (const { kind, evidence } of changes) {
          const id = Uint8Array.of(0, evidence);
          if (kind === 'add') add(db, model, evidence, evidence, 400);
          else if (kind === 'remove') removeChunks(db, id);
          else setChunksLive(db, id, kind === 'restore');
          index.refresh();
          const live = db.prepare<[], { chunk: number }>(`SELECT chunk FROM chunks WHERE live = 1`).all();
          expect(index.size).toBe(live.length);
          const all = index.nearest(unitVector(5), 100_000).map(({ chunk }) => chunk);
          expect(all.toSorted((a, b) => a - b)).toEqual(live.map(({ chunk }) => chunk));
        }
        db.close();
      }),
      { seed: 31, numRuns: 12 },
    );
  });

  test('a model change queues every passage and drops the old vectors only when all are there', () => {
    const db = searchTables();
    const old = chooseModel(db, { name: 'm', version: '1', dimensions });
    const chunks = add(db, old, 1, 1, 5);
    const current = chooseModel(db, { name: 'm', version: '2', dimensions });
    expect(pendingVectors(db, current)).toBe(5);
    expect(dropFinishedModels(db)).toBe(0);
    storeVectors(
      db,
      current,
      chunks.map((chunk) => ({ chunk, embedding: unitVector(chunk) })),
    );
    expect(dropFinishedModels(db)).toBe(1);
    expect(db.prepare(`SELECT count(*) AS n FROM vectors`).get()).toEqual({ n: 5 });
    db.close();
  });
});
