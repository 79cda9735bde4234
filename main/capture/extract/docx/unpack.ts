import { unzipSync, zipSync } from 'fflate';
import { ExtractionError } from '../types.ts';

/** Parts of a word processor's file that hold words; pictures, fonts and embedded files are left packed. */
const wanted = /^(\[Content_Types\]\.xml|_rels\/|word\/[^/]+\.xml$|word\/_rels\/|docProps\/)/;

/** Most parts that are looked at; a file with more is no document that a person wrote. */
const maxParts = 10_000;

/**
 * The parts of a DOCX by name. The size that the archive's directory declares is the size of the buffer each part is
 * unpacked into, so the sum that is checked here is a true bound, whatever the data inside would grow to.
 */
export function unpackDocx(bytes: Uint8Array, maxUnpackedBytes: number): Record<string, Uint8Array> {
  let total = 0;
  let parts = 0;
  try {
    return unzipSync(bytes, {
      filter: (file) => {
        if (!wanted.test(file.name)) return false;
        total += file.originalSize;
        parts += 1;
        if (total > maxUnpackedBytes || parts > maxParts) {
          throw new ExtractionError('document-unpacks-too-large', { megabytes: Math.round(total / 2 ** 20) });
        }
        return true;
      },
    });
  } catch (error) {
    throw error instanceof ExtractionError ? error : new ExtractionError('document-damaged');
  }
}

/** The same parts as an archive without compression, for a reader that unpacks by itself and knows no bounds. */
export function repack(parts: Record<string, Uint8Array>): Buffer {
  return Buffer.from(zipSync(parts, { level: 0 }));
}
