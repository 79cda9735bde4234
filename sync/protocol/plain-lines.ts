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
  salt: /^[\w-]{16}$/,
  cell: /^(?:@|[1-9]\d{0,4}(?:\/[^]*)?)$/,
} as const;

type Fields = Readonly<Record<string, unknown>>;

/** A whole row without what conflicts leave: as it was inserted, or edited since. */
export function isPlainRow(line: object): line is RowLine {
  const { cells, n, st, t, x } = line as Fields;
  if (st !== 'live' && st !== 'purged') return false;
  const isInserted = n !== undefined;
  if (isInserted && !(isPair(n) && isIndex(n[0]) && isIndex(n[1]))) return false;
  const isSalted = x !== undefined;
  if (isSalted && !matches(x, patterns.salt)) return false;
  return (
    Array.isArray(t) &&
    t.every(isWriter) &&
    isRecord(cells) &&
    hasPlainCells(cells) &&
    hasHeader(line as Fields, 8 + Number(isInserted) + Number(isSalted))
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
    if (!patterns.cell.test(name) || !(isWrite(cell) || isEdited(cell))) return false;
  }
  return true;
}

/** A write that says nothing but its place among the writers and its value. */
function isWrite(write: unknown): boolean {
  return isPair(write) && isIndex(write[0]) && isPlainValue(write[1]);
}

/** A cell whose writes say at most what they were written over. */
function isEdited(cell: unknown): boolean {
  return (
    isRecord(cell) &&
    Object.keys(cell).length === 1 &&
    Array.isArray(cell['l']) &&
    cell['l'].every((write: unknown) => isWrite(write) || isOver(write))
  );
}

function isOver(write: unknown): boolean {
  if (!Array.isArray(write) || write.length !== 3 || !isWrite(write.slice(0, 2))) return false;
  const extra: unknown = write[2];
  return isRecord(extra) && Object.keys(extra).length === 1 && matches(extra['over'], patterns.hash);
}

/** A text, a finite number, a truth value, null, or what a key of a map holds: one of these, or nothing. */
function isPlainValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0 || (value.length === 1 && isScalar(value[0]));
  return isScalar(value);
}

function isScalar(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
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
