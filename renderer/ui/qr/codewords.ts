/**
 * Codewords of a QR code (ISO/IEC 18004): bytes of text, padded, with Reed-Solomon codewords over GF(2^8), interleaved by blocks. Byte
 * mode and correction level M only, up to version 20: 666 bytes, more than any address of an authenticator has.
 */

/** By version, from 1 on: correction codewords in each block, and blocks, of level M. */
const correction = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26] as const;
const blocks = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16] as const;

const byteMode = 0b0100;
const padding = [0xec, 0x11] as const;
/** x^8 + x^4 + x^3 + x^2 + 1. */
const polynomial = 0x11d;

/** Positions of the centres of alignment patterns, along either side. */
export function alignmentCentres(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const last = version * 4 + 10;
  const step = Math.ceil((last - 6) / (count - 1) / 2) * 2;
  return Array.from({ length: count }, (_, at) => (at === 0 ? 6 : last - (count - 1 - at) * step));
}

/** Modules of a version that carry codewords. */
function dataModules(version: number): number {
  const side = version * 4 + 17;
  const centres = alignmentCentres(version).length;
  const alignments = centres === 0 ? 0 : centres * centres - 3;
  // Alignment patterns on the timing lines share five modules with them.
  const onTiming = centres === 0 ? 0 : (centres - 2) * 2 * 5;
  const finders = 3 * 64;
  const timing = 2 * (side - 16);
  const format = 31;
  const versionBits = version < 7 ? 0 : 36;
  return side * side - finders - timing - format - versionBits - alignments * 25 + onTiming;
}

/** The smallest version for a text, and all its codewords in the order in which they are drawn. Null where it is too long. */
export function codewordsOf(text: string): { version: number; codewords: Uint8Array } | null {
  const bytes = new TextEncoder().encode(text);
  for (const [at, perBlock] of correction.entries()) {
    const version = at + 1;
    const count = blocks[at] ?? 1;
    const total = Math.floor(dataModules(version) / 8);
    const room = total - perBlock * count;
    const lengthBits = version < 10 ? 8 : 16;
    if (4 + lengthBits + bytes.length * 8 > room * 8) continue;
    return { version, codewords: interleave(padded(bytes, lengthBits, room), count, total, perBlock) };
  }
  return null;
}

/** Mode, length, bytes, and padding up to `room` codewords. */
function padded(bytes: Uint8Array, lengthBits: number, room: number): Uint8Array {
  const bits: number[] = [];
  const put = (value: number, width: number): void => {
    for (let bit = width - 1; bit >= 0; bit -= 1) bits.push((value >> bit) & 1);
  };
  put(byteMode, 4);
  put(bytes.length, lengthBits);
  for (const byte of bytes) put(byte, 8);
  put(0, Math.min(4, room * 8 - bits.length));
  put(0, (8 - (bits.length % 8)) % 8);
  const data = new Uint8Array(room);
  for (let at = 0; at < room; at += 1) {
    const used = bits.length / 8;
    data[at] =
      at < used
        ? bits.slice(at * 8, at * 8 + 8).reduce((byte, bit) => byte * 2 + bit, 0)
        : (padding[(at - used) % 2] ?? 0);
  }
  return data;
}

/** Splits data into blocks, the later ones one longer where they do not divide, and takes a codeword from each in turn. */
function interleave(data: Uint8Array, count: number, total: number, perBlock: number): Uint8Array {
  const short = Math.floor(total / count) - perBlock;
  const shortBlocks = count - (total % count);
  const generator = generatorOf(perBlock);
  const parts: { data: Uint8Array; correction: Uint8Array }[] = [];
  let from = 0;
  for (let at = 0; at < count; at += 1) {
    const block = data.subarray(from, from + short + (at < shortBlocks ? 0 : 1));
    from += block.length;
    parts.push({ data: block, correction: remainder(block, generator) });
  }
  const drawn: number[] = [];
  for (let at = 0; at <= short; at += 1)
    for (const part of parts) if (at < part.data.length) drawn.push(part.data[at] ?? 0);
  for (let at = 0; at < perBlock; at += 1) for (const part of parts) drawn.push(part.correction[at] ?? 0);
  return Uint8Array.from(drawn);
}

function multiply(one: number, other: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ (product & 0x80 ? polynomial : 0);
    if ((other >> bit) & 1) product ^= one;
  }
  return product;
}

/** Coefficients of (x - 1)(x - 2)…(x - 2^(degree-1)) below its leading 1, the highest first. */
function generatorOf(degree: number): Uint8Array {
  const generator = new Uint8Array(degree);
  generator[degree - 1] = 1;
  let root = 1;
  for (let turn = 0; turn < degree; turn += 1) {
    for (let at = 0; at < degree; at += 1)
      generator[at] = multiply(generator[at] ?? 0, root) ^ (generator[at + 1] ?? 0);
    root = multiply(root, 2);
  }
  return generator;
}

/** Of the division of a block by the generator: its correction codewords. */
function remainder(block: Uint8Array, generator: Uint8Array): Uint8Array {
  const rest = new Uint8Array(generator.length);
  for (const byte of block) {
    const factor = byte ^ (rest[0] ?? 0);
    rest.copyWithin(0, 1);
    rest[rest.length - 1] = 0;
    for (const [at, coefficient] of generator.entries())
      rest[at] = (rest[at] ?? 0) ^ multiply(coefficient, factor);
  }
  return rest;
}
