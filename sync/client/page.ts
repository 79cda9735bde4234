import type { z } from 'zod';
import {
  bodyLineSchema,
  pullLineSchema,
  pullTrailerSchema,
  type PullTrailer,
  rowsTrailerSchema,
  type RowsTrailer,
} from '../protocol/messages.ts';
import { type ExitLine, type HeaderLine, type RowLine, rowLineSchema } from '../protocol/row-state.ts';
import { BadAnswer } from './bad-answer.ts';

/** A row of a page: its whole state, its header alone, or that it left the scope. */
export type PageRow = RowLine | HeaderLine | ExitLine;

/** One whole page of a pull. Bytes are base 64, by their SHA-256. */
export interface PulledPage {
  readonly rows: readonly PageRow[];
  readonly bodies: Readonly<Record<string, string>>;
  readonly trailer: PullTrailer;
}

/** Rows that were asked for by name. */
export interface RowsPage {
  readonly rows: readonly RowLine[];
  readonly bodies: Readonly<Record<string, string>>;
  readonly trailer: RowsTrailer;
}

/** Reads a page; without a trailer at its end nothing of it counts. Throws `BadAnswer`. */
export function readPage(text: string): PulledPage {
  const { lines, trailer } = split(text, pullTrailerSchema);
  const rows: PageRow[] = [];
  const bodies: Record<string, string> = {};
  for (const line of lines) {
    const parsed = pullLineSchema.safeParse(line);
    if (!parsed.success || 'trailer' in parsed.data)
      throw new BadAnswer('A line of the page is not of the protocol.');
    if ('b' in parsed.data) bodies[parsed.data.b] = parsed.data.d;
    else rows.push(parsed.data);
  }
  return { rows, bodies, trailer };
}

/** Reads rows that were asked for by name. Throws `BadAnswer`. */
export function readRows(text: string): RowsPage {
  const { lines, trailer } = split(text, rowsTrailerSchema);
  const rows: RowLine[] = [];
  const bodies: Record<string, string> = {};
  for (const line of lines) {
    const row = rowLineSchema.safeParse(line);
    if (row.success) {
      rows.push(row.data);
      continue;
    }
    const body = bodyLineSchema.safeParse(line);
    if (!body.success) throw new BadAnswer('A line of the page is not of the protocol.');
    bodies[body.data.b] = body.data.d;
  }
  return { rows, bodies, trailer };
}

function split<T>(text: string, trailerSchema: z.ZodType<T>): { lines: unknown[]; trailer: T } {
  const lines = text.split('\n').filter((line) => line !== '');
  const parsed = lines.map((line): unknown => {
    try {
      return JSON.parse(line);
    } catch {
      throw new BadAnswer('A line of the page is cut.');
    }
  });
  const last = parsed.pop();
  const named = typeof last === 'object' && last !== null && 'trailer' in last ? last.trailer : undefined;
  const trailer = trailerSchema.safeParse(named);
  if (!trailer.success) throw new BadAnswer('The page has no trailer.');
  return { lines: parsed, trailer: trailer.data };
}
