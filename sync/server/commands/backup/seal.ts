import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { SealHeader } from './backup-key.ts';

/**
 * Encrypted bytes of a backup: the header's line, then frames. The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over
 * AES-256-GCM: a frame's nonce is its number and a mark on the last one, so that frames cannot be moved, left out or cut off; the
 * header is authenticated with the first. The key serves one backup only.
 */

const frameBytes = 64 * 1024;
const tagBytes = 16;

/** A frame did not open: the bytes are not those that were written. */
export class BrokenSeal extends Error {
  override readonly name = 'BrokenSeal';
}

/** The line with which an encrypted backup begins. */
export function sealLine(header: SealHeader): Buffer {
  return Buffer.from(`${JSON.stringify(header)}\n`);
}

/** Encrypts a stream. Memory holds one frame and one part of what comes in. */
export async function* seal(
  content: AsyncIterable<Buffer>,
  header: SealHeader,
  key: Buffer,
): AsyncGenerator<Buffer> {
  const line = sealLine(header);
  yield line;
  let n = 0;
  for await (const { frame, isLast } of framed(content, frameBytes)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce(n, isLast));
    if (n === 0) cipher.setAAD(line);
    yield Buffer.concat([cipher.update(frame), cipher.final(), cipher.getAuthTag()]);
    n += 1;
  }
}

/** Decrypts what stands after the header's line. Throws `BrokenSeal` before it yields a byte that was not written so. */
export async function* unseal(
  content: AsyncIterable<Buffer>,
  header: SealHeader,
  key: Buffer,
): AsyncGenerator<Buffer> {
  let n = 0;
  for await (const { frame, isLast } of framed(content, frameBytes + tagBytes)) {
    if (frame.length < tagBytes) throw new BrokenSeal('The backup is cut.');
    const decipher = createDecipheriv('aes-256-gcm', key, nonce(n, isLast));
    if (n === 0) decipher.setAAD(sealLine(header));
    decipher.setAuthTag(frame.subarray(frame.length - tagBytes));
    const plain = decipher.update(frame.subarray(0, frame.length - tagBytes));
    try {
      decipher.final();
    } catch {
      throw new BrokenSeal('The backup was changed or cut.');
    }
    yield plain;
    n += 1;
  }
}

function nonce(n: number, isLast: boolean): Buffer {
  const made = Buffer.alloc(12);
  made.writeUIntBE(n, 5, 6);
  made[11] = isLast ? 1 : 0;
  return made;
}

/** Cuts a stream into frames of one size; the last has what is left, at least one byte unless the stream has none. */
async function* framed(
  content: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<{ readonly frame: Buffer; readonly isLast: boolean }> {
  let parts: Buffer[] = [];
  let held = 0;
  for await (const part of content) {
    parts.push(part);
    held += part.length;
    while (held > size) {
      const whole = Buffer.concat(parts);
      yield { frame: whole.subarray(0, size), isLast: false };
      parts = [whole.subarray(size)];
      held = whole.length - size;
    }
  }
  yield { frame: Buffer.concat(parts), isLast: true };
}
