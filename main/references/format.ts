import type { CitationLibrary } from './citation-library.ts';
import { carriedFor, type Csl, differing, type Entry, type ReadEntries, withCarried } from './entry.ts';

/** Names of the formats that references are exchanged in. */
export const referenceFormats = ['bibtex', 'ris', 'csl-json'] as const;
export type ReferenceFormatName = (typeof referenceFormats)[number];

export function isReferenceFormat(name: string): name is ReferenceFormatName {
  return (referenceFormats as readonly string[]).includes(name);
}

/** A file format of references: its text, and what the citation library makes of one entry. */
export interface ReferenceFormat {
  readonly name: ReferenceFormatName;
  /** Ending of the format's files, without its dot. */
  readonly extension: string;
  /** Throws `WorkbenchError` only where the text is none of this format as a whole. */
  readonly read: (text: string) => ReadEntries;
  readonly write: (entries: readonly Entry[]) => string;
  /** The entries of a file as they are meant, where one leans on another; in the same order. */
  readonly meant?: (entries: readonly Entry[]) => readonly Entry[];
  /** The item that an entry describes, with what is carried beside its fields, without its key. */
  readonly toCsl: (library: CitationLibrary, entry: Entry) => Csl;
  /** A new entry for an item: what the format can say of it, nothing carried. */
  readonly fromCsl: (library: CitationLibrary, csl: Csl, key: string) => Entry;
}

/**
 * The entry of an item, from which the same item is read again, whole. Where the item came from an entry of this format, all
 * that still holds of it stays as it was written: its order, its LaTeX, and fields that nobody else knows.
 */
export function entryOf(
  format: ReferenceFormat,
  library: CitationLibrary,
  item: { readonly csl: Csl; readonly key: string; readonly original: Entry | undefined },
): Entry {
  const { csl, key, original } = item;
  if (original === undefined) {
    return completed(format, library, csl, format.fromCsl(library, csl, key));
  }
  if (differing(format.toCsl(library, original), csl).length === 0) return { ...original, key };
  const bare: Entry = { ...original, carried: {} };
  const read = format.toCsl(library, bare);
  const changed = new Set(differing(read, csl));
  const fresh = format.fromCsl(library, only(csl, changed), key);
  const isStale = (at: number): boolean => {
    const without = format.toCsl(library, { ...bare, fields: bare.fields.filter((_, each) => each !== at) });
    return differing(read, without).some((name) => changed.has(name));
  };
  const stale = new Set(bare.fields.map((_, at) => at).filter(isStale));
  return completed(format, library, csl, {
    type: changed.has('type') ? fresh.type : bare.type,
    key,
    fields: replaced(bare.fields, stale, fresh.fields),
    carried: {},
  });
}

function only(csl: Csl, names: ReadonlySet<string>): Csl {
  return Object.fromEntries(Object.entries(csl).filter(([name]) => name === 'type' || names.has(name)));
}

/** Fields with the stale ones replaced by fresh ones of their name; new names come at the end. */
function replaced(
  fields: Entry['fields'],
  stale: ReadonlySet<number>,
  fresh: Entry['fields'],
): Entry['fields'] {
  const waiting = [...fresh];
  const placed = fields.flatMap((field, at) => {
    const name = field[0].toLowerCase();
    const mine = waiting.filter(([other]) => other.toLowerCase() === name);
    if (!stale.has(at) && mine.length === 0) return [field];
    for (const each of mine) waiting.splice(waiting.indexOf(each), 1);
    return mine;
  });
  return [...placed, ...waiting];
}

function completed(format: ReferenceFormat, library: CitationLibrary, csl: Csl, entry: Entry): Entry {
  const read = format.toCsl(library, entry);
  const carried = carriedFor(read, csl);
  // The carried properties are digested as the file is read again, and nothing else is.
  return differing(withCarried(read, carried), csl).length === 0 ? { ...entry, carried } : entry;
}
