import type { PDFDocumentProxy } from 'pdfjs-dist';
import { getDocument, GlobalWorkerOptions, PDFDataRangeTransport } from 'pdfjs-dist/legacy/build/pdf.mjs';
import worker from 'pdfjs-dist/legacy/build/pdf.worker.mjs?url';
import { useEffect, useState } from 'react';
import type { HostClient } from '../../../preload/contract/contract.ts';
import { useClient } from '../../data/query.ts';
import { readRange } from './read-range.ts';

GlobalWorkerOptions.workerSrc = worker;

/** Bytes that are asked for at once: a few pages, so that the first is drawn before the last is read. */
const rangeBytes = 256 * 1024;

/** Hands the file to the PDF library piece by piece, as pages need it. */
class HostRanges extends PDFDataRangeTransport {
  readonly #client: HostClient;
  readonly #artifactId: string;

  constructor(client: HostClient, artifactId: string, length: number, start: Uint8Array) {
    super(length, start);
    this.#client = client;
    this.#artifactId = artifactId;
  }

  override requestDataRange(begin: number, end: number): void {
    // The library joins neighbouring pieces into one request of any length, and takes one answer for it.
    readRange(this.#client, this.#artifactId, begin, end).then(
      (bytes) => this.onDataRange(begin, bytes),
      () => this.abort(),
    );
  }
}

async function openPdf(client: HostClient, artifactId: string): Promise<PDFDocumentProxy> {
  const first = await client.documents.bytes({ artifactId, start: 0, end: rangeBytes });
  const start = new Uint8Array(await first.data.arrayBuffer());
  // Captured files are hostile: nothing in one is evaluated, and nothing is fetched for it.
  const safe = { useSystemFonts: true, disableFontFace: false, enableXfa: false };
  if (first.total <= start.length) return getDocument({ data: start, ...safe }).promise;
  const range = new HostRanges(client, artifactId, first.total, start);
  return getDocument({
    range,
    rangeChunkSize: rangeBytes,
    disableAutoFetch: true,
    disableStream: true,
    ...safe,
  }).promise;
}

/** The opened file, closed again when nobody shows it. */
export function usePdf(artifactId: string): { pdf: PDFDocumentProxy | undefined; failed: boolean } {
  const client = useClient();
  const [pdf, setPdf] = useState<PDFDocumentProxy>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let close: (() => void) | undefined;
    let gone = false;
    openPdf(client, artifactId).then(
      (document) => {
        close = () => void document.loadingTask.destroy();
        if (gone) close();
        else setPdf(document);
      },
      () => setFailed(true),
    );
    return () => {
      gone = true;
      close?.();
    };
  }, [client, artifactId]);
  return { pdf, failed };
}
