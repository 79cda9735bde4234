import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Sealed blobs: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over AES-256-GCM. Every file has a
 * key of its own, derived from the data key and a random salt, so that a counter can serve as nonce. Frames are sealed one
 * by one, so that a range is read without reading what stands before it; the last frame is marked, so that a cut file is noticed.
 */

const magic = Buffer.from('STRMBLB1', 'latin1');
const saltBytes = 32;
const tagBytes = 16;

/** Plain bytes in each frame but the last. */
export const frameBytes = 64 * 1024;

/** Bytes before the first frame: the format's name and the file's salt. */
export const headerBytes = magic.length + saltBytes;

/** Sealed bytes of a full frame. */
export const sealedFrameBytes = frameBytes + tagBytes;

/** The key of one file. */
export interface FileKey {
  readonly key: Buffer;
}

function fileKey(dataKey: Uint8Array, salt: Uint8Array): FileKey {
  return { key: Buffer.from(hkdfSync('sha256', dataKey, salt, 'stratmaster-workbench blob content 1', 32)) };
}

/** A new file's header and key. */
export function newHeader(dataKey: Uint8Array): { header: Buffer; key: FileKey } {
  const salt = randomBytes(saltBytes);
  return { header: Buffer.concat([magic, salt]), key: fileKey(dataKey, salt) };
}

/** The key of a file whose header was read, or null where the header is not of this format. */
export function keyFromHeader(dataKey: Uint8Array, header: Buffer): FileKey | null {
  if (header.length !== headerBytes || !header.subarray(0, magic.length).equals(magic)) return null;
  return fileKey(dataKey, header.subarray(magic.length));
}

function nonceOf(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(index), 3);
  nonce.writeUInt8(last ? 1 : 0, 11);
  return nonce;
}

/** Seals one frame: its plain bytes, its index from 0, and whether it ends the file. */
export function sealFrame(key: FileKey, index: number, last: boolean, plain: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key.key, nonceOf(index, last));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Opens one frame. Throws where a bit was changed, frames were exchanged, or the file was cut. */
export function openFrame(key: FileKey, index: number, last: boolean, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key.key, nonceOf(index, last), {
    authTagLength: tagBytes,
  });
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagBytes)), decipher.final()]);
}

/** Number of frames and plain bytes of a sealed file of this size, or null where no sealed file has such a size. */
export function layoutOf(fileBytes: number): { frames: number; plainBytes: number } | null {
  const sealed = fileBytes - headerBytes;
  if (sealed < tagBytes) return null;
  const frames = Math.ceil(sealed / sealedFrameBytes);
  const plainBytes = sealed - frames * tagBytes;
  return plainBytes < 0 ? null : { frames, plainBytes };
}
