import type { Database } from 'better-sqlite3';

import { chunkOfVector, vectorKey } from './search-schema.ts';
import { prepared } from './search-statements.ts';
import { quantise } from './vector-codes.ts';

/** What identifies the vectors of one model: vectors of different identities are never compared. */
export interface EmbeddingModel {
  readonly name: string;
  readonly version: string;
  readonly dimensions: number;
}

export interface StoredModel extends EmbeddingModel {
  readonly model: number;
  readonly current: boolean;
}

/** Vectors per sealed block: 1,024 x 384 bytes of codes are read in one piece of 384 KB. */
export const blockSize = 1024;

/** Every model that has, or is to have, vectors here; the current one first. */
export function storedModels(db: Database): StoredModel[] {
  return prepared<[], Omit<StoredModel, 'current'> & { current: number }>(
    db,
    `SELECT model, name, version, dimensions, current FROM embedding_models ORDER BY current DESC, model DESC`,
  )
    .all()
    .map((row) => ({ ...row, current: row.current === 1 }));
}

/**
 * Makes a model the current one and queues every chunk that has no vector of it. The vectors of the model before
 * it stay and keep answering until `dropFinishedModels`. Returns the model's number.
 */
export function chooseModel(db: Database, { name, version, dimensions }: EmbeddingModel): number {
  prepared(db, `UPDATE embedding_models SET current = 0 WHERE current = 1`).run();
  prepared(
    db,
    `INSERT INTO embedding_models (name, version, dimensions, current) VALUES (?, ?, ?, 1)
     ON CONFLICT (name, version, dimensions) DO UPDATE SET current = 1`,
  ).run(name, version, dimensions);
  const current = storedModels(db)[0];
  if (current === undefined) throw new Error('embedding_models lost the row that was just written');
  prepared(db, `DELETE FROM vector_queue WHERE model <> ?`).run(current.model);
  prepared(
    db,
    `INSERT INTO vector_queue (model, chunk)
     SELECT @model, chunk FROM chunks
     WHERE NOT EXISTS (SELECT 1 FROM vector_slots WHERE vector = @first + chunk)
     ON CONFLICT DO NOTHING`,
  ).run({ model: current.model, first: vectorKey(current.model, 0) });
  return current.model;
}

/** Removes the models before the current one as soon as nothing waits for the current one. Returns how many went. */
export function dropFinishedModels(db: Database): number {
  const [current, ...others] = storedModels(db);
  if (current === undefined || !current.current || pendingVectors(db, current.model) > 0) return 0;
  for (const { model } of others) dropModel(db, model);
  return others.length;
}

/** Forgets a model and all its vectors. */
export function dropModel(db: Database, model: number): void {
  const range = [vectorKey(model, 0), vectorKey(model + 1, 0)] as const;
  for (const table of ['vector_members', 'vector_codes']) {
    prepared(db, `DELETE FROM ${table} WHERE block IN (SELECT block FROM vector_blocks WHERE model = ?)`).run(
      model,
    );
  }
  prepared(db, `DELETE FROM vector_blocks WHERE model = ?`).run(model);
  prepared(db, `DELETE FROM vector_slots WHERE vector >= ? AND vector < ?`).run(...range);
  prepared(db, `DELETE FROM vectors WHERE vector >= ? AND vector < ?`).run(...range);
  prepared(db, `DELETE FROM vector_queue WHERE model = ?`).run(model);
  prepared(db, `DELETE FROM embedding_models WHERE model = ?`).run(model);
}

/** Number of chunks that wait for a vector of a model. */
export function pendingVectors(db: Database, model: number): number {
  return count(db, `SELECT count(*) AS n FROM vector_queue WHERE model = ?`, model);
}

/** Number of vectors of a model. */
export function storedVectors(db: Database, model: number): number {
  return count(
    db,
    `SELECT count(*) AS n FROM vector_slots WHERE vector >= ? AND vector < ?`,
    vectorKey(model, 0),
    vectorKey(model + 1, 0),
  );
}

/**
 * Stores the vector (unit length, f32) of each chunk and takes the chunks off the queue. A chunk that was removed
 * meanwhile is skipped; one that is in the trash keeps its vector outside the index. Seals full blocks.
 */
export function storeVectors(
  db: Database,
  model: number,
  embedded: readonly { readonly chunk: number; readonly embedding: Float32Array }[],
): void {
  for (const { chunk, embedding } of embedded) {
    prepared(db, `DELETE FROM vector_queue WHERE model = ? AND chunk = ?`).run(model, chunk);
    const row = prepared<[number], { live: number }>(db, `SELECT live FROM chunks WHERE chunk = ?`).get(
      chunk,
    );
    if (row === undefined) continue;
    const vector = vectorKey(model, chunk);
    prepared(db, `INSERT INTO vectors (vector, embedding) VALUES (?, ?)`).run(vector, bytesOf(embedding));
    prepared(db, `INSERT INTO vector_slots (vector, block) VALUES (?, ?)`).run(
      vector,
      row.live === 1 ? null : outsideIndex,
    );
  }
  while (sealBlock(db, model));
}

