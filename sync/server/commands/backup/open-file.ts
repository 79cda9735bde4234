import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { type BackupSecret, keyOfBackup, type SealHeader, sealHeaderSchema } from './backup-key.ts';
import { sealLine, unseal } from './seal.ts';

/** Longest first line of an encrypted backup. */
const longestHeader = 1024;

/**
 * The compressed content of a backup's file, decrypted where it is encrypted. Throws `FORBIDDEN` where the secret is missing or is
 * another one; a secret for a file that is not encrypted is passed over.
 */
export async function contentOfFile(
  file: string,
  secret: BackupSecret | null,
): Promise<AsyncIterable<Buffer>> {
  const header = await sealHeaderOf(file);
  if (header === null) return createReadStream(file);
  const key = await keyOfBackup(header, secret);
  return unseal(createReadStream(file, { start: sealLine(header).length }), header, key);
}

/** The header of an encrypted backup; null for any other file. */
async function sealHeaderOf(file: string): Promise<SealHeader | null> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestHeader), 0, longestHeader, 0);
    const end = buffer.subarray(0, bytesRead).indexOf(10);
    if (end < 0 || buffer[0] !== 0x7b) return null;
    const line = buffer.subarray(0, end).toString('utf8');
    const parsed = sealHeaderSchema.safeParse(jsonOf(line));
    // What is written otherwise than it would be written now does not have the length that is skipped.
    return parsed.success && sealLine(parsed.data).length === end + 1 ? parsed.data : null;
  } finally {
    await handle.close();
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
