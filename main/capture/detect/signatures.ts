import { fileTypeFromBuffer } from 'file-type';
import type { DetectedType } from '../extract/types.ts';

const docxMime = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** Signatures that hold although the rest of the bytes are plain letters. Shorter ones ("BM", "MZ") begin ordinary words. */
const textualSignatures = new Set(['application/pdf', 'application/rtf', 'application/postscript']);

/** The PDF header may stand anywhere in the first kilobyte (ISO 32000-1, annex H, note 13). */
function hasPdfHeader(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024)).includes('%PDF-');
}

/**
 * What the bytes are by their signature, or null where no signature speaks. `looksTextual` says that the bytes are
 * plain letters in some encoding: then only signatures that can stand in letters count.
 */
export async function detectBySignature(
  bytes: Uint8Array,
  looksTextual: boolean,
): Promise<DetectedType | null> {
  if (hasPdfHeader(bytes)) return binary('pdf', 'application/pdf', 'pdf');
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  if (found === undefined) return null;
  if (looksTextual && !textualSignatures.has(found.mime)) return null;
  if (found.mime === docxMime) return binary('docx', docxMime, 'document');
  return binary('unreadable', found.mime, artifactTypeOf(found.mime));
}

function binary(
  format: DetectedType['format'],
  mimeType: string,
  artifactType: DetectedType['artifactType'],
): DetectedType {
  return { format, mimeType, artifactType, encoding: null };
}

const archives = /zip|tar|gzip|bzip2|x-7z|x-rar|x-xz|zstd|compress|lz4/;
const documents = /officedocument|opendocument|msword|x-cfb|rtf|postscript|epub|ms-excel|ms-powerpoint/;

function artifactTypeOf(mimeType: string): DetectedType['artifactType'] {
  if (mimeType.startsWith('image/')) return 'image';
  if (documents.test(mimeType)) return 'document';
  if (archives.test(mimeType)) return 'archive';
  return 'other';
}
