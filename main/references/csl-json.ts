import type { Json } from '../../db/catalogue/types.ts';
import { WorkbenchError } from '../../preload/contract/errors.ts';
import { type Csl, type Entry, type EntryProblem, type ReadEntries, wordsOf } from './entry.ts';
import type { ReferenceFormat } from './format.ts';

/** CSL-JSON is what is stored, so that an entry is the item itself, with its key written into it. */
export const cslJson: ReferenceFormat = {
  name: 'csl-json',
  extension: 'json',
  read,
  write: (entries) => `${JSON.stringify(entries.map(toObject), null, 2)}\n`,
  toCsl: (_, entry) => Object.fromEntries(entry.fields),
  fromCsl: (_, csl, key): Entry => ({
    type: wordsOf(csl['type']),
    key,
    fields: Object.entries(csl),
    carried: {},
  }),
};

function read(text: string): ReadEntries {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new WorkbenchError('invalid-input', 'This is no JSON. Nothing was imported.');
  }
  const items = Array.isArray(value) ? (value as unknown[]) : [value];
  const entries: Entry[] = [];
  const problems: EntryProblem[] = [];
  items.forEach((item, at) => {
    if (typeof item === 'object' && item !== null && !Array.isArray(item)) {
      entries.push(fromObject(item as Record<string, Json>));
    } else {
      problems.push({ line: at + 1, sentence: 'An item of CSL-JSON is an object, and this is none.' });
    }
  });
  return { entries, problems };
}

function fromObject(item: Readonly<Record<string, Json>>): Entry {
  const key = item['citation-key'] ?? item['id'] ?? null;
  return {
    type: wordsOf(item['type']),
    key: typeof key === 'string' || typeof key === 'number' ? String(key) : null,
    fields: Object.entries(item),
    carried: {},
  };
}

/** The item with the key by which it is cited: as its id, or beside an id that it has from elsewhere. */
function toObject({ key, fields }: Entry): Csl {
  const item = Object.fromEntries(fields);
  if (key === null || item['citation-key'] === key || wordsOf(item['id']) === key) return item;
  return item['id'] === undefined ? { id: key, ...item } : { ...item, 'citation-key': key };
}
