import { sha256 } from '../../db/replica/sync/outbox.ts';
import { decodeRow, hashOfText, rowText } from '../core/row-wire.ts';
import {
  bodyLineSchema,
  pullLineSchema,
  pullTrailerSchema,
  type PullTrailer,
  rowsTrailerSchema,
  type RowsTrailer,
} from '../protocol/messages.ts';
import { isPlainHeader, isPlainRow } from '../protocol/plain-lines.ts';
import { type PageRow, type RowLine, rowLineSchema } from '../protocol/row-state.ts';
import { BadAnswer, damagedSentence } from './bad-answer.ts';

/** One whole page of a pull. Bytes are base 64, by their SHA-256. Rows are what their hashes say, but where something is masked. */
export interface PulledPage {
  readonly rows: readonly PageRow[];
  readonly bodies: Readonly<Record<string, string>>;
  readonly trailer: PullTrailer;
}

/**
 * A page as it came, of which only the end has been read: that says what to ask for next. Its rows are read, and their hashes proved,
 * where they are applied.
 */
export interface ArrivedPage {
  readonly text: string;
  readonly trailer: PullTrailer;
}

/** Rows that were asked for by name. */
export interface RowsPage {
  readonly rows: readonly RowLine[];
  readonly bodies: Readonly<Record<string, string>>;
  readonly trailer: RowsTrailer;
}

/** Reads the end of a page. Throws `BadAnswer` where it has none. */
export function arrivedPage(text: string): ArrivedPage {
  const end = text.trimEnd();
  return { text, trailer: trailerOf(end.slice(end.lastIndexOf('\n') + 1), pullTrailerSchema) };
}

/** Reads a page; without a trailer at its end nothing of it counts. Throws `BadAnswer`. */
export function readPage(text: string): PulledPage {
  const { lines, trailer } = split(text, pullTrailerSchema);
  const rows: PageRow[] = [];
  const bodies: Record<string, string> = {};
  for (const line of lines) {
    const read = readLine(line);
    if ('b' in read) bodies[read.b] = read.d;
    else rows.push('cells' in read ? proven(read, line) : read);
  }
  return { rows, bodies, trailer };
}

function readLine(text: string): PageRow | { readonly b: string; readonly d: string } {
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && (isPlainRow(value) || isPlainHeader(value)))
    return value;
  const read = pullLineSchema.safeParse(value);
  if (!read.success || 'trailer' in read.data)
    throw new BadAnswer('A line of the page is not of the protocol.');
  return read.data;
}

/** Reads rows that were asked for by name. Throws `BadAnswer`. */
export function readRows(text: string): RowsPage {
  const { lines, trailer } = split(text, rowsTrailerSchema);
  const rows: RowLine[] = [];
  const bodies: Record<string, string> = {};
  for (const line of lines) {
    const value = parsed(line);
    const row = rowLineSchema.safeParse(value);
    if (row.success) {
      rows.push(proven(row.data, line));
      continue;
    }
    const body = bodyLineSchema.safeParse(value);
    if (!body.success) throw new BadAnswer('A line of the page is not of the protocol.');
    bodies[body.data.b] = body.data.d;
  }
  return { rows, bodies, trailer };
}

/** What a server puts before the text that a row's hash covers. */
const front = /^\{"s":"\d+","h":"[0-9a-f]+",(?:"m":"[0-9a-f]+",)?/;

/**
 * A row whose content is what its hash says. The server sends the very text that the hash covers; where a line is written in another way,
 * that text is made of it again. A row in which something is hidden from this reader alone has a hash of what is left. Throws `BadAnswer`.
 */
function proven(row: RowLine, line: string): RowLine {
  const hash = row.m ?? row.h;
  const before = front.exec(line)?.[0].length ?? 0;
  if (before > 0 && hashOfText(`{${line.slice(before)}`, sha256) === hash) return row;
  if (hashOfText(rowText(decodeRow(row), row.x), sha256) === hash) return row;
  throw new BadAnswer(damagedSentence);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw new BadAnswer('A line of the page is cut.');
  }
}

interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

function split<T>(text: string, trailerSchema: Schema<T>): { lines: readonly string[]; trailer: T } {
  const lines = text.split('\n').filter((line) => line !== '');
  const trailer = trailerOf(lines.pop(), trailerSchema);
  return { lines, trailer };
}

function trailerOf<T>(line: string | undefined, schema: Schema<T>): T {
  const named = line === undefined || line === '' ? undefined : parsed(line);
  const inside =
    typeof named === 'object' && named !== null && 'trailer' in named ? named.trailer : undefined;
  const trailer = schema.safeParse(inside);
  if (!trailer.success) throw new BadAnswer('The page has no trailer.');
  return trailer.data;
}
