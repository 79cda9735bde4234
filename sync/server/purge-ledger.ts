import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DiskFull } from './disk-full.ts';
import { ServerError } from './errors.ts';

/** One purged row: ids only, nothing of what it held. */
export interface PurgedRow {
  readonly tenant: string;
  readonly entity: number;
  readonly id: string;
}

const entitySchema = z.number().int().positive();
const lineSchema = z.union([
  z.strictObject({ tenant: z.uuid(), purged: z.array(z.tuple([entitySchema, z.uuid()])) }),
  // One row, as earlier builds wrote it.
  z
    .strictObject({ tenant: z.uuid(), entity: entitySchema, id: z.uuid() })
    .transform((row) => ({ tenant: row.tenant, purged: [[row.entity, row.id] as const] })),
]);

/**
 * The list of purged rows, beside the database and in none of its backups. A restored server replays it before it opens. What is purged
 * together is one line, so that it counts whole or not at all, and a line is one write at the end of the file, so that processes that
 * append at the same time never write into each other's.
 */
export class PurgeLedgerFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Adds rows; they are on the disk when it resolves. */
  async append(
    tenant: string,
    rows: readonly { readonly entity: number; readonly id: string }[],
  ): Promise<void> {
    // The line before may have been left unfinished: this one begins anew.
    const line = `\n${JSON.stringify({ tenant, purged: rows.map(({ entity, id }) => [entity, id]) })}\n`;
    const bytes = Buffer.from(line);
    const file = await open(this.#path, 'a', 0o600);
    try {
      const { bytesWritten } = await file.write(bytes);
      // What is missing would stand behind what another process has appended by now: the whole is written again by who asks again.
      if (bytesWritten < bytes.length) throw new DiskFull();
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  /** Every row that was purged. A line that a power cut or a full disk left unfinished is none: its purge was never acknowledged. */
  async read(): Promise<PurgedRow[]> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .flatMap((line, at) => {
        if (line === '' || isUnfinished(line)) return [];
        const parsed = lineSchema.safeParse(parse(line));
        if (parsed.success) {
          const { tenant, purged } = parsed.data;
          return purged.map(([entity, id]) => ({ tenant, entity, id }));
        }
        throw new ServerError(
          'UNAVAILABLE',
          `The list of purged rows is damaged at line ${at + 1}. Put it back from a copy.`,
        );
      });
  }
}

/** A line that has a beginning and no end. */
function isUnfinished(line: string): boolean {
  return line.startsWith('{') && !line.endsWith('}');
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
