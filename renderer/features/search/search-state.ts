import { filterText, type QueryField, queryTokens } from '../../../preload/contract/query-language.ts';

/** One restriction of a search, drawn as a token. */
export interface Filter {
  readonly field: QueryField;
  readonly value: string;
}

/** A search as the screen has it: its filters, and the words in the field. */
export interface SearchState {
  readonly filters: readonly Filter[];
  readonly words: string;
}

/** The query of a search as one text, filters first. */
export function queryOf({ filters, words }: SearchState): string {
  return [...filters.map(({ field, value }) => filterText(field, value)), words.trim()]
    .filter(Boolean)
    .join(' ');
}

/** Takes the filters out of a text. While somebody `types`, the last piece stays words until a space ends it. */
export function takeFilters(text: string, before: readonly Filter[], types: boolean): SearchState {
  const taken = queryTokens(text).filter(
    ({ field, negated, end }) => field !== null && !negated && (!types || end < text.length),
  );
  let words = text;
  for (const { start, end } of [...taken].reverse())
    words = words.slice(0, start) + words.slice(end).trimStart();
  const found = taken.flatMap(({ field, text: value }): Filter[] =>
    field === null ? [] : [{ field, value }],
  );
  return { filters: withFilters(before, found), words };
}

/** Filters with others after them; none stands twice. */
export function withFilters(filters: readonly Filter[], added: readonly Filter[]): readonly Filter[] {
  const known = new Set(filters.map(keyOf));
  return [...filters, ...added.filter((filter) => !known.has(keyOf(filter)))];
}

/** Filters without one of them. */
export function withoutFilter(filters: readonly Filter[], gone: Filter): readonly Filter[] {
  return filters.filter((filter) => keyOf(filter) !== keyOf(gone));
}

/** What tells a filter from others. */
export function keyOf({ field, value }: Filter): string {
  return `${field}:${value.toLowerCase()}`;
}

/** Orders of hits that a person can choose; `relevance` is the order in which they were found. */
export const sorts = ['relevance', 'newest', 'oldest', 'title'] as const;
export type HitSort = (typeof sorts)[number];

/** Hits in the order that was chosen. Those without a date come last. */
export function sortedHits<T extends { readonly title: string; readonly published: string | null }>(
  hits: readonly T[],
  sort: HitSort,
): readonly T[] {
  if (sort === 'relevance') return hits;
  if (sort === 'title') return [...hits].sort((a, b) => a.title.localeCompare(b.title));
  const dated = hits.filter(({ published }) => published !== null);
  const undated = hits.filter(({ published }) => published === null);
  const sign = sort === 'newest' ? -1 : 1;
  dated.sort((a, b) => sign * (a.published ?? '').localeCompare(b.published ?? ''));
  return [...dated, ...undated];
}
