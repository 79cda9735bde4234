/** Fields that narrow a search to documents, as people type them before a colon. */
export const queryFields = ['session', 'type', 'tag', 'author', 'after', 'before', 'rating'] as const;

export type QueryField = (typeof queryFields)[number];

/** A piece of a query: a word, a phrase or a filter, and where it stands in the text that was read. */
export interface QueryToken {
  readonly negated: boolean;
  readonly field: QueryField | null;
  readonly quoted: boolean;
  readonly text: string;
  /** UTF-16 offsets, half open. */
  readonly start: number;
  readonly end: number;
}

const pattern = new RegExp(`(-?)(?:(${queryFields.join('|')}):)?(?:"([^"]*)"?|([^\\s"]+))`, 'giu');
const word = /[\p{L}\p{N}\p{M}]+/u;

/** The pieces of a query in their order. What holds no letter and no digit is none. Every text can be read. */
export function queryTokens(query: string): QueryToken[] {
  return [...query.matchAll(pattern)].map(readToken).filter(({ text }) => word.test(text));
}

function readToken(match: RegExpExecArray): QueryToken {
  const [whole, minus = '', field, quoted, bare = ''] = match;
  return {
    negated: minus === '-',
    field: (field?.toLowerCase() as QueryField | undefined) ?? null,
    quoted: quoted !== undefined,
    text: (quoted ?? bare).trim(),
    start: match.index,
    end: match.index + whole.length,
  };
}

/** A filter as a person would type it; a value of several words stands in quotation marks. */
export function filterText(field: QueryField, value: string): string {
  return /\s/u.test(value) ? `${field}:"${value.replaceAll('"', '')}"` : `${field}:${value}`;
}
