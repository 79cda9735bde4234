import { createHash, type Hash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { z } from 'zod';
import { ServerError } from '../../errors.ts';
import type { BackupSecret } from './backup-key.ts';
import { contentOfFile } from './open-file.ts';

/**
 * A backup is one file: lines, compressed with zstd, and encrypted where the operator gave a key. The first is the header; then for each
 * table a line that names it, its rows in COPY's text format and a line `\.`; then for each document a line that names it, its bytes as
 * lines of base 64 and a line `\.`; the last line holds the counts and the SHA-256 of everything before it.
 */

const name = z.string().regex(/^(governance|central)\.[a-z_0-9]+$/);
const column = z.string().regex(/^[a-z_0-9]+$/);
const bound = z.string().regex(/^FOR VALUES FROM \('[\d: +-]+(\.\d+)?'\) TO \('[\d: +-]+(\.\d+)?'\)$/);

export const headerSchema = z.strictObject({
  format: z.literal('stratmaster-workbench server backup'),
  v: z.literal(2),
  at: z.iso.datetime(),
  migrations: z.array(z.string()).min(1),
  partitions: z.array(z.strictObject({ name, parent: name, bound })),
});
export const tableSchema = z.strictObject({ table: name, columns: z.array(column).min(1) });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const fileSchema = z.strictObject({ tenant: z.uuid(), file: sha256, size: z.number().int().min(0) });
export const trailerSchema = z.strictObject({
  end: z.strictObject({ rows: z.record(name, z.number().int()), files: z.number().int(), sha256 }),
});

export type BackupHeader = z.infer<typeof headerSchema>;

/** The line that ends a table or a document; no row can be it, because COPY writes a backslash as two. */
export const endOfTable = '\\.';

/** Lines of a backup file. Memory holds one chunk, whatever the size of the file. */
export async function* linesOf(file: string, secret: BackupSecret | null): AsyncGenerator<Buffer> {
  const content = await contentOfFile(file, secret);
  const unpacked = new PassThrough();
  const reading = pipeline(content, createZstdDecompress(), unpacked);
  // The reader below learns of a failure by the stream; here it only must not go unheard.
  reading.catch(() => undefined);
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const part of unpacked as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? part : Buffer.concat([rest, part]);
      let from = 0;
      for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
        yield bytes.subarray(from, at);
        from = at + 1;
      }
      rest = bytes.subarray(from);
    }
  } catch (error) {
    throw error instanceof ServerError ? error : damaged(error);
  }
  if (rest.length > 0) throw damaged();
}

/** What a backup that was read to its end holds. */
export interface VerifiedBackup {
  readonly header: BackupHeader;
  readonly rows: Readonly<Record<string, number>>;
  readonly files: number;
}

/**
 * Reads a backup to its end: it is whole, and says what it holds; every document is what its hash says. Throws `BAD_REQUEST` where it is
 * not, and `FORBIDDEN` where it is encrypted with another key.
 */
export async function verifyBackupFile(file: string, secret: BackupSecret | null): Promise<VerifiedBackup> {
  const sum = createHash('sha256');
  const rows: Record<string, number> = {};
  let files = 0;
  let header: BackupHeader | null = null;
  let inside: { readonly table: string } | { readonly hash: string; readonly digest: Hash } | null = null;
  for await (const line of linesOf(file, secret)) {
    const text: string = inside === null ? line.toString('utf8') : '';
    if (inside === null && text.startsWith('{"end":')) {
      const { end } = parseLine(trailerSchema, text);
      const counted = JSON.stringify(end.rows) === JSON.stringify(rows) && end.files === files;
      if (end.sha256 !== sum.digest('hex') || !counted || header === null) throw damaged();
      return { header, rows, files };
    }
    sum.update(line).update('\n');
    if (header === null) {
      header = parseLine(headerSchema, text);
    } else if (inside === null && text.startsWith('{"tenant":')) {
      inside = { hash: parseLine(fileSchema, text).file, digest: createHash('sha256') };
      files += 1;
    } else if (inside === null) {
      inside = { table: parseLine(tableSchema, text).table };
      rows[inside.table] = 0;
    } else if (isEnd(line)) {
      if ('hash' in inside && inside.digest.digest('hex') !== inside.hash) throw damaged();
      inside = null;
    } else if ('hash' in inside) {
      inside.digest.update(Buffer.from(line.toString('latin1'), 'base64'));
    } else {
      rows[inside.table] = (rows[inside.table] ?? 0) + 1;
    }
  }
  throw damaged();
}

/** True for the line that ends a table or a document. */
export function isEnd(line: Buffer): boolean {
  return line.length === 2 && line.toString('latin1') === endOfTable;
}

/** One line of JSON of a known form. Throws `BAD_REQUEST`. */
export function parseLine<T extends z.ZodType>(schema: T, text: string): z.infer<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw damaged(error);
  }
}

export function damaged(cause?: unknown): ServerError {
  return new ServerError(
    'BAD_REQUEST',
    'This file is not a whole backup of a server. Nothing was changed. Use another one.',
    {},
    cause,
  );
}
