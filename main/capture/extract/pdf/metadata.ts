import type { PDFDocumentProxy } from 'pdfjs-dist';
import { toDate } from '../dates.ts';
import type { DocumentMetadata } from '../types.ts';
import { noMetadata } from '../types.ts';
import { wellFormed } from '../well-formed.ts';

/** Titles that programs write when nobody gave one. */
const placeholderTitle =
  /^(untitled|microsoft (word|powerpoint)|document\d*$|.*\.(docx?|pptx?|indd|tex|dvi|pdf)$)/i;

/** What a PDF says about itself: the document information dictionary, and XMP where it says more. */
export async function pdfMetadata(document: PDFDocumentProxy): Promise<DocumentMetadata> {
  const found = await document.getMetadata().catch(() => null);
  if (found === null) return noMetadata;
  const info = found.info as Readonly<Record<string, unknown>>;
  const xmp = (name: string): unknown => (found.metadata as { get(name: string): unknown } | null)?.get(name);
  const title = textOf(xmp('dc:title')) ?? textOf(info['Title']);
  const created = textOf(info['CreationDate']);
  return {
    ...noMetadata,
    title: title === null || placeholderTitle.test(title) ? null : title,
    author: textOf(xmp('dc:creator')) ?? textOf(info['Author']),
    publishedAt: toDate(textOf(xmp('dc:date'))) ?? toDate(created),
    language: textOf(info['Language']),
    siteName: textOf(xmp('dc:publisher')),
    description: textOf(info['Subject']),
    keywords: (textOf(info['Keywords']) ?? '')
      .split(/[,;]/)
      .map((word) => word.trim())
      .filter((word) => word !== '')
      .slice(0, 50),
    facts: Object.fromEntries(
      [
        ['producer', textOf(info['Producer'])],
        ['creator', textOf(info['Creator'])],
        ['created_at', created],
        ['pdf_version', textOf(info['PDFFormatVersion'])],
      ].filter((fact): fact is [string, string] => fact[1] !== null),
    ),
  };
}

function textOf(value: unknown): string | null {
  const joined = Array.isArray(value) ? value.filter((item) => typeof item === 'string').join('; ') : value;
  if (typeof joined !== 'string') return null;
  return wellFormed(joined).text.replace(/\s+/g, ' ').trim() || null;
}
