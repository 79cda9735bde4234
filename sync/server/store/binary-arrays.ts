/**
 * Arrays in PostgreSQL's binary form: what they hold is neither quoted here nor unquoted and parsed there. One dimension, lower bound 1;
 * each element has its length before it, null has -1. A value that is not of the array's type is a RangeError.
 */

type Elements<T> = readonly (T | null)[];

const oids = {
  boolean: 16,
  bigint: 20,
  int: 23,
  text: 25,
  double: 701,
  timestamptz: 1184,
  uuid: 2950,
} as const;
const headerBytes = 20;

function header(array: Buffer, oid: number, count: number, hasNull: boolean): Buffer {
  array.writeInt32BE(count === 0 ? 0 : 1, 0);
  array.writeInt32BE(hasNull ? 1 : 0, 4);
  array.writeInt32BE(oid, 8);
  if (count === 0) return array.subarray(0, 12);
  array.writeInt32BE(count, 12);
  array.writeInt32BE(1, 16);
  return array;
}

/** A `text[]`. */
export function textArray(values: Elements<string>): Buffer {
  const lengths = new Int32Array(values.length);
  let size = headerBytes;
  let hasNull = false;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? null;
    if (value === null) hasNull = true;
    const length = value === null ? -1 : Buffer.byteLength(value);
    lengths[index] = length;
    size += 4 + Math.max(length, 0);
  }
  const array = Buffer.allocUnsafe(size);
  let at = headerBytes;
  for (let index = 0; index < values.length; index += 1) {
    at = array.writeInt32BE(lengths[index] ?? -1, at);
    const value = values[index] ?? null;
    if (value !== null) at += array.write(value, at);
  }
  return header(array, oids.text, values.length, hasNull);
}

/** An array of values that all have the same number of bytes. */
function fixed<T>(
  oid: number,
  bytes: number,
  values: Elements<T>,
  write: (view: DataView, value: T, at: number) => void,
): Buffer {
  const array = Buffer.allocUnsafe(headerBytes + values.length * (4 + bytes));
  const view = new DataView(array.buffer, array.byteOffset, array.length);
  let at = headerBytes;
  let hasNull = false;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? null;
    view.setInt32(at, value === null ? -1 : bytes);
    at += 4;
    if (value === null) hasNull = true;
    else {
      write(view, value, at);
      at += bytes;
    }
  }
  return header(array.subarray(0, Math.max(at, headerBytes)), oid, values.length, hasNull);
}

/** A `boolean[]`. */
export function booleanArray(values: Elements<boolean>): Buffer {
  return fixed(oids.boolean, 1, values, (view, value, at) => view.setInt8(at, value ? 1 : 0));
}

/** An `int[]`. */
export function intArray(values: Elements<number>): Buffer {
  return fixed(oids.int, 4, values, (view, value, at) => view.setInt32(at, value));
}

/** A `bigint[]`. */
export function bigintArray(values: Elements<bigint | number>): Buffer {
  return fixed(oids.bigint, 8, values, (view, value, at) => view.setBigInt64(at, BigInt(value)));
}

/** A `double precision[]`. */
export function doubleArray(values: Elements<number>): Buffer {
  return fixed(oids.double, 8, values, (view, value, at) => view.setFloat64(at, value));
}

/** A `uuid[]` of ids with hyphens or without. */
export function uuidArray(values: Elements<string>): Buffer {
  return fixed(oids.uuid, 16, values, writeId);
}

const hyphen = 45;
/** The value of a hexadecimal digit by its character's code; -1 for any other. */
const digits = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value += 1) digits[value.toString(16).charCodeAt(0)] = value;

/** Every push has some ids for each of its rows: they are read digit by digit, without a copy that has no hyphens. */
function writeId(view: DataView, id: string, at: number): void {
  let count = 0;
  let high = 0;
  for (let index = 0; index < id.length; index += 1) {
    const code = id.charCodeAt(index);
    if (code === hyphen) continue;
    const digit = digits[code] ?? -1;
    if (digit < 0 || count === 32) throw new RangeError('An id is not one.');
    if (count % 2 === 1) view.setUint8(at + (count >> 1), high | digit);
    else high = digit << 4;
    count += 1;
  }
  if (count !== 32) throw new RangeError('An id is not one.');
}

const postgresEpoch = Date.UTC(2000, 0, 1);

/** A `timestamptz[]` of ISO-8601 texts: microseconds since 2000. */
export function timestampArray(values: Elements<string>): Buffer {
  return fixed(oids.timestamptz, 8, values, (view, value, at) => {
    const milliseconds = Date.parse(value) - postgresEpoch;
    if (Number.isNaN(milliseconds)) throw new RangeError('A moment is not one.');
    view.setBigInt64(at, BigInt(milliseconds) * 1000n);
  });
}
