/**
 * The inner loop of the vector scan as a WebAssembly module, assembled here because it is one function of a few
 * dozen instructions (opcodes: WebAssembly core specification 3.0, section 5.4). JavaScript has no SIMD, and the
 * same loop in it takes about eight times as long.
 *
 * `scan(codes, count, length, query, out)`: for each of `count` codes of `length` signed bytes, a multiple of 16,
 * the dot product with `length` 16-bit integers at `query`, written as i32 to `out`. All are byte addresses in the
 * imported memory, all sums fit 32 bits for query components up to 2^12 and 1,536 dimensions at 8 bits.
 */
const i32 = 0x7f;
const v128 = 0x7b;

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const constant = (value: number) => [0x41, ...signed(value)];
const add = [0x6a];
const subtract = [0x6b];
const simd = (opcode: number) => [0xfd, ...unsigned(opcode)];
const loadVector = (offset: number) => [...simd(0), 0, ...unsigned(offset)];
const zeroVector = [...simd(12), ...Array.from({ length: 16 }, () => 0)];
const extendLow = simd(0x87);
const extendHigh = simd(0x88);
const dot = simd(0xba);
const addVectors = simd(0xae);
const lane = (index: number) => [...simd(0x1b), index];
const loop = (...body: number[][]) => [0x03, 0x40, ...body.flat(), 0x0b];
const again = [0x0d, 0];

const local = { codes: 0, count: 1, length: 2, query: 3, out: 4, end: 5, place: 6, low: 7, high: 8, code: 9 };

const product = [
  [...get(local.codes), ...loadVector(0), ...set(local.code)],
  [...get(local.low), ...get(local.code), ...extendLow, ...get(local.place), ...loadVector(0), ...dot],
  [...addVectors, ...set(local.low)],
  [...get(local.high), ...get(local.code), ...extendHigh, ...get(local.place), ...loadVector(16), ...dot],
  [...addVectors, ...set(local.high)],
].flat();

const scan = [
  loop(
    [...zeroVector, ...set(local.low), ...zeroVector, ...set(local.high)],
    [...get(local.query), ...set(local.place)],
    [...get(local.codes), ...get(local.length), ...add, ...set(local.end)],
    loop(
      product,
      [...get(local.place), ...constant(32), ...add, ...set(local.place)],
      [...get(local.codes), ...constant(16), ...add, ...set(local.codes)],
      [...get(local.codes), ...get(local.end), 0x49, ...again],
    ),
    [...get(local.low), ...get(local.high), ...addVectors, ...set(local.low)],
    [...get(local.out)],
    [0, 1, 2, 3].flatMap((index) => [...get(local.low), ...lane(index), ...(index > 0 ? add : [])]),
    [0x36, 2, 0],
    [...get(local.out), ...constant(4), ...add, ...set(local.out)],
    [...get(local.count), ...constant(1), ...subtract, ...set(local.count), ...get(local.count), ...again],
  ),
].flat();

/** `\0asm` and version 1. */
const magic = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** The module's bytes: it imports `m.m`, a memory, and exports `scan`. */
export const scanModule: Uint8Array<ArrayBuffer> = Uint8Array.from([
  ...magic,
  ...section(1, vector([[0x60, ...vector([[i32], [i32], [i32], [i32], [i32]]), 0]])),
  ...section(2, vector([[...name('m'), ...name('m'), 0x02, 0x00, 1]])),
  ...section(3, vector([[0]])),
  ...section(7, vector([[...name('scan'), 0x00, 0]])),
  ...section(
    10,
    vector([
      sized([
        ...vector([
          [2, i32],
          [3, v128],
        ]),
        ...scan,
        0x0b,
      ]),
    ]),
  ),
]);

function section(id: number, content: number[]): number[] {
  return [id, ...sized(content)];
}

function sized(content: number[]): number[] {
  return [...unsigned(content.length), ...content];
}

function vector(items: readonly number[][]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function name(text: string): number[] {
  return sized([...Buffer.from(text)]);
}

/** LEB128, unsigned. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))];
}

/** LEB128, signed, for the small positive constants used here. */
function signed(value: number): number[] {
  return value < 64 ? [value] : [(value % 128) + 128, ...signed(Math.floor(value / 128))];
}
