import { Readability } from '@mozilla/readability';
import { decode, encodingByName } from '../../detect/encoding.ts';
import type { DomDocument } from '../dom.ts';
import { parseHtml } from '../dom.ts';
import type { Extraction, ExtractionInput, Extractor } from '../types.ts';
import { normaliseLineEnds, wellFormed } from '../well-formed.ts';
import type { DomText } from './dom-text.ts';
import { domText } from './dom-text.ts';
import { htmlMetadata } from './metadata.ts';
import { sanitisedSnapshot } from './snapshot.ts';

/** Elements from which finding the article costs more than it brings; such pages are read whole. */
const maxArticleElements = 60_000;

/** Share of a page's words below which what was found is a teaser or a banner, not the article. */
const leastArticleShare = 0.2;

export const htmlExtractor: Extractor = {
  name: 'html',
  version: '1.readability-0.6.0.linkedom-0.18.5',
  extract: extractHtml,
};

async function extractHtml(input: ExtractionInput): Promise<Extraction> {
  return readHtml(
    decodeHtml(input.bytes, input.detected.encoding),
    htmlExtractor,
    input.limits.maxCharacters,
  );
}

/** Reads HTML that is text already; also the HTML part of a mail. */
export function readHtml(
  html: string,
  extractor: Pick<Extractor, 'name' | 'version'>,
  maxCharacters: number,
): Extraction {
  const document = parseHtml(normaliseLineEnds(html));
  const body = document.body ?? document.documentElement;
  const metadata = htmlMetadata(document);
  const whole = domText(body);
  const snapshotHtml = sanitisedSnapshot(body, metadata.title ?? '', metadata.language);
  const article = articleText(document, whole);
  const read = article ?? whole;
  const clean = wellFormed(read.text.slice(0, maxCharacters));
  return {
    extractor: extractor.name,
    version: extractor.version,
    text: clean.text,
    pages: [],
    geometry: null,
    outline: read.outline,
    metadata,
    confidence: article === null ? 0.7 : 0.95,
    warnings: [
      ...clean.warnings,
      ...(article === null && whole.text.length > 2000 ? [{ code: 'page-read-whole', parameters: {} }] : []),
      ...(read.text.length > maxCharacters
        ? [{ code: 'text-cut', parameters: { characters: maxCharacters } }]
        : []),
    ],
    snapshotHtml: snapshotHtml.toWellFormed().replaceAll('\u0000', '\ufffd'),
    attachments: [],
  };
}

/** The article of a page, or null where the page has none that stands out. Changes the document, so it comes last. */
function articleText(document: DomDocument, whole: DomText): DomText | null {
  try {
    const reader = new Readability<DomText>(document as unknown as Document, {
      maxElemsToParse: maxArticleElements,
      serializer: (node) => domText(node),
    });
    const content = reader.parse()?.content;
    if (content === null || content === undefined) return null;
    return content.text.length < Math.max(140, whole.text.length * leastArticleShare) ? null : content;
  } catch {
    return null;
  }
}

/** A page's own declaration of its encoding wins over the statistics, but not over a mark or validity as UTF-8. */
function decodeHtml(bytes: Uint8Array, detected: string | null): string {
  const head = Buffer.from(bytes.subarray(0, 2048)).toString('latin1');
  const declared = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
  const named = declared === undefined ? null : encodingByName(declared);
  const certain = detected === null || detected.startsWith('utf');
  return decode(bytes, certain || named === null || named.startsWith('utf') ? (detected ?? 'utf8') : named);
}
