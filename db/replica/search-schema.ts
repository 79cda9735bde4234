import { searchCaptureStatements } from './search-capture.ts';

/**
 * The derived search tables: chunks, their text index, the small index of titles, claims, annotations and tags,
 * and the vectors. They are local, never logged, and rebuilt from the replicated rows by one command.
 *
 * - `chunks` says where a passage stands; its words stand in `chunk_text`, which lists never read.
 * - `chunk_fts` and `item_fts` are external-content indexes over a view or table here, so they are maintained
 *   with FTS5's 'delete' command and the values that were indexed (search-chunks.ts, search-items.ts).
 * - `scope` holds one token per session (`sessionToken`), so that a session filter is an intersection of
 *   postings and not a test of every match. Its bm25 weight is always 0.
 * - A vector's key is `model * 2^40 + chunk` (`vectorKey`). A vector row is never changed: new words get a new chunk,
 *   and chunk numbers are never used twice, so a reader may keep what it has loaded.
 * - `vector_blocks` holds sealed groups of quantised codes that a reader loads in one piece. A slot whose chunk
 *   left the index is 0 in `vector_members.chunks`. Vectors in no block yet are the tail: `vector_slots.block IS NULL`.
 *   `generation` rises with every change of a block's members.
 * - `search_dirty` is filled by triggers on the replicated tables (search-capture.ts) and drained by the writer.
 */
export const searchSchemaStatements: readonly string[] = [
  `CREATE TABLE search_sessions (
    session INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE
  ) STRICT`,
  `CREATE TABLE chunks (
    chunk INTEGER PRIMARY KEY AUTOINCREMENT,
    evidence BLOB NOT NULL,
    extraction BLOB,
    session INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    page INTEGER,
    live INTEGER NOT NULL DEFAULT 1
  ) STRICT`,
  `CREATE INDEX chunks_by_evidence ON chunks (evidence, ordinal)`,
  `CREATE TABLE chunk_text (
    chunk INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    scope TEXT NOT NULL
  ) STRICT`,
  `CREATE VIEW chunk_index AS
    SELECT chunk_text.chunk AS chunk, title, body, scope
    FROM chunk_text JOIN chunks ON chunks.chunk = chunk_text.chunk
    WHERE chunks.live = 1`,
  `CREATE VIRTUAL TABLE chunk_fts USING fts5(
    title, body, scope,
    content='chunk_index', content_rowid='chunk', prefix='3 4',
    tokenize='porter unicode61 remove_diacritics 2'
  )`,
  `INSERT INTO chunk_fts (chunk_fts, rank) VALUES ('rank', 'bm25(2.0, 1.0, 0.0)')`,

  `CREATE TABLE search_items (
    item INTEGER PRIMARY KEY AUTOINCREMENT,
    entity INTEGER NOT NULL,
    id BLOB NOT NULL,
    evidence BLOB,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    tags TEXT NOT NULL,
    scope TEXT NOT NULL,
    UNIQUE (entity, id)
  ) STRICT`,
  `CREATE VIRTUAL TABLE item_fts USING fts5(
    title, body, tags, scope,
    content='search_items', content_rowid='item',
    tokenize='porter unicode61 remove_diacritics 2'
  )`,
  `INSERT INTO item_fts (item_fts, rank) VALUES ('rank', 'bm25(2.0, 1.0, 1.5, 0.0)')`,
  `CREATE VIRTUAL TABLE item_trigram USING fts5(
    title,
    content='search_items', content_rowid='item',
    tokenize='trigram remove_diacritics 1'
  )`,
  `CREATE TABLE search_dirty (
    n INTEGER PRIMARY KEY,
    entity INTEGER,
    id BLOB
  ) STRICT`,

  `CREATE TABLE embedding_models (
    model INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    dimensions INTEGER NOT NULL,
    current INTEGER NOT NULL,
    UNIQUE (name, version, dimensions)
  ) STRICT`,
  `CREATE TABLE vectors (
    vector INTEGER PRIMARY KEY,
    embedding BLOB NOT NULL
  ) STRICT`,
  `CREATE TABLE vector_queue (
    model INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    PRIMARY KEY (model, chunk)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE vector_slots (
    vector INTEGER PRIMARY KEY,
    block INTEGER,
    slot INTEGER
  ) STRICT`,
  `CREATE INDEX vector_tail ON vector_slots (vector) WHERE block IS NULL`,
  `CREATE TABLE vector_blocks (
    block INTEGER PRIMARY KEY AUTOINCREMENT,
    model INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    live INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE vector_members (
    block INTEGER PRIMARY KEY,
    chunks BLOB NOT NULL,
    sessions BLOB NOT NULL
  ) STRICT`,
  `CREATE TABLE vector_codes (
    block INTEGER PRIMARY KEY,
    codes BLOB NOT NULL,
    scales BLOB NOT NULL
  ) STRICT`,
  ...searchCaptureStatements,
];

/** The indexed token that stands for one session in the `scope` columns. `session` is `search_sessions.session`. */
export function sessionToken(session: number): string {
  return `session${session}`;
}

/** 2^40: chunk numbers stay below it, model numbers below 2^12, so that keys stay exact in JavaScript. */
const chunkSpan = 2 ** 40;

/** The key of a chunk's vector under one model. */
export function vectorKey(model: number, chunk: number): number {
  return model * chunkSpan + chunk;
}

/** The chunk that a vector's key names. */
export function chunkOfVector(vector: number): number {
  return vector % chunkSpan;
}
