import { bibtex } from './bibtex.ts';
import { cslJson } from './csl-json.ts';
import type { ReferenceFormat, ReferenceFormatName } from './format.ts';
import { ris } from './ris.ts';

const formats: Readonly<Record<ReferenceFormatName, ReferenceFormat>> = {
  bibtex,
  ris,
  'csl-json': cslJson,
};

export function formatNamed(name: ReferenceFormatName): ReferenceFormat {
  return formats[name];
}

/** The format that a text is written in, by what comes first in it; undefined where it is none of them. */
export function detectFormat(text: string): ReferenceFormatName | undefined {
  if (/^\uFEFF?\s*[[{]/.test(text)) return 'csl-json';
  const [first] = /^\uFEFF?TY {2}-|^[^\S\n]*@\s*[A-Za-z]+\s*[{(]/m.exec(text) ?? [];
  if (first === undefined) return undefined;
  return first.includes('@') ? 'bibtex' : 'ris';
}
