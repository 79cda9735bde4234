import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { sessionToken } from '../../../db/replica/search-schema.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { matchExpression } from '../query/match-expression.ts';
import { isEmpty, parseQuery } from '../query/parse.ts';
import { documentFilter } from './document-filter.ts';
import { passageColumns } from './text-leg.ts';

/** A question of which only the size of the answer is wanted. */
export interface CountRequest {
  readonly query: string;
  readonly types: readonly string[];
  readonly sessionId?: string | undefined;
}

/** Passages that one count looks at: beyond it a figure says "at least". */
const countedPassages = 20_000;

/**
 * How many documents hold every word and meet the filters; of a question without words, how many meet the filters. Passages that
 * are found by their meaning have no end, so they are not counted.
 */
export function countDocuments(db: ReadableDb, { query, types, sessionId }: CountRequest): number {
  const parsed = parseQuery(query);
  const filter = documentFilter(parsed.filters, types);
  const session =
    sessionId === undefined
      ? null
      : (db.statements.value<number>(
          'SELECT session FROM search_sessions WHERE id = ?',
          idToBlob(sessionId),
        ) ?? -1);
  const allowed = filter === null ? '' : `AND e.id IN (${filter.sql})`;
  const values = filter?.values ?? [];
  if (isEmpty(parsed)) {
    if (filter === null) return 0;
    const within = sessionId === undefined ? '' : 'AND e.session_id = ?';
    return (
      db.statements.value<number>(
        `SELECT count(*) FROM evidence AS e WHERE e._deleted = 0 ${allowed} ${within}`,
        ...values,
        ...(sessionId === undefined ? [] : [idToBlob(sessionId)]),
      ) ?? 0
    );
  }
  const token = session === null ? null : sessionToken(session);
  const expression = matchExpression(parsed, 'all', passageColumns, token);
  if (expression === null) return 0;
  return (
    db.statements.value<number>(
      `SELECT count(DISTINCT e.id) FROM (SELECT rowid AS chunk FROM chunk_fts WHERE chunk_fts MATCH ? LIMIT ${countedPassages})
         JOIN chunks USING (chunk) JOIN evidence AS e ON e.id = chunks.evidence
       WHERE e._deleted = 0 ${allowed}`,
      expression,
      ...values,
    ) ?? 0
  );
}
