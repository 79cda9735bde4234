import { type Entry, wordsOf } from './entry.ts';

/** Fields that a part has from its whole where it says nothing of its own. */
const inherited: ReadonlySet<string> = new Set([
  'address',
  'date',
  'edition',
  'editor',
  'isbn',
  'issn',
  'journal',
  'journaltitle',
  'location',
  'month',
  'number',
  'organization',
  'publisher',
  'series',
  'volume',
  'year',
]);

/**
 * Entries as they are meant: one that names a whole by `crossref` has what that says of both, and the whole's title as the title of
 * its book, as BibTeX does it. Only for reading; an item keeps its entry as it was written.
 */
export function withCrossReferences(entries: readonly Entry[]): Entry[] {
  const byKey = new Map(entries.map((entry) => [entry.key?.toLowerCase(), entry]));
  return entries.map((entry) => {
    const named = entry.fields.find(([name]) => name.toLowerCase() === 'crossref');
    const whole = named === undefined ? undefined : byKey.get(wordsOf(named[1]).trim().toLowerCase());
    if (whole === undefined || whole === entry) return entry;
    const own = new Set(entry.fields.map(([name]) => name.toLowerCase()));
    const lent = whole.fields.flatMap(([name, value]) => {
      const as = lentName(name.toLowerCase());
      return as === null || own.has(as) ? [] : [[as, value] as const];
    });
    return { ...entry, fields: [...entry.fields, ...lent] };
  });
}

function lentName(name: string): string | null {
  if (name === 'title') return 'booktitle';
  return inherited.has(name) ? name : null;
}
