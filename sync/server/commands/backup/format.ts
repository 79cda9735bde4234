import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { z } from 'zod';
import { ServerError } from '../../errors.ts';

/**
 * A backup is one file: lines, compressed with zstd. The first is the header; then for each table a line that names it, its rows in
 * COPY's text format and a line `\.`; the last line holds the counts and the SHA-256 of everything before it.
 */

const name = z.string().regex(/^(governance|central)\.[a-z_0-9]+$/);
const column = z.string().regex(/^[a-z_0-9]+$/);
const bound = z.string().regex(/^FOR VALUES FROM \('[\d: +-]+(\.\d+)?'\) TO \('[\d: +-]+(\.\d+)?'\)$/);

export const headerSchema = z.strictObject({
  format: z.literal('stratmaster-workbench server backup'),
  v: z.literal(1),
  at: z.iso.datetime(),
  migrations: z.array(z.string()).min(1),
  partitions: z.array(z.strictObject({ name, parent: name, bound })),
});
export const tableSchema = z.strictObject({ table: name, columns: z.array(column).min(1) });
export const trailerSchema = z.strictObject({
  end: z.strictObject({ rows: z.record(name, z.number().int()), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
});

export type BackupHeader = z.infer<typeof headerSchema>;

/** The line that ends a table's rows; no row can be it, because COPY writes a backslash as two. */
export const endOfTable = '\\.';

/** Lines of a backup file. Memory holds one chunk, whatever the size of the file. */
export async function* linesOf(file: string): AsyncGenerator<Buffer> {
  const unpacked = new PassThrough();
  const reading = pipeline(createReadStream(file), createZstdDecompress(), unpacked);
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
    throw damaged(error);
  }
  if (rest.length > 0) throw damaged();
}

/** Reads a backup to its end: it is whole, and says what it holds. Throws `BAD_REQUEST` where it is not. */
export async function verifyBackupFile(
  file: string,
): Promise<{ readonly header: BackupHeader; readonly rows: Readonly<Record<string, number>> }> {
  const sum = createHash('sha256');
  const rows: Record<string, number> = {};
  let header: BackupHeader | null = null;
  let table: string | null = null;
  for await (const line of linesOf(file)) {
    const text: string = table === null ? line.toString('utf8') : '';
    if (table === null && text.startsWith('{"end":')) {
      const { end } = parseLine(trailerSchema, text);
      if (end.sha256 !== sum.digest('hex') || JSON.stringify(end.rows) !== JSON.stringify(rows))
        throw damaged();
      if (header === null) throw damaged();
      return { header, rows };
    }
    sum.update(line).update('\n');
    if (header === null) {
      header = parseLine(headerSchema, text);
    } else if (table === null) {
      ({ table } = parseLine(tableSchema, text));
      rows[table] = 0;
    } else if (line.length === 2 && line.toString('latin1') === endOfTable) {
      table = null;
    } else {
      rows[table] = (rows[table] ?? 0) + 1;
    }
  }
  throw damaged();
}

/** One line of JSON of a known form. Throws `BAD_REQUEST`. */
export function parseLine<T extends z.ZodType>(schema: T, text: string): z.infer<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(cause?: unknown): ServerError {
  return new ServerError(
    'BAD_REQUEST',
    'This file is not a whole backup of a server. Nothing was changed. Use another one.',
    {},
    cause,
  );
}
