import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { matchExpression } from '../query/match-expression.ts';
import type { ParsedQuery } from '../query/parse.ts';
import type { DocumentFilter } from './document-filter.ts';
import type { WordMatch } from './text-leg.ts';

const itemDepth = 12;
/** Documents of a question without words. */
const documentDepth = 200;
/** Below three characters the trigram index has nothing to look up. */
const shortestPart = 3;

/** The columns of the items' index that a query looks in. */
export const itemColumns = ['title', 'body', 'tags'] as const;

/**
 * Titles, claims, annotations, tags and sessions that hold every word; where none does, titles that hold the query as a
 * part of a word, as `vestm` in `investment`.
 */
export function itemLeg(
  db: ReadableDb,
  query: ParsedQuery,
  scope: string | null,
  filter: DocumentFilter | null,
): WordMatch[] {
  const allowed =
    filter === null ? '' : `AND +rowid IN (SELECT item FROM search_items WHERE evidence IN (${filter.sql}))`;
  const expression = matchExpression(query, 'all', itemColumns, scope);
  if (expression === null) return [];
  const whole = db.statements.all<WordMatch>(
    `SELECT rowid AS key, -rank AS relevance FROM item_fts WHERE item_fts MATCH ? ${allowed} ORDER BY rank LIMIT ?`,
    expression,
    ...(filter?.values ?? []),
    itemDepth,
  );
  return whole.length > 0 ? whole : partsOfTitles(db, query, scope, allowed, filter);
}

function partsOfTitles(
  db: ReadableDb,
  query: ParsedQuery,
  scope: string | null,
  allowed: string,
  filter: DocumentFilter | null,
): WordMatch[] {
  const [part] = query.words;
  if (part === undefined || query.words.length > 1 || query.excluded.length > 0) return [];
  if (part.length < shortestPart) return [];
  return db.statements.all<WordMatch>(
    `SELECT rowid AS key, -rank AS relevance FROM item_trigram WHERE item_trigram MATCH ? ${allowed}
     ${scope === null ? '' : `AND +rowid IN (SELECT item FROM search_items WHERE scope = ?)`}
     ORDER BY rank LIMIT ?`,
    `"${part.replaceAll('"', '""')}"`,
    ...(filter?.values ?? []),
    ...(scope === null ? [] : [scope]),
    itemDepth,
  );
}

/** The newest documents that meet a filter, where nothing but filters was asked for. */
export function documentsOf(db: ReadableDb, scope: string | null, filter: DocumentFilter): WordMatch[] {
  return db.statements.all<WordMatch>(
    `SELECT item AS key, 0 AS relevance FROM search_items WHERE entity = ? AND evidence IN (${filter.sql})
     ${scope === null ? '' : 'AND scope = ?'} ORDER BY item DESC LIMIT ?`,
    entitySpec('evidence').n,
    ...filter.values,
    ...(scope === null ? [] : [scope]),
    documentDepth,
  );
}
