import { type Highlighted, type Highlighter, markStart } from '../../../db/replica/search-highlighter.ts';
import { blobToId } from '../../../db/replica/rows/ids.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import type { Hit } from '../../../preload/contract/search.ts';
import { matchExpression } from '../query/match-expression.ts';
import type { ParsedQuery } from '../query/parse.ts';
import { beginningOf, readMarks } from './marks.ts';
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
  readonly indexed: string;
  readonly title: string | null;
  readonly path: string | null;
  readonly source: string | null;
  readonly published: string | null;
  readonly type: string;
  readonly reliability: string | null;
  readonly credibility: string | null;
}

/** A passage's hit and its words as they are indexed. */
export interface Passage {
  readonly hit: Hit;
  readonly title: string;
  readonly body: string;
}

const passageSql = `SELECT chunks.chunk AS chunk, e.id AS evidence, e.session_id AS session, start, "end" AS "end", page,
    body, chunk_text.title AS indexed, e.title AS title, coalesce(e.original_path, e.file_name) AS path,
    coalesce(e.source_name, e.author) AS source, e.publication_date AS published,
    coalesce(a.artifact_type, e.source_type, 'other') AS type, e.reliability AS reliability, e.credibility AS credibility
  FROM chunks JOIN chunk_text ON chunk_text.chunk = chunks.chunk
  JOIN evidence e ON e.id = chunks.evidence LEFT JOIN artifacts a ON a.id = e.artifact_id
  WHERE chunks.chunk IN (SELECT value FROM json_each(?)) AND chunks.live = 1 AND e._deleted = 0`;

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
export function explainPassages(
  highlighter: Highlighter,
  passages: readonly Passage[],
  query: ParsedQuery,
): Hit[] {
  const expression = matchExpression(
    { ...query, excluded: [], phrases: [], words: wordsToMark(query) },
    'any',
    passageColumns,
  );
  const marked =
    expression === null ? new Map<number, Highlighted>() : highlighter.mark(passages, expression);
  return passages.map(({ hit }, place) => {
    const found = marked.get(place);
    if (found === undefined) return { ...hit, why: why(hit, false, false) };
    const { text, marks } = readMarks(found.snippet);
    return {
      ...hit,
      snippet: text,
      marks: [...marks],
      why: why(hit, found.title.includes(markStart), marks.length > 0),
    };
  });
}

/** Words and phrases alike: each is marked wherever it occurs. */
function wordsToMark({ words, phrases }: ParsedQuery): string[] {
  return [...words, ...phrases];
}

function passageOf({ chunk, score, words, meaning }: RankedPassage, row: PassageRow): Passage {
  const evidenceId = blobToId(row.evidence);
  return {
    title: row.indexed,
    body: row.body,
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
