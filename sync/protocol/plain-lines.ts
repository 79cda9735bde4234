import type { HeaderLine, RowLine } from './row-state.ts';

/**
 * Recognizes the lines that nearly every page is made of without the schemas, which take longer than everything else that a laptop does
 * with such a line. What is recognized here the schemas accept as it stands; of everything else they decide (a test holds both together).
 */

const patterns = {
  id: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  scope: /^(?:tenant|(?:user|project|session):[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/,
  sequence: /^(?:0|[1-9]\d{0,17})$/,
  hash: /^[0-9a-f]{32}$/,
  cell: /^(?:@|[1-9]\d{0,4})$/,
} as const;

type Fields = Readonly<Record<string, unknown>>;

/** A whole row whose cells are one write each, without what conflicts leave; its values are texts, numbers, truth values and null. */
export function isPlainRow(line: object): line is RowLine {
  const { cells, n, st, t } = line as Fields;
  if (st !== 'live' && st !== 'purged') return false;
  const isInserted = n !== undefined;
  if (isInserted && !(isPair(n) && isIndex(n[0]) && isIndex(n[1]))) return false;
  return (
    Array.isArray(t) &&
    t.every(isWriter) &&
    isRecord(cells) &&
    hasPlainCells(cells) &&
    hasHeader(line as Fields, isInserted ? 9 : 8)
  );
}

/** A row's header alone. */
export function isPlainHeader(line: object): line is HeaderLine {
  const { f } = line as Fields;
  return f === undefined
    ? hasHeader(line as Fields, 5)
    : matches(f, patterns.sequence) && hasHeader(line as Fields, 6);
}

/** True where a line has a header, and as many fields as its kind has with it. */
function hasHeader(line: Fields, fields: number): boolean {
  const { e, i, sc, s, h } = line;
  return (
    Object.keys(line).length === fields &&
    isIndex(e) &&
    e > 0 &&
    matches(i, patterns.id) &&
    matches(sc, patterns.scope) &&
    matches(s, patterns.sequence) &&
    matches(h, patterns.hash)
  );
}

function hasPlainCells(cells: Fields): boolean {
  for (const name of Object.keys(cells)) {
    const cell = cells[name];
    if (!patterns.cell.test(name) || !isPair(cell) || !isIndex(cell[0])) return false;
    const [, value] = cell;
    if (value !== null && typeof value === 'object') return false;
  }
  return true;
}

function isWriter(writer: unknown): boolean {
  return isPair(writer) && matches(writer[0], patterns.hash) && matches(writer[1], patterns.id);
}

function isPair(value: unknown): value is readonly [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}