/** `vector_slots.block` of a vector that is kept although its chunk is in the trash. */
const outsideIndex = 0;

/** Moves the oldest `blockSize` vectors of the tail into a block. Returns false where the tail is shorter. */
export function sealBlock(db: Database, model: number): boolean {
  const rows = prepared<[number, number, number], { vector: number; embedding: Uint8Array; session: number }>(
    db,
    `SELECT vector_slots.vector AS vector, embedding, session
     FROM vector_slots
     JOIN vectors ON vectors.vector = vector_slots.vector
     JOIN chunks ON chunks.chunk = vector_slots.vector % 1099511627776
     WHERE block IS NULL AND vector_slots.vector >= ? AND vector_slots.vector < ?
     ORDER BY vector_slots.vector LIMIT ?`,
  );
  const tail = prepared<[number, number], { n: number }>(
    db,
    `SELECT count(*) AS n FROM vector_slots WHERE block IS NULL AND vector >= ? AND vector < ?`,
  ).get(vectorKey(model, 0), vectorKey(model + 1, 0));
  if ((tail?.n ?? 0) < blockSize) return false;
  const members = rows.all(vectorKey(model, 0), vectorKey(model + 1, 0), blockSize);
  const codes = members.map((row) => quantise(floatsOf(row.embedding)));
  const { lastInsertRowid: block } = prepared(
    db,
    `INSERT INTO vector_blocks (model, generation, live) VALUES (?, 1, ?)`,
  ).run(model, members.length);
  prepared(db, `INSERT INTO vector_members (block, chunks, sessions) VALUES (?, ?, ?)`).run(
    block,
    bytesOf(Uint32Array.from(members, (row) => chunkOfVector(row.vector))),
    bytesOf(Uint32Array.from(members, (row) => row.session)),
  );
  prepared(db, `INSERT INTO vector_codes (block, codes, scales) VALUES (?, ?, ?)`).run(
    block,
    Buffer.concat(codes.map((code) => bytesOf(code.values))),
    bytesOf(Float32Array.from(codes, (code) => code.scale)),
  );
  const place = prepared(db, `UPDATE vector_slots SET block = ?, slot = ? WHERE vector = ?`);
  members.forEach((row, slot) => place.run(block, slot, row.vector));
  return true;
}

/**
 * Takes a chunk's vector out of its block or the tail and keeps the vector itself. A block that is half empty is
 * dissolved: what is left of it returns to the tail and is sealed anew.
 */
export function releaseVector(db: Database, model: number, chunk: number): void {
  const vector = vectorKey(model, chunk);
  const place = prepared<[number], { block: number | null; slot: number | null }>(
    db,
    `SELECT block, slot FROM vector_slots WHERE vector = ?`,
  ).get(vector);
  if (place === undefined || place.block === outsideIndex) return;
  prepared(db, `UPDATE vector_slots SET block = ?, slot = NULL WHERE vector = ?`).run(outsideIndex, vector);
  if (place.block === null || place.slot === null) return;
  const members = prepared<[number], { chunks: Uint8Array }>(
    db,
    `SELECT chunks FROM vector_members WHERE block = ?`,
  ).get(place.block);
  if (members === undefined) return;
  const chunks = new Uint32Array(members.chunks.slice().buffer);
  chunks[place.slot] = 0;
  prepared(db, `UPDATE vector_members SET chunks = ? WHERE block = ?`).run(bytesOf(chunks), place.block);
  prepared(db, `UPDATE vector_blocks SET generation = generation + 1, live = live - 1 WHERE block = ?`).run(
    place.block,
  );
  const left = count(db, `SELECT live AS n FROM vector_blocks WHERE block = ?`, place.block);
  if (left < blockSize / 2) dissolveBlock(db, model, place.block, chunks);
}

function dissolveBlock(db: Database, model: number, block: number, chunks: Uint32Array): void {
  const toTail = prepared(db, `UPDATE vector_slots SET block = NULL, slot = NULL WHERE vector = ?`);
  for (const chunk of chunks) if (chunk !== 0) toTail.run(vectorKey(model, chunk));
  for (const table of ['vector_blocks', 'vector_members', 'vector_codes']) {
    prepared(db, `DELETE FROM ${table} WHERE block = ?`).run(block);
  }
}

function count(db: Database, sql: string, ...parameters: number[]): number {
  return prepared<number[], { n: number }>(db, sql).get(...parameters)?.n ?? 0;
}

/** The bytes of a typed array, without a copy. */
export function bytesOf(array: ArrayBufferView): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength);
}

/** The floats of a stored vector; copied, because a BLOB's bytes need not be aligned. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}
