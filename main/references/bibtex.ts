import type { Json } from '../../db/catalogue/types.ts';
import { balanced, months, readBibtex, writeBibtex } from './bibtex-text.ts';
import { withCrossReferences } from './crossref.ts';
import { type CitationLibrary, withoutFailing } from './citation-library.ts';
import { type Csl, type Entry, withCarried, wordsOf } from './entry.ts';
import type { ReferenceFormat } from './format.ts';

/** Fields that BibTeX styles do not know and BibLaTeX does; programs that read BibTeX files take them all the same. */
const addedFields = [
  'abstract',
  'keywords',
  'urldate',
  'language',
  'isbn',
  'issn',
  'translator',
  'shorttitle',
];

/** Kinds that the library takes from the name of the entry's type, in the words that it writes that type for. */
const genres: Readonly<Record<string, string | undefined>> = {
  phdthesis: 'PhD thesis',
  mastersthesis: "Master's thesis",
};

/** Properties that are no words: LaTeX's escapes have no place in them. */
const verbatim: ReadonlySet<string> = new Set(['URL', 'DOI', 'type', 'id']);

export const bibtex: ReferenceFormat = {
  name: 'bibtex',
  extension: 'bib',
  read: readBibtex,
  write: writeBibtex,
  meant: withCrossReferences,
  toCsl: (library, entry) => withCarried(fromFields(library, entry), entry.carried),
  fromCsl: (library, csl, key): Entry => {
    const { type, fields } = toFields(library, csl);
    return { type, key, fields, carried: {} };
  },
};

function fromFields(library: CitationLibrary, entry: Entry): Csl {
  const type = entry.type.toLowerCase();
  const fields = entry.fields.map(([name, value]) => [name.toLowerCase(), wordsOf(value)] as const);
  const csl: Record<string, Json> = {
    ...withoutFailing(fields, (some) =>
      library.fromBibtex({ type, label: 'key', properties: Object.fromEntries(some) }),
    ),
  };
  delete csl['id'];
  delete csl['citation-key'];
  if (csl['genre'] === type) {
    const said = genres[type];
    if (said === undefined) delete csl['genre'];
    else csl['genre'] = said;
  }
  for (const [role, people] of Object.entries(csl)) {
    if (Array.isArray(people)) csl[role] = people.map(wholeName);
  }
  return csl;
}

/** A name in braces is read as a family name alone. One of several words is that of a body. */
function wholeName(person: Json): Json {
  if (typeof person !== 'object' || person === null || Array.isArray(person)) return person;
  const { family, ...others } = person as Readonly<Record<string, Json>>;
  const isBody = typeof family === 'string' && /\s/.test(family) && Object.keys(others).length === 0;
  return isBody ? { literal: family } : person;
}

function toFields(library: CitationLibrary, csl: Csl): Pick<Entry, 'type' | 'fields'> {
  const { type: kind = 'document', accessed, ...rest } = csl;
  const words = Object.entries(escaped(rest));
  const item = { type: kind, id: 'key' };
  const { type, properties } = withoutFailing(words, (some) =>
    library.toBibtex({ ...Object.fromEntries(some), ...item }),
  );
  const dated = accessed === undefined ? words : [...words, ['accessed', accessed] as const];
  const richer = withoutFailing(dated, (some) =>
    library.toBiblatex({ ...Object.fromEntries(some), ...item }),
  ).properties;
  const { howpublished, month, ...fields } = properties;
  const [, name = months[Number(month) - 1]] = /^([a-z]{3})\b/.exec(month ?? '') ?? [];
  const [day] = /^\d{4}-\d\d-\d\d$/.exec(richer['date'] ?? '') ?? [];
  const added = addedFields.filter((name) => !(name in fields) && richer[name] !== undefined);
  const all = [
    ...Object.entries(fields),
    ...(name === undefined ? [] : [['month', name] as const]),
    ...(day === undefined ? [] : [['date', day] as const]),
    ...(howpublished === undefined || 'url' in fields ? [] : [['howpublished', howpublished] as const]),
    ...added.map((name) => [name, richer[name] ?? ''] as const),
  ];
  return { type, fields: all.map(([name, value]) => [name, balanced(wordsOf(value))] as const) };
}

const commands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\textbraceleft{}',
  '}': '\\textbraceright{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

/** The item with every word as LaTeX writes it. */
function escaped(csl: Csl): Csl {
  return Object.fromEntries(
    Object.entries(csl).map(([name, value]) => [name, verbatim.has(name) ? value : escapedValue(value)]),
  );
}

function escapedValue(value: Json): Json {
  if (typeof value === 'string') {
    return value.replaceAll(/[\\{}~^&%$#_]/g, (character) => commands[character] ?? `\\${character}`);
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(escapedValue);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, escapedValue(part)]));
}
