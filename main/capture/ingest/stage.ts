import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import type { Extraction, PageGeometry, Remark } from '../extract/types.ts';
import { noMetadata } from '../extract/types.ts';
import type { Reading } from '../process/protocol.ts';
import { displayName } from './names.ts';
import type { StagedDocument, StagedText, StoredItem } from './types.ts';

/** Bytes of an item as they were loaded: in memory to be read, and in the blob store. */
export interface LoadedItem {
  readonly bytes: Uint8Array;
  readonly contentHash: string;
  readonly url: string | null;
}

/** SHA-256 as the blob store names files. */
export function contentHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Puts a document's bytes and what belongs to it into the blob store and hands back what is to be published. Blobs come
 * first: a published row never names a file that is not there; a blob without a row is a leftover that `doctor` counts.
 */
export function stageDocument(
  blobs: BlobStore,
  item: StoredItem,
  loaded: LoadedItem,
  reading: Exclude<Reading, { kind: 'failed' }>,
  times: { readonly retrievedAt: string; readonly ms: number },
): StagedDocument {
  const { extraction } = reading;
  blobs.put(loaded.bytes);
  return {
    itemId: item.id,
    sessionId: item.sessionId,
    name: item.name,
    source: item.source,
    contentHash: loaded.contentHash,
    fileSize: loaded.bytes.length,
    detected: reading.detected,
    ...times,
    url: loaded.url,
    text: reading.kind === 'read' ? stagedText(blobs, reading.extraction, reading.analysis) : null,
    reason: reading.kind === 'kept' ? reading.reason : null,
    metadata: extraction?.metadata ?? noMetadata,
    warnings: [...(extraction?.warnings ?? []), ...depthRemarks(item, extraction)],
    snapshotHash: putText(blobs, extraction?.snapshotHtml ?? null),
    attachments: (extraction?.attachments ?? []).map(({ name, bytes }) => ({
      name: displayName(name),
      hash: blobs.put(bytes).hash,
    })),
  };
}

/** A document's words with the geometry of its pages in the blob store. */
export function stagedText(
  blobs: BlobStore,
  extraction: Extraction,
  analysis: StagedText['analysis'],
): StagedText {
  const { text, extractor, version, pages, outline, confidence, geometry } = extraction;
  const geometryHash = geometry === null ? null : blobs.put(encodeGeometry(geometry)).hash;
  return { text, extractor, version, pages, outline, confidence, geometryHash, analysis };
}

/** The form in which the geometry of an extraction is kept: JSON, deflated. `decodeGeometry` reads it. */
export function encodeGeometry(geometry: readonly PageGeometry[]): Buffer {
  return deflateRawSync(JSON.stringify({ v: 1, pages: geometry }), { level: 6 });
}

function putText(blobs: BlobStore, text: string | null): string | null {
  return text === null ? null : blobs.put(Buffer.from(text, 'utf8')).hash;
}

/** Attachments of attachments are followed this deep. */
export const maxAttachmentDepth = 3;

function depthRemarks(item: StoredItem, extraction: Extraction | null): Remark[] {
  const depth = item.source.kind === 'blob' ? item.source.depth : 0;
  const left = depth >= maxAttachmentDepth && (extraction?.attachments.length ?? 0) > 0;
  return left ? [{ code: 'attachments-too-deep', parameters: {} }] : [];
}
