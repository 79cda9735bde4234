import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileDurably } from '../files/write-durably.ts';
import { wrapSchema } from './wrap.ts';

/** Name of the file beside the database that holds the wrapped key and the token that tells a copied file. */
export const keyFileName = 'keys.json';

/**
 * What stands beside every database. `token` is the same as the one inside the database until the file is copied without
 * its folder, or restored: then they differ. `wraps` is empty where the workspace is not encrypted.
 */
export const keyFileSchema = z.strictObject({
  v: z.literal(1),
  token: z.string().regex(/^[0-9a-f]{32}$/),
  encrypted: z.boolean(),
  wraps: z.array(wrapSchema),
});

export type KeyFile = z.infer<typeof keyFileSchema>;

/** A new token for a new, copied or restored file. */
export function newToken(): string {
  return randomBytes(16).toString('hex');
}

/** Reads a key file. Null where there is none; throws a plain sentence where it cannot be understood. */
export function readKeyFile(path: string): KeyFile | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const parsed = keyFileSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(
    `The key file ${path} cannot be understood. The workspace is unharmed: put the file back from a backup.`,
  );
}

/** Replaces a key file as a whole; a killed process leaves the old one or the new one. */
export function writeKeyFile(path: string, file: KeyFile): void {
  writeFileDurably(path, `${JSON.stringify(file, null, 2)}\n`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
