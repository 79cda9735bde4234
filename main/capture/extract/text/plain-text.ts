import { decode } from '../../detect/encoding.ts';
import type { Extraction, ExtractionInput, Extractor, Remark } from '../types.ts';
import { noMetadata } from '../types.ts';
import { normaliseLineEnds, wellFormed } from '../well-formed.ts';

export const plainTextExtractor: Extractor = {
  name: 'text',
  version: '1.iconv-lite-0.7.3.chardet-2.2.0',
  extract: extractPlainText,
};

async function extractPlainText(input: ExtractionInput): Promise<Extraction> {
  const { text, warnings } = readText(input);
  return {
    extractor: plainTextExtractor.name,
    version: plainTextExtractor.version,
    text,
    pages: [],
    geometry: null,
    outline: [],
    metadata: {
      ...noMetadata,
      title: firstLine(text),
      facts: { encoding: input.detected.encoding ?? 'utf8' },
    },
    confidence: 1,
    warnings,
    snapshotHtml: null,
    attachments: [],
  };
}

/** The decoded, well-formed text of bytes that are text, and what had to be replaced or left out. */
export function readText(input: ExtractionInput): {
  readonly text: string;
  readonly warnings: readonly Remark[];
} {
  const { maxCharacters } = input.limits;
  const decoded = normaliseLineEnds(decode(input.bytes, input.detected.encoding ?? 'utf8'));
  const clean = wellFormed(decoded.slice(0, maxCharacters));
  const warnings = [...clean.warnings];
  if (decoded.length > maxCharacters) {
    warnings.push({ code: 'text-cut', parameters: { characters: maxCharacters } });
  }
  return { text: clean.text, warnings };
}

/** A first line that stands alone and is short reads as a title. */
function firstLine(text: string): string | null {
  const found = /^\s*(\S[^\n]{2,118}\S)\n\s*\n/.exec(text)?.[1]?.trim();
  return found === undefined || /[.;,]$/.test(found) ? null : found;
}
