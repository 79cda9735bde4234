import { alignmentCentres, codewordsOf } from './codewords.ts';

/** A QR code as rows of modules, true for dark, without the quiet zone around it. */
export type QrMatrix = readonly (readonly boolean[])[];

/** The eight masks of the standard, by the row and the column of a module. */
const masks: readonly ((y: number, x: number) => boolean)[] = [
  (y, x) => (y + x) % 2 === 0,
  (y) => y % 2 === 0,
  (_, x) => x % 3 === 0,
  (y, x) => (y + x) % 3 === 0,
  (y, x) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (y, x) => ((y * x) % 2) + ((y * x) % 3) === 0,
  (y, x) => (((y * x) % 2) + ((y * x) % 3)) % 2 === 0,
  (y, x) => (((y + x) % 2) + ((y * x) % 3)) % 2 === 0,
];

/** Draws a text as a QR code of correction level M. Null where it is longer than 666 bytes. */
export function qrMatrix(text: string): QrMatrix | null {
  const made = codewordsOf(text);
  if (made === null) return null;
  const drawn = masks.map((_, mask) => draw(made.version, made.codewords, mask));
  let best = drawn[0] ?? [];
  let least = Infinity;
  for (const each of drawn) {
    const cost = penalty(each);
    if (cost < least) [best, least] = [each, cost];
  }
  return best;
}

/** Draws everything: fixed patterns, what they say of the code, and the codewords under one mask. */
function draw(version: number, codewords: Uint8Array, mask: number): boolean[][] {
  const side = version * 4 + 17;
  const dark = Array.from({ length: side }, () => Array.from({ length: side }, () => false));
  const fixed = Array.from({ length: side }, () => Array.from({ length: side }, () => false));
  const put = (y: number, x: number, on: boolean): void => {
    const [row, fixedRow] = [dark[y], fixed[y]];
    if (row === undefined || fixedRow === undefined || x < 0 || x >= side) return;
    row[x] = on;
    fixedRow[x] = true;
  };
  drawPatterns(version, side, put);
  drawFormat(side, mask, put);
  if (version >= 7) drawVersion(version, side, put);
  drawCodewords(codewords, dark, fixed, masks[mask] ?? (() => false));
  return dark;
}

type Put = (y: number, x: number, on: boolean) => void;

function drawPatterns(version: number, side: number, put: Put): void {
  for (let at = 0; at < side; at += 1) {
    put(6, at, at % 2 === 0);
    put(at, 6, at % 2 === 0);
  }
  const square = (cy: number, cx: number, reach: number): void => {
    for (let y = -reach; y <= reach; y += 1)
      for (let x = -reach; x <= reach; x += 1) {
        const ring = Math.max(Math.abs(y), Math.abs(x));
        // Rings of an alignment pattern are dark, light, dark; a finder has one more, and a light border.
        put(cy + y, cx + x, reach === 2 ? ring !== 1 : ring !== 2 && ring !== 4);
      }
  };
  const centres = alignmentCentres(version);
  const last = centres.length - 1;
  for (const [row, cy] of centres.entries())
    for (const [column, cx] of centres.entries()) {
      const isFinder =
        (row === 0 && column === 0) || (row === 0 && column === last) || (row === last && column === 0);
      if (!isFinder) square(cy, cx, 2);
    }
  square(3, 3, 4);
  square(3, side - 4, 4);
  square(side - 4, 3, 4);
}

/** Appends the remainder of a division in GF(2): a BCH code. */
function withRemainder(value: number, generator: number, degree: number): number {
  let rest = value;
  for (let turn = 0; turn < degree; turn += 1) rest = (rest << 1) ^ ((rest >> (degree - 1)) * generator);
  return (value << degree) | rest;
}

/** Level M is 00; fifteen bits beside two finders, twice. */
function drawFormat(side: number, mask: number, put: Put): void {
  const bits = withRemainder(mask, 0x537, 10) ^ 0x5412;
  const bit = (at: number): boolean => ((bits >> at) & 1) === 1;
  for (let at = 0; at < 15; at += 1) {
    const along = at < 6 ? at : at < 8 ? at + 1 : -1;
    if (along >= 0) put(along, 8, bit(at));
    else put(8, at === 8 ? 7 : 14 - at, bit(at));
    if (at < 8) put(8, side - 1 - at, bit(at));
    else put(side - 15 + at, 8, bit(at));
  }
  put(side - 8, 8, true);
}

/** From version 7 on: eighteen bits beside two finders. */
function drawVersion(version: number, side: number, put: Put): void {
  const bits = withRemainder(version, 0x1f25, 12);
  for (let at = 0; at < 18; at += 1) {
    const on = ((bits >> at) & 1) === 1;
    const [far, near] = [side - 11 + (at % 3), Math.floor(at / 3)];
    put(far, near, on);
    put(near, far, on);
  }
}

/** Two columns at a time from the right, up and down in turn, past what is fixed. */
function drawCodewords(
  codewords: Uint8Array,
  dark: boolean[][],
  fixed: readonly (readonly boolean[])[],
  mask: (y: number, x: number) => boolean,
): void {
  const side = dark.length;
  let bit = 0;
  for (let pair = 0; pair < (side - 1) / 2; pair += 1) {
    // The timing column is passed over.
    const right = side - 1 - pair * 2 - (side - 1 - pair * 2 <= 6 ? 1 : 0);
    for (let step = 0; step < side; step += 1) {
      const y = pair % 2 === 0 ? side - 1 - step : step;
      for (const x of [right, right - 1]) {
        const row = dark[y];
        if (row === undefined || fixed[y]?.[x] === true) continue;
        const on = (((codewords[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1;
        row[x] = on !== mask(y, x);
        bit += 1;
      }
    }
  }
}

/** How hard a code is to read (ISO/IEC 18004, 7.8.3): runs, squares, what looks like a finder, and too much of one colour. */
function penalty(modules: QrMatrix): number {
  const columns = modules.map((_, x) => modules.map((row) => row[x] ?? false));
  let cost = 0;
  for (const line of [...modules, ...columns]) {
    const text = line.map((on) => (on ? '1' : '0')).join('');
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) cost += run.length - 2;
    cost += 40 * (text.match(/(?=00001011101|10111010000)/g)?.length ?? 0);
  }
  let darks = 0;
  for (const [y, row] of modules.entries())
    for (const [x, on] of row.entries()) {
      if (on) darks += 1;
      const below = modules[y + 1];
      if (
        below !== undefined &&
        x + 1 < row.length &&
        row[x + 1] === on &&
        below[x] === on &&
        below[x + 1] === on
      )
        cost += 3;
    }
  const share = (darks * 100) / (modules.length * modules.length);
  return cost + 10 * Math.floor(Math.abs(share - 50) / 5);
}
