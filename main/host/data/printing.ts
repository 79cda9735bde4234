import type { PdfMark } from '../../export/annotations/pdf-marks.ts';
import type { Brief } from '../../export/brief/brief.ts';
import type { CallsOf } from '../threads/caller.ts';

/**
 * Making PDF files, by name. The libraries are loaded by the first call that needs them. Files from elsewhere are parsed here and
 * nowhere else in the host: a thread that hangs or runs out of memory is replaced, and nothing else stops.
 */
export function printingFunctions() {
  return {
    'pdf.highlight': async ({ file, marks }: { file: Uint8Array; marks: readonly PdfMark[] }) => {
      const { highlightPdf } = await import('../../export/annotations/highlight-pdf.ts');
      return highlightPdf(file, marks);
    },
    'pdf.brief': async (brief: Brief) => {
      const { briefToPdf } = await import('../../export/brief/pdf.ts');
      return briefToPdf(brief);
    },
  };
}

export type PrintingFunctions = ReturnType<typeof printingFunctions>;
export type PrintingCalls = CallsOf<PrintingFunctions>;
