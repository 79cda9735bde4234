import type { Database, Statement } from 'better-sqlite3';

import { sessionToken, vectorKey } from './search-schema.ts';
import { toIndexed } from './search-text.ts';
import { releaseVector } from './search-vectors.ts';
import { prepared } from './search-statements.ts';

/** One passage of a text: UTF-16 offsets into the extraction's text, the page that it begins on, its words. */
export interface NewChunk {
  readonly start: number;
  readonly end: number;
  readonly page: number | null;
  readonly text: string;
}

/** The chunks of one piece of evidence, in reading order. Ids are the 16 bytes of the columns. */
export interface EvidenceChunks {
  readonly evidence: Uint8Array;
  readonly session: Uint8Array;
  readonly extraction: Uint8Array | null;
  readonly title: string;
  readonly chunks: readonly NewChunk[];
}

interface IndexedChunk {
  readonly chunk: number;
  readonly title: string;
  readonly body: string;
  readonly scope: string;
  readonly live: number;
}

/**
 * Adds the passages of one piece of evidence to the text index, and to the queue of each embedding model.
 * Belongs into the transaction that publishes the evidence. Earlier chunks of the evidence stay: a caller that
 * replaces them removes them first. Returns the new chunk numbers in order.
 */
export function insertChunks(db: Database, passages: EvidenceChunks): number[] {
  const session = sessionNumber(db, passages.session);
  const scope = sessionToken(session);
  const title = toIndexed(passages.title);
  const insertChunk = prepared(
    db,
    `INSERT INTO chunks (evidence, extraction, session, ordinal, start, "end", page) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertText = prepared(db, `INSERT INTO chunk_text (chunk, title, body, scope) VALUES (?, ?, ?, ?)`);
  const index = indexStatement(db);
  const enqueue = prepared(
    db,
    `INSERT INTO vector_queue (model, chunk) SELECT model, ? FROM embedding_models WHERE current = 1`,
  );
  return passages.chunks.map((chunk, ordinal) => {
    const { evidence, extraction } = passages;
    const { lastInsertRowid } = insertChunk.run(
      evidence,
      extraction,
      session,
      ordinal,
      chunk.start,
      chunk.end,
      chunk.page,
    );
    const number = Number(lastInsertRowid);
    const body = toIndexed(chunk.text);
    insertText.run(number, title, body, scope);
    index.run(number, title, body, scope);
    enqueue.run(number);
    return number;
  });
}

/** Removes every chunk of a piece of evidence, its words and its vectors under all models. */
export function removeChunks(db: Database, evidence: Uint8Array): void {
  for (const chunk of chunksOf(db, evidence)) {
    if (chunk.live === 1) unindexStatement(db).run(chunk.chunk, chunk.title, chunk.body, chunk.scope);
    prepared(db, `DELETE FROM chunk_text WHERE chunk = ?`).run(chunk.chunk);
    prepared(db, `DELETE FROM chunks WHERE chunk = ?`).run(chunk.chunk);
    for (const model of modelNumbers(db)) {
      releaseVector(db, model, chunk.chunk);
      prepared(db, `DELETE FROM vector_slots WHERE vector = ?`).run(vectorKey(model, chunk.chunk));
      prepared(db, `DELETE FROM vectors WHERE vector = ?`).run(vectorKey(model, chunk.chunk));
      prepared(db, `DELETE FROM vector_queue WHERE model = ? AND chunk = ?`).run(model, chunk.chunk);
    }
  }
}

/**
 * Takes the chunks of a piece of evidence out of both indexes (it went to the trash), or puts them back. Words and
 * vectors are kept, so that a restore embeds nothing again. Returns whether anything changed.
 */
export function setChunksLive(db: Database, evidence: Uint8Array, live: boolean): boolean {
  const changing = chunksOf(db, evidence).filter((chunk) => (chunk.live === 1) !== live);
  for (const { chunk, title, body, scope } of changing) {
    (live ? indexStatement(db) : unindexStatement(db)).run(chunk, title, body, scope);
    prepared(db, `UPDATE chunks SET live = ? WHERE chunk = ?`).run(live ? 1 : 0, chunk);
    for (const model of modelNumbers(db)) {
      if (live) returnToTail(db, vectorKey(model, chunk));
      else releaseVector(db, model, chunk);
    }
  }
  return changing.length > 0;
}

/** Puts a new title beside the chunks of a piece of evidence. Returns whether anything changed. */
export function retitleChunks(db: Database, evidence: Uint8Array, title: string): boolean {
  const indexed = toIndexed(title);
  const changing = chunksOf(db, evidence).filter((chunk) => chunk.title !== indexed);
  for (const { chunk, title: old, body, scope, live } of changing) {
    if (live === 1) unindexStatement(db).run(chunk, old, body, scope);
    prepared(db, `UPDATE chunk_text SET title = ? WHERE chunk = ?`).run(indexed, chunk);
    if (live === 1) indexStatement(db).run(chunk, indexed, body, scope);
  }
  return changing.length > 0;
}

/** Builds both word indexes again from the tables beside them. For `doctor --reindex`. */
export function rebuildTextIndexes(db: Database): void {
  for (const index of ['chunk_fts', 'item_fts', 'item_trigram']) {
    prepared(db, `INSERT INTO ${index} (${index}) VALUES ('rebuild')`).run();
  }
}

/** Compares the word indexes with the tables beside them. Returns the names of those that disagree. */
export function damagedTextIndexes(db: Database): string[] {
  return ['chunk_fts', 'item_fts', 'item_trigram'].filter((index) => {
    try {
      prepared(db, `INSERT INTO ${index} (${index}, rank) VALUES ('integrity-check', 1)`).run();
      return false;
    } catch {
      return true;
    }
  });
}

/** The small number of a session in the derived tables, given out on first use. */
export function sessionNumber(db: Database, session: Uint8Array): number {
  prepared(db, `INSERT INTO search_sessions (id) VALUES (?) ON CONFLICT DO NOTHING`).run(session);
  const row = prepared<[Uint8Array], { session: number }>(
    db,
    `SELECT session FROM search_sessions WHERE id = ?`,
  ).get(session);
  if (row === undefined) throw new Error('search_sessions lost the row that was just written');
  return row.session;
}

function chunksOf(db: Database, evidence: Uint8Array): IndexedChunk[] {
  return prepared<[Uint8Array], IndexedChunk>(
    db,
    `SELECT chunks.chunk AS chunk, title, body, scope, live
     FROM chunks JOIN chunk_text ON chunk_text.chunk = chunks.chunk WHERE evidence = ? ORDER BY ordinal`,
  ).all(evidence);
}

function modelNumbers(db: Database): number[] {
  return prepared<[], { model: number }>(db, `SELECT model FROM embedding_models`)
    .all()
    .map((row) => row.model);
}

function returnToTail(db: Database, vector: number): void {
  prepared(db, `UPDATE vector_slots SET block = NULL, slot = NULL WHERE vector = ?`).run(vector);
}

function indexStatement(db: Database): Statement<unknown[]> {
  return prepared(db, `INSERT INTO chunk_fts (rowid, title, body, scope) VALUES (?, ?, ?, ?)`);
}

function unindexStatement(db: Database): Statement<unknown[]> {
  return prepared(
    db,
    `INSERT INTO chunk_fts (chunk_fts, rowid, title, body, scope) VALUES ('delete', ?, ?, ?, ?)`,
  );
}
