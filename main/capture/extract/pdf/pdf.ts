import { fileURLToPath } from 'node:url';
import type { PDFDocumentLoadingTask, PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import { getDocument, Util, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Extraction, ExtractionInput, Extractor, PageGeometry, PageSpan, Remark } from '../types.ts';
import { ExtractionError } from '../types.ts';
import { wellFormed } from '../well-formed.ts';
import type { PlacedText } from './lines.ts';
import { linesOf } from './lines.ts';
import { pdfMetadata } from './metadata.ts';
import { pdfOutline } from './outline.ts';
import { pageText } from './page-text.ts';

export const pdfExtractor: Extractor = { name: 'pdf', version: '1.pdfjs-dist-6.5.438', extract: extractPdf };

/** What stands between the texts of two pages. */
const pageBreak = '\n\n';

const assets = new URL('../../', import.meta.resolve('pdfjs-dist/legacy/build/pdf.mjs'));

async function extractPdf(input: ExtractionInput): Promise<Extraction> {
  // The library wants a plain array of its own: it may hand the memory on.
  const task = getDocument({
    data: Uint8Array.from(input.bytes),
    cMapUrl: fileURLToPath(new URL('cmaps/', assets)),
    standardFontDataUrl: fileURLToPath(new URL('standard_fonts/', assets)),
    useSystemFonts: false,
    disableFontFace: true,
    enableXfa: false,
    useWorkerFetch: false,
    verbosity: VerbosityLevel.ERRORS,
  });
  try {
    return await readDocument(await opened(task), input);
  } finally {
    await task.destroy();
  }
}

async function opened(task: PDFDocumentLoadingTask): Promise<PDFDocumentProxy> {
  try {
    return await task.promise;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    throw new ExtractionError(name === 'PasswordException' ? 'document-encrypted' : 'document-damaged');
  }
}

async function readDocument(document: PDFDocumentProxy, input: ExtractionInput): Promise<Extraction> {
  const total = document.numPages;
  const parts: string[] = [];
  const pages: PageSpan[] = [];
  const geometry: PageGeometry[] = [];
  const textless: number[] = [];
  const broken: number[] = [];
  const warnings: Remark[] = [];
  let length = 0;
  for (let number = 1; number <= total; number += 1) {
    const start = length === 0 ? 0 : length + pageBreak.length;
    const read = await readPage(document, number);
    if (read === null) broken.push(number);
    else if (read.text.trim() === '') textless.push(number);
    const text = read?.text ?? '';
    if (start + text.length > input.limits.maxCharacters) {
      warnings.push({ code: 'pages-left-out', parameters: { from: number, to: total } });
      break;
    }
    if (length > 0 && text !== '') parts.push(pageBreak);
    if (text !== '') parts.push(text);
    const end = text === '' ? length : start + text.length;
    const from = text === '' ? length : start;
    pages.push({ page: number, start: from, end });
    if (read !== null) {
      geometry.push({
        page: number,
        width: read.width,
        height: read.height,
        lines: shifted(read.lines, from),
      });
    }
    length = end;
    input.onProgress(number, total);
  }
  if (broken.length === total) throw new ExtractionError('document-damaged');
  const clean = wellFormed(parts.join(''));
  warnings.push(...clean.warnings, ...pageRemarks('pages-without-text', textless));
  warnings.push(...pageRemarks('pages-unreadable', broken));
  return {
    extractor: pdfExtractor.name,
    version: pdfExtractor.version,
    text: clean.text,
    pages,
    geometry,
    outline: await pdfOutline(document, pages),
    metadata: await pdfMetadata(document),
    confidence: confidenceOf(clean.text, 1 - (textless.length + broken.length) / total),
    warnings,
    snapshotHtml: null,
    attachments: [],
  };
}

interface ReadPage {
  readonly text: string;
  readonly lines: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** The words of one page; null where the page cannot be read. Its resources are let go before the next one. */
async function readPage(document: PDFDocumentProxy, number: number): Promise<ReadPage | null> {
  let page: PDFPageProxy | null = null;
  try {
    page = await document.getPage(number);
    const viewport = page.getViewport({ scale: 1 });
    const content = await page.getTextContent();
    const pieces: PlacedText[] = [];
    for (const item of content.items) {
      if (!('str' in item)) continue;
      const matrix = Util.transform(viewport.transform, item.transform) as number[];
      pieces.push({ text: item.str, matrix, width: item.width, endsLine: item.hasEOL });
    }
    return { ...pageText(linesOf(pieces)), width: viewport.width, height: viewport.height };
  } catch {
    return null;
  } finally {
    page?.cleanup();
  }
}

function shifted(lines: readonly number[], by: number): number[] {
  return lines.map((value, index) => (index % 6 < 2 ? value + by : value));
}

function pageRemarks(code: string, pages: readonly number[]): Remark[] {
  return pages.length === 0 ? [] : [{ code, parameters: { pages: ranges(pages), count: pages.length } }];
}

/** `3-7, 14`: at most twenty ranges, so that a sentence stays a sentence. */
function ranges(pages: readonly number[]): string {
  const found: [number, number][] = [];
  for (const page of pages) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === page - 1) last[1] = page;
    else found.push([page, page]);
  }
  const shown = found.slice(0, 20).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return shown.join(', ') + (found.length > 20 ? ', …' : '');
}

/** Letters that a font does not map to Unicode come out as replacement or private characters. */
function confidenceOf(text: string, pageShare: number): number {
  if (text.length === 0) return 0;
  const unmapped = text.match(/[\ufffd\ue000-\uf8ff]/g)?.length ?? 0;
  return Math.round(pageShare * (1 - unmapped / text.length) * 1000) / 1000;
}
