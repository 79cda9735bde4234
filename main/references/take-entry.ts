import type { Json } from '../../db/catalogue/types.ts';
import { faithfulValue, sameValue } from '../../sync/core/value.ts';
import type { CitationLibrary } from './citation-library.ts';
import { type Csl, differing, type Entry, keyNames, saysAnew, united } from './entry.ts';
import { entryOf, type ReferenceFormat } from './format.ts';
import type { ReferenceIndex } from './reference-index.ts';
import type { StoredReference } from './stored.ts';
import { identityOf } from './work.ts';

/** What one entry of a file means for the library. */
export interface Taken {
  readonly kind: 'added' | 'changed' | 'unchanged';
  readonly reference: StoredReference;
}

/**
 * Takes one entry into the library, in memory. An import adds and corrects, and never takes a value away:
 * - an entry that says nothing new against what it said at its last import, or against what would be exported, changes nothing;
 * - one with the key of an item corrects what it says otherwise than it did then;
 * - one that is only known as the same work fills what the item lacks.
 * So the same file imported again changes nothing, and an edit made here outlives it. `meant` is the entry with what it has from
 * others of its file. Throws `UnfaithfulValueError`.
 */
export function takeEntry(
  index: ReferenceIndex,
  format: ReferenceFormat,
  library: CitationLibrary,
  read: Entry,
  meant: Entry = read,
): Taken {
  const entry = faithfulValue(read) as unknown as Entry;
  const csl = faithfulValue(format.toCsl(library, meant)) as Csl;
  const match = index.find(format.name, entry, csl);
  const taken =
    match === undefined
      ? added(index, format, entry, csl)
      : merged(format, library, match.reference, match.isOwn, entry, csl);
  index.put(taken.reference);
  index.claim(taken.reference.id);
  return taken;
}

function added(index: ReferenceIndex, format: ReferenceFormat, entry: Entry, csl: Csl): Taken {
  const reference = {
    id: index.freeId(identityOf(entry, csl)),
    key: index.freeKey(entry.key, csl),
    csl: valued(csl),
    originals: { [format.name]: entry },
    inTrash: false,
  };
  return { kind: 'added', reference };
}

function merged(
  format: ReferenceFormat,
  library: CitationLibrary,
  reference: StoredReference,
  isOwn: boolean,
  entry: Entry,
  said: Csl,
): Taken {
  const { csl, key, originals } = reference;
  const original = originals[format.name];
  const exported = entryOf(format, library, { csl, key, original });
  const bases = original === undefined ? [exported] : [original, exported];
  const news = bases.map((base) => saysAnew(entry, base).length);
  if (news.includes(0)) return { kind: 'unchanged', reference };
  const base = bases[news.indexOf(Math.min(...news))] ?? exported;
  const next: StoredReference = isOwn
    ? {
        ...reference,
        csl: { ...csl, ...corrected(format.toCsl(library, base), said) },
        originals: { ...originals, [format.name]: original === undefined ? entry : united(original, entry) },
      }
    : {
        ...reference,
        csl: { ...lacking(csl, said), ...csl },
        originals: { ...originals, [format.name]: original === undefined ? entry : united(entry, original) },
      };
  const isSame =
    sameValue(next.csl, csl) && sameValue(next.originals as unknown as Json, originals as unknown as Json);
  return isSame ? { kind: 'unchanged', reference } : { kind: 'changed', reference: next };
}

function corrected(before: Csl, said: Csl): Csl {
  const names = differing(before, said).filter((name) => (said[name] ?? null) !== null);
  return Object.fromEntries(names.map((name) => [name, said[name] ?? null]));
}

function lacking(csl: Csl, said: Csl): Csl {
  return valued(
    Object.fromEntries(Object.entries(said).filter(([name]) => !(name in csl) && !keyNames.has(name))),
  );
}

/** A property without a value is not there. */
function valued(csl: Csl): Csl {
  return Object.fromEntries(Object.entries(csl).filter(([, value]) => value !== null));
}
