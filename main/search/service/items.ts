import { markEnd, markStart } from '../../../db/replica/search-highlighter.ts';
import { blobToId } from '../../../db/replica/rows/ids.ts';
import { fromIndexed } from '../../../db/replica/search-text.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import type { Hit } from '../../../preload/contract/search.ts';
import { matchExpression } from '../query/match-expression.ts';
import type { ParsedQuery } from '../query/parse.ts';
import { itemColumns } from './item-leg.ts';
import { beginningOf, readMarks } from './marks.ts';

/** A ranked item before its row is read. `words` is 0 to 1 within the answer. */
export interface RankedItem {
  readonly item: number;
  readonly score: number;
  readonly words: number;
}

interface ItemRow {
  readonly entity: number;
  readonly id: Buffer;
  readonly evidence: Buffer | null;
  readonly session: Buffer | null;
  readonly title: string;
  readonly body: string;
  readonly document: string | null;
  readonly path: string | null;
  readonly source: string | null;
  readonly published: string | null;
  readonly type: string | null;
  readonly reliability: string | null;
  readonly credibility: string | null;
}

const kinds: ReadonlyMap<number, { kind: Hit['kind']; why: string }> = new Map([
  [5, { kind: 'session', why: 'words in a session' }],
  [6, { kind: 'title', why: 'words in the title' }],
  [7, { kind: 'claim', why: 'words in a claim' }],
  [12, { kind: 'annotation', why: 'words in an annotation' }],
]);

const itemSql = `SELECT entity, search_items.id AS id, evidence, search_sessions.id AS session, search_items.title AS title, body,
    e.title AS document, coalesce(e.original_path, e.file_name) AS path, coalesce(e.source_name, e.author) AS source,
    e.publication_date AS published, coalesce(a.artifact_type, e.source_type) AS type, e.reliability AS reliability,
    e.credibility AS credibility
  FROM search_items
  LEFT JOIN search_sessions ON session = CAST(substr(scope, length('session') + 1) AS INTEGER)
  LEFT JOIN evidence e ON e.id = evidence LEFT JOIN artifacts a ON a.id = e.artifact_id
  WHERE item = ?`;

// The cast matters: the driver binds numbers as reals, and FTS5 ignores a rowid that is not an integer.
const marksSql = `SELECT highlight(item_fts, 0, '${markStart}', '${markEnd}') AS title,
    snippet(item_fts, 1, '${markStart}', '${markEnd}', '…', 40) AS body,
    highlight(item_fts, 2, '${markStart}', '${markEnd}') AS tags
  FROM item_fts WHERE item_fts MATCH ? AND rowid = CAST(? AS INTEGER)`;

/** Reads and explains one ranked item; null where it left the index meanwhile. */
export function readItem(db: ReadableDb, { item, score, words }: RankedItem, query: ParsedQuery): Hit | null {
  const row = db.statements.get<ItemRow>(itemSql, item);
  const known = kinds.get(row?.entity ?? 0);
  if (row === undefined || known === undefined) return null;
  const expression = matchExpression({ ...query, excluded: [] }, 'all', itemColumns);
  const marked =
    expression === null
      ? undefined
      : db.statements.get<{ title: string; body: string; tags: string }>(marksSql, expression, item);
  const place = placeOf(marked);
  const { text, marks } =
    marked === undefined || (place === 'title' && row.entity === 6)
      ? { text: beginningOf(row.body), marks: [] }
      : readMarks(marked[place]);
  const onlyTag = place === 'tags';
  return {
    kind: onlyTag ? 'tag' : known.kind,
    id: blobToId(row.id),
    evidenceId: row.evidence === null ? null : blobToId(row.evidence),
    sessionId: row.session === null ? null : blobToId(row.session),
    chunkId: null,
    title: row.entity === 12 ? (row.document ?? '') : fromIndexed(row.title),
    path: row.path,
    source: row.source,
    published: row.published,
    type: row.type ?? known.kind,
    reliability: row.reliability,
    credibility: row.credibility,
    score,
    words,
    meaning: null,
    snippet: text,
    marks: [...marks],
    page: null,
    start: null,
    end: null,
    why: onlyTag ? 'tag' : known.why,
    sameWords: 0,
  };
}

function placeOf(
  marked: { title: string; body: string; tags: string } | undefined,
): 'title' | 'body' | 'tags' {
  if (marked === undefined || marked.title.includes(markStart)) return 'title';
  return marked.body.includes(markStart) ? 'body' : 'tags';
}
