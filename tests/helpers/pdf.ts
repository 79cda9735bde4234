import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** What another reader finds on one page of a PDF. */
export interface ReadPage {
  /** Its words, with one blank for each white space. */
  readonly text: string;
  readonly annotations: readonly ReadAnnotation[];
}

export interface ReadAnnotation {
  readonly subtype: string;
  readonly contents: string;
  readonly author: string;
  readonly rect: readonly number[];
  readonly quads: readonly number[];
  readonly colour: readonly number[];
}

interface Raw {
  readonly subtype: string;
  readonly contentsObj?: { readonly str: string };
  readonly titleObj?: { readonly str: string };
  readonly rect: readonly number[];
  readonly quadPoints?: ArrayLike<number> | null;
  readonly color?: ArrayLike<number> | null;
}

/** Reads a PDF as pdf.js does. */
export async function readPdf(bytes: Uint8Array): Promise<ReadPage[]> {
  const task = getDocument({ data: Uint8Array.from(bytes), verbosity: VerbosityLevel.ERRORS });
  const document = await task.promise;
  const pages: ReadPage[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    const words = items.flatMap((item) => ('str' in item ? [item.str, item.hasEOL ? ' ' : ''] : []));
    const found = (await page.getAnnotations()) as Raw[];
    pages.push({
      text: words.join('').replaceAll(/\s+/gu, ' '),
      annotations: found.map((each) => ({
        subtype: each.subtype,
        contents: each.contentsObj?.str ?? '',
        author: each.titleObj?.str ?? '',
        rect: each.rect,
        quads: Array.from(each.quadPoints ?? []),
        colour: Array.from(each.color ?? []),
      })),
    });
  }
  await task.destroy();
  return pages;
}

/** A PDF with one line of words on each page. */
export async function makePdf(lines: readonly string[], rotation = 0): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (const line of lines) {
    const page = document.addPage([595, 842]);
    page.drawText(line, { x: 72, y: 700, size: 12, font });
    if (rotation !== 0) page.setRotation({ type: 'degrees' as never, angle: rotation });
  }
  return document.save();
}
