import mammoth from 'mammoth';
import { toDate } from '../dates.ts';
import type { DomDocument } from '../dom.ts';
import { parseHtml, parseXml } from '../dom.ts';
import { domText } from '../html/dom-text.ts';
import type { DocumentMetadata, Extraction, ExtractionInput, Extractor } from '../types.ts';
import { ExtractionError, noMetadata } from '../types.ts';
import { normaliseLineEnds, wellFormed } from '../well-formed.ts';
import { repack, unpackDocx } from './unpack.ts';

export const docxExtractor: Extractor = { name: 'docx', version: '1.mammoth-1.13.0', extract: extractDocx };

async function extractDocx(input: ExtractionInput): Promise<Extraction> {
  const parts = unpackDocx(input.bytes, input.limits.maxUnpackedBytes);
  const html = await converted(repack(parts));
  const document = parseHtml(normaliseLineEnds(html));
  const { text, outline } = domText(document.body ?? document.documentElement);
  const clean = wellFormed(text.slice(0, input.limits.maxCharacters));
  const metadata = coreProperties(parts['docProps/core.xml']);
  return {
    extractor: docxExtractor.name,
    version: docxExtractor.version,
    text: clean.text,
    pages: [],
    geometry: null,
    outline,
    metadata: {
      ...metadata,
      title: metadata.title ?? outline.find((entry) => entry.level === 1)?.title ?? null,
    },
    confidence: 1,
    warnings: clean.warnings,
    snapshotHtml: null,
    attachments: [],
  };
}

async function converted(buffer: Buffer): Promise<string> {
  try {
    const noPictures = mammoth.images.imgElement(async () => ({ src: '' }));
    return (await mammoth.convertToHtml({ buffer }, { convertImage: noPictures })).value;
  } catch (error) {
    if (error instanceof RangeError) throw new ExtractionError('document-nested-too-deep');
    throw new ExtractionError('document-damaged');
  }
}

/** Core properties of an Office Open XML file (ECMA-376, part 2, clause 11). */
function coreProperties(part: Uint8Array | undefined): DocumentMetadata {
  if (part === undefined) return noMetadata;
  const values = elementTexts(parseXml(Buffer.from(part).toString('utf8')));
  const modified = values.get('modified') ?? null;
  const created = values.get('created') ?? null;
  return {
    ...noMetadata,
    title: values.get('title') ?? null,
    author: values.get('creator') ?? null,
    publishedAt: toDate(modified) ?? toDate(created),
    language: values.get('language') ?? null,
    description: values.get('description') ?? null,
    keywords: (values.get('keywords') ?? '')
      .split(/[,;]/)
      .map((word) => word.trim())
      .filter((word) => word !== ''),
    facts: {
      ...(created === null ? {} : { created_at: created }),
      ...(modified === null ? {} : { modified_at: modified }),
    },
  };
}

function elementTexts(document: DomDocument): Map<string, string> {
  const texts = new Map<string, string>();
  for (let node = document.documentElement?.firstChild ?? null; node !== null; node = node.nextSibling) {
    const name = node.nodeName.split(':').at(-1)?.toLowerCase();
    const text = wellFormed(node.textContent?.trim() ?? '').text;
    if (node.nodeType === 1 && name !== undefined && text !== '') texts.set(name, text);
  }
  return texts;
}
