import { blobToId } from '../../../db/replica/rows/ids.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import type { Hit } from '../../../preload/contract/search.ts';
import { matchExpression } from '../query/match-expression.ts';
import type { ParsedQuery } from '../query/parse.ts';
import { beginningOf, markEnd, markStart, readMarks } from './marks.ts';
import { passageColumns } from './text-leg.ts';

/** A ranked passage before its row is read: which legs found it, and how well. */
export interface RankedPassage {
  readonly chunk: number;
  readonly score: number;
  /** 0 to 1 within the answer; null where the leg did not find it. */
  readonly words: number | null;
  readonly meaning: number | null;
}

interface PassageRow {
  readonly chunk: number;
  readonly evidence: Buffer;
  readonly session: Buffer;
  readonly start: number;
  readonly end: number;
  readonly page: number | null;
  readonly body: string;
  readonly title: string | null;
  readonly path: string | null;
  readonly source: string | null;
  readonly published: string | null;
  readonly type: string;
  readonly reliability: string | null;
  readonly credibility: string | null;
}

/** A passage's row and the text that tells repeated passages apart. */
export interface Passage {
  readonly hit: Hit;
  readonly sameness: string;
}

const passageSql = `SELECT chunks.chunk AS chunk, e.id AS evidence, e.session_id AS session, start, "end" AS "end", page,
    body, e.title AS title, coalesce(e.original_path, e.file_name) AS path,
    coalesce(e.source_name, e.author) AS source, e.publication_date AS published,
    coalesce(a.artifact_type, e.source_type, 'other') AS type, e.reliability AS reliability, e.credibility AS credibility
  FROM chunks JOIN chunk_text ON chunk_text.chunk = chunks.chunk
  JOIN evidence e ON e.id = chunks.evidence LEFT JOIN artifacts a ON a.id = e.artifact_id
  WHERE chunks.chunk IN (SELECT value FROM json_each(?)) AND chunks.live = 1 AND e._deleted = 0`;

// The cast matters: the driver binds numbers as reals, and FTS5 ignores a rowid that is not an integer.
const snippetSql = `SELECT snippet(chunk_fts, 1, '${markStart}', '${markEnd}', '…', 40) AS snippet,
    highlight(chunk_fts, 0, '${markStart}', '${markEnd}') AS title
  FROM chunk_fts WHERE chunk_fts MATCH ? AND rowid = CAST(? AS INTEGER)`;

/** Reads the rows of ranked passages, in their order. What left the index meanwhile is left out. */
export function readPassages(db: ReadableDb, ranked: readonly RankedPassage[]): Passage[] {
  const rows = new Map(
    db.statements
      .all<PassageRow>(passageSql, JSON.stringify(ranked.map(({ chunk }) => chunk)))
      .map((row) => [row.chunk, row]),
  );
  return ranked.flatMap((rank) => {
    const row = rows.get(rank.chunk);
    return row === undefined ? [] : [passageOf(rank, row)];
  });
}

/** Adds to each hit the part of the passage that matched, and why it did. Only for hits that are shown. */
export function explainPassages(db: ReadableDb, hits: readonly Hit[], query: ParsedQuery): Hit[] {
  const expression = matchExpression({ ...query, excluded: [] }, 'any', passageColumns);
  return hits.map((hit) => {
    const marked =
      expression === null || hit.chunkId === null
        ? undefined
        : db.statements.get<{ snippet: string; title: string }>(snippetSql, expression, hit.chunkId);
    if (marked === undefined) return { ...hit, why: why(hit, false, false) };
    const { text, marks } = readMarks(marked.snippet);
    return {
      ...hit,
      snippet: text,
      marks: [...marks],
      why: why(hit, marked.title.includes(markStart), marks.length > 0),
    };
  });
}

function passageOf({ chunk, score, words, meaning }: RankedPassage, row: PassageRow): Passage {
  const evidenceId = blobToId(row.evidence);
  return {
    sameness: row.body.toLowerCase().replaceAll(/\s+/g, ' ').trim(),
    hit: {
      kind: 'passage',
      id: evidenceId,
      evidenceId,
      sessionId: blobToId(row.session),
      chunkId: chunk,
      title: row.title ?? '',
      path: row.path,
      source: row.source,
      published: row.published,
      type: row.type,
      reliability: row.reliability,
      credibility: row.credibility,
      score,
      words,
      meaning,
      snippet: beginningOf(row.body),
      marks: [],
      page: row.page,
      start: row.start,
      end: row.end,
      why: '',
      sameWords: 0,
    },
  };
}

function why(hit: Hit, inTitle: boolean, inText: boolean): string {
  const reasons = [
    ...(inTitle ? ['words in the title'] : []),
    ...(inText ? ['words in the text'] : []),
    ...(hit.meaning === null ? [] : ['meaning']),
  ];
  return reasons.join(', ');
}
