import { hasUnspacedScript } from '../../../db/replica/search-text.ts';
import { queryTokens, type QueryToken } from '../../../preload/contract/query-language.ts';
import { isStopWord } from './stop-words.ts';

/** Restrictions on the document that a passage belongs to. All of them hold; of one kind with several values, any. */
export interface QueryFilters {
  readonly session: readonly string[];
  readonly type: readonly string[];
  readonly tag: readonly string[];
  readonly author: readonly string[];
  /** Published on or after, and before: ISO dates, possibly only a year or a year and a month. */
  readonly after: string | null;
  readonly before: string | null;
  /** Reliability at least this letter, A being best. */
  readonly rating: string | null;
}

/** What a person asked for, in parts. */
export interface ParsedQuery {
  /** Words to look for; stop words are left out where there is any other word. */
  readonly words: readonly string[];
  /** The last word where it may still be in typing: it also matches as a beginning. */
  readonly prefix: string | null;
  /** Phrases that a passage must hold. */
  readonly phrases: readonly string[];
  /** Words and phrases that no passage may hold. */
  readonly excluded: readonly string[];
  readonly filters: QueryFilters;
  /** The question as a sentence, for the vector leg: without operators and exclusions. */
  readonly sentence: string;
}

/** More words than this add nothing but time. */
const maximumWords = 24;
/** Beyond so many words a query is a sentence, in which a half-typed last word is made up for by the others. */
const prefixWords = 3;
/** Shorter beginnings match a good part of all words, which helps nobody and takes a tenth of a second. */
const shortestPrefix = 3;

/**
 * Reads a query: words, `"a phrase"`, `-not`, `-"not this"`, and `session: type: tag: author: after: before: rating:`.
 * Every text is a valid query; what has no meaning as an operator is words. A word with marks inside it, as in
 * `covid-19`, is a phrase of its parts that need not occur.
 */
export function parseQuery(input: string): ParsedQuery {
  const tokens = queryTokens(input.normalize('NFC'));
  const positive = tokens.filter((token) => token.field === null && !token.negated);
  const plain = positive.filter((token) => !token.quoted).map((token) => token.text);
  const topical = plain.filter((word) => !isStopWord(word.toLowerCase()));
  const words = [...new Set(topical.length > 0 ? topical : plain)].slice(0, maximumWords);
  const phrases = positive.filter((token) => token.quoted).map((token) => token.text);
  return {
    words,
    prefix: prefixOf(input, words),
    phrases,
    excluded: tokens.filter((token) => token.field === null && token.negated).map((token) => token.text),
    filters: readFilters(tokens),
    sentence: positive.map((token) => token.text).join(' '),
  };
}

/** True where nothing is asked for but filters, or nothing at all. */
export function isEmpty({ words, phrases }: ParsedQuery): boolean {
  return words.length === 0 && phrases.length === 0;
}

/** A query that ends in a word character may go on; one that ends in anything else has a finished last word. */
function prefixOf(input: string, words: readonly string[]): string | null {
  const last = words.at(-1);
  if (last === undefined || words.length > prefixWords || !input.endsWith(last)) return null;
  if (last.length < shortestPrefix || hasUnspacedScript(last) || !/[\p{L}\p{N}]$/u.test(last)) return null;
  return last;
}

function readFilters(tokens: readonly QueryToken[]): QueryFilters {
  const values = (field: keyof QueryFilters) =>
    tokens.filter((token) => token.field === field && !token.negated).map((token) => token.text);
  const date = (field: 'after' | 'before') =>
    values(field).findLast((value) => /^\d{4}(-\d{2}(-\d{2})?)?$/.test(value)) ?? null;
  return {
    session: values('session'),
    type: values('type'),
    tag: values('tag'),
    author: values('author'),
    after: date('after'),
    before: date('before'),
    rating:
      values('rating')
        .findLast((value) => /^[a-f]$/i.test(value))
        ?.toUpperCase() ?? null,
  };
}
