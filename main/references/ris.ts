import type { Json } from '../../db/catalogue/types.ts';
import { type CitationLibrary, withoutFailing } from './citation-library.ts';
import { type Csl, type Entry, withCarried, wordsOf } from './entry.ts';
import type { ReferenceFormat } from './format.ts';
import { normalised, readRis, writeRis } from './ris-text.ts';

export const ris: ReferenceFormat = {
  name: 'ris',
  extension: 'ris',
  read: readRis,
  write: writeRis,
  toCsl: (library, entry) => withCarried(fromFields(library, entry), entry.carried),
  fromCsl: (library, csl, key): Entry => ({ ...toFields(library, csl), key, carried: {} }),
};

function fromFields(library: CitationLibrary, entry: Entry): Csl {
  const type = entry.type.toUpperCase();
  const csl: Record<string, Json> = {
    ...withoutFailing(entry.fields, (some) => library.fromRis({ TY: type, ...byTag(some) })),
  };
  delete csl['id'];
  return csl;
}

/** Values by tag as the library takes them: a list where a tag is repeated, nothing where a value is empty. */
function byTag(fields: Entry['fields']): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {};
  for (const [tag, value] of fields) {
    const text = wordsOf(value)
      .replaceAll(/\s*\n\s*/g, ' ')
      .trim();
    if (text === '') continue;
    const before = values[tag];
    values[tag] = before === undefined ? text : [...(Array.isArray(before) ? before : [before]), text];
  }
  return values;
}

function toFields(library: CitationLibrary, csl: Csl): Pick<Entry, 'type' | 'fields'> {
  const { type = 'document', ...rest } = csl;
  const record = withoutFailing(Object.entries(rest), (some) =>
    library.toRis({ ...Object.fromEntries(some), id: 'key', type }),
  );
  const fields = Object.entries(record).flatMap(([tag, values]) =>
    tag === 'TY' || tag === 'ID' || values === undefined
      ? []
      : [values].flat().map((value) => [tag, normalised(wordsOf(value))] as const),
  );
  return { type: String(record['TY'] ?? 'GEN'), fields };
}
