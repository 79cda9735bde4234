import { toIndexed } from '../../../db/replica/search-text.ts';
import type { ParsedQuery } from './parse.ts';

/** `all`: every word occurs. `any`: at least one. Phrases are always required, exclusions always kept out. */
export type Demand = 'all' | 'any';

/**
 * The FTS5 expression of a query over some columns, or null where it asks for no words. Every piece of text becomes an FTS5
 * string, in which only the quotation mark means anything, so no input can be an operator or an error.
 */
export function matchExpression(
  query: ParsedQuery,
  demand: Demand,
  columns: readonly string[],
  scope: string | null = null,
): string | null {
  const words = query.words.map((word) => wordExpression(word, word === query.prefix));
  const wanted = [
    ...(words.length > 0 ? [`(${words.join(demand === 'all' ? ' AND ' : ' OR ')})`] : []),
    ...query.phrases.map(quote),
  ];
  if (wanted.length === 0) return null;
  const within = `{${columns.join(' ')}} : `;
  const positive = `${within}(${wanted.join(' AND ')})`;
  const excluded = query.excluded.map(quote).join(' OR ');
  const scoped = scope === null ? positive : `scope : ${quote(scope)} AND ${positive}`;
  return excluded === '' ? scoped : `(${scoped}) NOT (${within}(${excluded}))`;
}

/** The expression of what a passage must and must not hold, for passages found by meaning; null where neither is asked. */
export function constraintExpression(query: ParsedQuery): {
  readonly required: string | null;
  readonly excluded: string | null;
} {
  const join = (texts: readonly string[], operator: string) =>
    texts.length === 0 ? null : texts.map(quote).join(` ${operator} `);
  return { required: join(query.phrases, 'AND'), excluded: join(query.excluded, 'OR') };
}

/** A word in typing counts as itself and as a beginning, so that whole words come first. */
function wordExpression(word: string, prefix: boolean): string {
  return prefix ? `(${quote(word)} OR ${quote(word)} *)` : quote(word);
}

function quote(text: string): string {
  return `"${toIndexed(text).replaceAll('"', '""')}"`;
}
