import { deflateRawSync } from 'node:zlib';
import type { Id } from '../../db/catalogue/rows.ts';
import { putBody } from '../../db/replica/rows/text.ts';
import { insertRow } from '../../db/replica/rows/write.ts';
import { transact } from '../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../db/replica/workspace/workspace.ts';
import { pdfExtractor } from '../../main/capture/extract/pdf/pdf.ts';
import { defaultLimits, type Extraction } from '../../main/capture/extract/types.ts';

/** A PDF and what capture reads in it. */
export interface CapturedPdf {
  readonly bytes: Uint8Array;
  readonly extraction: Extraction;
}

/** Reads a PDF as capture does. */
export async function capturePdf(bytes: Uint8Array): Promise<CapturedPdf> {
  const detected = { format: 'pdf', mimeType: 'application/pdf', encoding: null } as never;
  const extraction = await pdfExtractor.extract({
    bytes,
    name: 'a.pdf',
    detected,
    limits: defaultLimits,
    onProgress: () => undefined,
  });
  return { bytes, extraction };
}

/** A piece of evidence with its file, its words and where they stand, as ingest publishes it. */
export function addPdf(
  { replica, blobs }: OpenWorkspace,
  session_id: Id,
  title: string,
  { bytes, extraction }: CapturedPdf,
): { evidence: Id; artifact: Id } {
  const file = blobs.put(bytes);
  const pages = extraction.geometry ?? [];
  const geometry = blobs.put(deflateRawSync(JSON.stringify({ v: 1, pages })));
  return transact(replica, { command: 'capture.add' }, (tx) => {
    const artifact = insertRow(
      tx,
      'artifacts',
      { content_hash: file.hash, artifact_type: 'pdf', mime_type: 'application/pdf' },
      { scope: `session:${session_id}` },
    );
    const extraction_id = insertRow(tx, 'content_extractions', {
      artifact_id: artifact,
      extractor: 'pdf',
      extractor_version: '1',
      text_hash: putBody(replica.db, Buffer.from(extraction.text, 'utf8')),
      page_map: extraction.pages.map(({ page, start, end }) => ({ page, start, end })),
      geometry_hash: geometry.hash,
    });
    const evidence = insertRow(tx, 'evidence', {
      session_id,
      title,
      source_type: 'uploaded_document',
      artifact_id: artifact,
      extraction_id,
    });
    return { evidence, artifact };
  }).result;
}
