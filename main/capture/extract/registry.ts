import type { Extractor, Format } from './types.ts';

/** One loader for each format: a library is loaded when the first document of its format comes. */
const loaders: Readonly<Record<Format, () => Promise<Extractor>>> = {
  pdf: async () => (await import('./pdf/pdf.ts')).pdfExtractor,
  docx: async () => (await import('./docx/docx.ts')).docxExtractor,
  html: async () => (await import('./html/html.ts')).htmlExtractor,
  markdown: async () => (await import('./markdown/markdown.ts')).markdownExtractor,
  text: async () => (await import('./text/plain-text.ts')).plainTextExtractor,
  csv: async () => (await import('./csv/csv.ts')).csvExtractor,
  eml: async () => (await import('./eml/eml.ts')).emlExtractor,
};

/** The extractor of a format. Only the extractor process calls this. */
export async function extractorOf(format: Format): Promise<Extractor> {
  return loaders[format]();
}
