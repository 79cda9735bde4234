import type { Database } from 'better-sqlite3';

import { removeChunks, retitleChunks, sessionNumber, setChunksLive } from './search-chunks.ts';
import { sessionToken } from './search-schema.ts';
import { prepared } from './search-statements.ts';
import { toIndexed } from './search-text.ts';

/** What the index holds of one row beside the passages: a claim, an annotation, a session, a piece of evidence. */
interface Item {
  readonly title: string;
  readonly body: string;
  readonly session: Uint8Array | null;
  readonly evidence: Uint8Array | null;
  readonly deleted: number;
}

/** Reads one row of an entity, by the entity's number in the catalogue. */
const readers: ReadonlyMap<number, string> = new Map([
  [
    5,
    `SELECT title, coalesce(research_question, '') AS body, id AS session, NULL AS evidence, _deleted AS deleted
     FROM research_sessions WHERE id = ?`,
  ],
  [
    6,
    `SELECT title, concat_ws(' ', author, source_name, summary) AS body, session_id AS session, id AS evidence,
       _deleted AS deleted
     FROM evidence WHERE id = ?`,
  ],
  [
    7,
    `SELECT claim_text AS title, coalesce(reasoning, '') AS body, session_id AS session, NULL AS evidence,
       _deleted AS deleted
     FROM research_claims WHERE id = ?`,
  ],
  [
    12,
    `SELECT annotations.body AS title, coalesce(quote, '') AS body, evidence.session_id AS session,
       evidence_id AS evidence, annotations._deleted AS deleted
     FROM annotations LEFT JOIN evidence ON evidence.id = evidence_id WHERE annotations.id = ?`,
  ],
]);

const evidenceEntity = 6;

/**
 * Brings the index up to date with up to `limit` noted changes: items, and the title and visibility of evidence's passages.
 * One transaction of its own unless one is open. Returns how many changes it took; 0 means that nothing is left.
 */
export function indexNotedRows(db: Database, limit = 500): number {
  return db.inTransaction ? drain(db, limit) : db.transaction(() => drain(db, limit)).immediate();
}

function drain(db: Database, limit: number): number {
  const noted = prepared<[number], { n: number; entity: number | null; id: Uint8Array | null }>(
    db,
    `SELECT n, entity, id FROM search_dirty ORDER BY n LIMIT ?`,
  ).all(limit);
  const last = noted.at(-1);
  if (last === undefined) return 0;
  const rows = new Map(
    noted.flatMap(({ entity, id }) =>
      entity === null || id === null
        ? []
        : [[`${entity}:${Buffer.from(id).toString('hex')}`, { entity, id }] as const],
    ),
  );
  for (const { entity, id } of rows.values()) indexRow(db, entity, id);
  prepared(db, `DELETE FROM search_dirty WHERE n <= ?`).run(last.n);
  return noted.length;
}

/** Takes an erased row out of the index, in the transaction that erases it: its words are in no file afterwards. */
export function forgetIndexedRow(db: Database, entity: number, id: Uint8Array): void {
  if (readers.has(entity)) removeItem(db, entity, id);
}

function indexRow(db: Database, entity: number, id: Uint8Array): void {
  const sql = readers.get(entity);
  if (sql === undefined) return;
  const row = prepared<[Uint8Array], { [K in keyof Item]: Item[K] | null }>(db, sql).get(id);
  removeItem(db, entity, id);
  const live = row !== undefined && row.deleted === 0;
  if (entity === evidenceEntity) {
    if (row === undefined) removeChunks(db, id);
    else if (setChunksLive(db, id, live) || live) retitleChunks(db, id, row.title ?? '');
  }
  if (!live) return;
  const tags = prepared<[Uint8Array], { tags: string | null }>(
    db,
    `SELECT group_concat(element, ' · ') AS tags FROM set_elements
     WHERE owner_id = ? AND column_name = 'tags' AND _deleted = 0`,
  ).get(id);
  const scope = row.session === null ? '' : sessionToken(sessionNumber(db, row.session));
  const words = [row.title ?? '', row.body ?? '', tags?.tags ?? ''].map(toIndexed);
  const { lastInsertRowid } = prepared(
    db,
    `INSERT INTO search_items (entity, id, evidence, title, body, tags, scope) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(entity, id, row.evidence, ...words, scope);
  prepared(db, `INSERT INTO item_fts (rowid, title, body, tags, scope) VALUES (?, ?, ?, ?, ?)`).run(
    lastInsertRowid,
    ...words,
    scope,
  );
  prepared(db, `INSERT INTO item_trigram (rowid, title) VALUES (?, ?)`).run(lastInsertRowid, words[0]);
}

function removeItem(db: Database, entity: number, id: Uint8Array): void {
  const old = prepared<
    [number, Uint8Array],
    { item: number; title: string; body: string; tags: string; scope: string }
  >(db, `SELECT item, title, body, tags, scope FROM search_items WHERE entity = ? AND id = ?`).get(
    entity,
    id,
  );
  if (old === undefined) return;
  prepared(
    db,
    `INSERT INTO item_fts (item_fts, rowid, title, body, tags, scope) VALUES ('delete', ?, ?, ?, ?, ?)`,
  ).run(old.item, old.title, old.body, old.tags, old.scope);
  prepared(db, `INSERT INTO item_trigram (item_trigram, rowid, title) VALUES ('delete', ?, ?)`).run(
    old.item,
    old.title,
  );
  prepared(db, `DELETE FROM search_items WHERE item = ?`).run(old.item);
}

/** Notes every row again, for `doctor --reindex` and after the tables were rebuilt from the log. */
export function noteEveryRow(db: Database): void {
  const tables = [
    ['research_sessions', 5],
    ['evidence', 6],
    ['research_claims', 7],
    ['annotations', 12],
  ] as const;
  for (const [table, entity] of tables) {
    prepared(
      db,
      `INSERT INTO search_dirty (entity, id) SELECT ${entity}, id FROM ${table} ORDER BY rid`,
    ).run();
  }
}
