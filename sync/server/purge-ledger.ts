import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ServerError } from './errors.ts';

/** One purged row: ids only, nothing of what it held. */
export interface PurgedRow {
  readonly tenant: string;
  readonly entity: number;
  readonly id: string;
}

const lineSchema = z.strictObject({ tenant: z.uuid(), entity: z.number().int().positive(), id: z.uuid() });

/** The list of purged rows, beside the database and in none of its backups. A restored server replays it before it opens. */
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
    const file = await open(this.#path, 'a', 0o600);
    try {
      const lines = rows.map(({ entity, id }) => `${JSON.stringify({ tenant, entity, id })}\n`);
      await file.appendFile(lines.join(''));
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  /** Every row that was purged. A last line that a power cut left unfinished is not one: its purge was never acknowledged. */
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
      .filter((line) => line !== '')
      .map((line, at) => {
        const parsed = lineSchema.safeParse(parse(line));
        if (parsed.success) return parsed.data;
        throw new ServerError(
          'UNAVAILABLE',
          `The list of purged rows is damaged at line ${at + 1}. Put it back from a copy.`,
        );
      });
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
