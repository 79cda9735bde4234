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
/**
 * Passages that bm25 looks at for one query, the newest of those that match. Finding a match costs a tenth of a
 * microsecond and scoring it ten times that, so this bounds the leg to about five milliseconds at any size of workspace.
 */
const scoredPassages = 4_000;
/** Counts that are remembered; a stale one only shifts which of the common words are left out. */
const rememberedCounts = 4096;

/** The columns of the passages' index that a query looks in. */
export const passageColumns = ['title', 'body'] as const;

/** Where one query looks: the token of a session, and a condition on documents. */
export interface TextScope {
  readonly token: string | null;
  readonly filter: DocumentFilter | null;
}

/**
 * Passages by bm25, the title counting double. First those that hold every word; where they are few, those that hold any,
 * which is what sentences need and what costs time: there the rarest words are taken first, and the common ones are left
 * out once there is enough to score.
 */
export class TextLeg {
  readonly #db: ReadableDb;
  readonly #counts = new Map<string, number>();

  constructor(db: ReadableDb) {
    this.#db = db;
  }

  search(query: ParsedQuery, scope: TextScope): TextAnswer {
    const all = this.#match(matchExpression(query, 'all', passageColumns, scope.token), scope.filter);
    if (all.matches.length >= enough || query.words.length < 2) return all;
    const rarest = { ...query, words: this.#rarestWords(query) };
    return this.#match(matchExpression(rarest, 'any', passageColumns, scope.token), scope.filter);
  }

  /** The words in order of rarity, as many as together stay within what is scored; at least one. */
  #rarestWords(query: ParsedQuery): string[] {
    const counted = query.words
      .map((word) => ({ word, count: this.#countOf(word, query) }))
      .toSorted((a, b) => a.count - b.count);
    let total = 0;
    return counted
      .filter(({ count }, i) => {
        total += count;
        return i === 0 || total <= scoredPassages;
      })
      .map(({ word }) => word);
  }

  #countOf(word: string, query: ParsedQuery): number {
    const expression = matchExpression(
      { ...query, words: [word], phrases: [], excluded: [] },
      'all',
      passageColumns,
    );
    if (expression === null) return 0;
    const known = this.#counts.get(expression);
    if (known !== undefined) return known;
    const count = this.#count(expression);
    if (this.#counts.size >= rememberedCounts) this.#counts.clear();
    this.#counts.set(expression, count);
    return count;
  }

  /** Matches of an expression, as far as they matter: more than can be scored are not told apart. */
  #count(expression: string): number {
    const sql = `SELECT count(*) FROM (SELECT 1 FROM chunk_fts WHERE chunk_fts MATCH ? LIMIT ${scoredPassages})`;
    return this.#db.statements.value<number>(sql, expression) ?? 0;
  }

  #match(expression: string | null, filter: DocumentFilter | null): TextAnswer {
    if (expression === null) return { matches: [], cut: false };
    // The plus keeps the planner from looking every allowed passage up in the index one by one.
    const allowed =
      filter === null ? '' : `AND +rowid IN (SELECT chunk FROM chunks WHERE evidence IN (${filter.sql}))`;
    const rows = this.#db.statements.all<WordMatch>(
      `SELECT key, relevance FROM (
         SELECT rowid AS key, -rank AS relevance FROM chunk_fts
         WHERE chunk_fts MATCH ? ${allowed} ORDER BY rowid DESC LIMIT ${scoredPassages}
       ) ORDER BY relevance DESC LIMIT ?`,
      expression,
      ...(filter?.values ?? []),
      legDepth + 1,
    );
    return { matches: rows.slice(0, legDepth), cut: rows.length > legDepth };
  }
}
