import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { matchExpression } from '../query/match-expression.ts';
import type { ParsedQuery } from '../query/parse.ts';
import type { DocumentFilter } from './document-filter.ts';

/** Something found by its words. `relevance` is the bm25 score, higher is better. */
export interface WordMatch {
  readonly key: number;
  readonly relevance: number;
}

export interface TextAnswer {
  readonly matches: readonly WordMatch[];
  /** True where more passages match than were ranked. */
  readonly cut: boolean;
}

/** Ranked passages of each leg: fusion looks no deeper. */
export const legDepth = 100;
/** With so many passages that hold every word, passages that hold only some are not looked for. */
const enough = 20;

/** The columns of the passages' index that a query looks in. */
export const passageColumns = ['title', 'body'] as const;

/**
 * Passages by bm25, the title counting double. First those that hold every word; where they are few, those that hold any,
 * which is what sentences need and what costs time. `scope` is the token of a session.
 */
export function textLeg(
  db: ReadableDb,
  query: ParsedQuery,
  scope: string | null,
  filter: DocumentFilter | null,
): TextAnswer {
  const all = matchPassages(db, matchExpression(query, 'all', passageColumns, scope), filter);
  if (all.length >= enough || query.words.length < 2) return answer(all);
  return answer(matchPassages(db, matchExpression(query, 'any', passageColumns, scope), filter));
}

function answer(matches: readonly WordMatch[]): TextAnswer {
  return { matches: matches.slice(0, legDepth), cut: matches.length > legDepth };
}

function matchPassages(
  db: ReadableDb,
  expression: string | null,
  filter: DocumentFilter | null,
): WordMatch[] {
  if (expression === null) return [];
  // The plus keeps the planner from looking every allowed passage up in the index one by one.
  const allowed =
    filter === null ? '' : `AND +rowid IN (SELECT chunk FROM chunks WHERE evidence IN (${filter.sql}))`;
  return db.statements.all<WordMatch>(
    `SELECT rowid AS key, -rank AS relevance FROM chunk_fts WHERE chunk_fts MATCH ? ${allowed}
     ORDER BY rank LIMIT ?`,
    expression,
    ...(filter?.values ?? []),
    legDepth + 1,
  );
}
