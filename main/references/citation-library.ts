import type { Json } from '../../db/catalogue/types.ts';
import type { Csl } from './entry.ts';

/** An entry as the citation library takes and gives BibTeX: values as LaTeX writes them. */
export interface BibtexRecord {
  readonly type: string;
  readonly label: string;
  readonly properties: Readonly<Record<string, string>>;
}

export type RisRecord = Readonly<Record<string, string | number | readonly (string | number)[]>>;

/** The mappings between formats that the library knows. All of them throw for what they do not understand. */
export interface CitationLibrary {
  readonly fromBibtex: (record: BibtexRecord) => Csl;
  readonly toBibtex: (csl: Csl) => BibtexRecord;
  readonly toBiblatex: (csl: Csl) => BibtexRecord;
  readonly fromRis: (record: RisRecord) => Csl;
  readonly toRis: (csl: Csl) => RisRecord;
}

let loaded: Promise<CitationLibrary> | undefined;

/** The library, loaded by the first who imports or exports references: it takes some 80 ms. */
export function loadCitationLibrary(): Promise<CitationLibrary> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<CitationLibrary> {
  const { plugins } = await import('@citation-js/core');
  await Promise.all([import('@citation-js/plugin-bibtex'), import('@citation-js/plugin-ris')]);
  // Its own escaping leaves out every character that LaTeX has no command for, so values are escaped before.
  const { format } = plugins.config.get('@bibtex');
  Object.assign(format, { asciiOnly: false, checkLabel: false, useIdAsLabel: true });
  const read = (forceType: string, input: unknown): Csl => {
    const [csl] = plugins.input.chain(input, { generateGraph: false, forceType });
    return plain(csl);
  };
  const write = (name: string, csl: Csl): unknown => {
    const [record] = plugins.output.format(name, [structuredClone(csl)], { format: 'object' }) as unknown[];
    return record;
  };
  return {
    fromBibtex: (record) => read('@biblatex/entries+list', [record]),
    toBibtex: (csl) => write('bibtex', csl) as BibtexRecord,
    toBiblatex: (csl) => write('biblatex', csl) as BibtexRecord,
    fromRis: (record) => read('@ris/record', record),
    toRis: (csl) => write('ris', csl) as RisRecord,
  };
}

/** The item as JSON: what the library leaves undefined is not there. */
function plain(value: unknown): Csl {
  const csl = JSON.parse(JSON.stringify(value ?? {})) as Record<string, Json>;
  delete csl['_graph'];
  return csl;
}

/**
 * What the library makes of an item's parts. One part that it does not understand must not hide the others, so it is asked
 * again without those that fail by themselves.
 */
export function withoutFailing<Part, Made>(
  parts: readonly Part[],
  make: (parts: readonly Part[]) => Made,
): Made {
  const works = (some: readonly Part[]): boolean => {
    try {
      make(some);
      return true;
    } catch {
      return false;
    }
  };
  if (works(parts)) return make(parts);
  const fine = parts.filter((part) => works([part]));
  return make(works(fine) ? fine : []);
}
