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
  let size = headerBytes;
  let hasNull = false;
  const lengths = values.map((value) => {
    if (value === null) hasNull = true;
    const length = value === null ? -1 : Buffer.byteLength(value);
    size += 4 + Math.max(length, 0);
    return length;
  });
  const array = Buffer.allocUnsafe(size);
  let at = headerBytes;
  for (const [index, value] of values.entries()) {
    at = array.writeInt32BE(lengths[index] ?? -1, at);
    if (value !== null) at += array.write(value, at);
  }
  return header(array, oids.text, values.length, hasNull);
}

/** An array of values that all have the same number of bytes. */
function fixed<T>(
  oid: number,
  bytes: number,
  values: Elements<T>,
  write: (array: Buffer, value: T, at: number) => void,
): Buffer {
  const array = Buffer.allocUnsafe(headerBytes + values.length * (4 + bytes));
  let at = headerBytes;
  let hasNull = false;
  for (const value of values) {
    at = array.writeInt32BE(value === null ? -1 : bytes, at);
    if (value === null) hasNull = true;
    else {
      write(array, value, at);
      at += bytes;
    }
  }
  return header(array.subarray(0, Math.max(at, headerBytes)), oid, values.length, hasNull);
}

/** A `boolean[]`. */
export function booleanArray(values: Elements<boolean>): Buffer {
  return fixed(oids.boolean, 1, values, (array, value, at) => array.writeInt8(value ? 1 : 0, at));
}

/** An `int[]`. */
export function intArray(values: Elements<number>): Buffer {
  return fixed(oids.int, 4, values, (array, value, at) => array.writeInt32BE(value, at));
}

/** A `bigint[]`. */
export function bigintArray(values: Elements<bigint | number>): Buffer {
  return fixed(oids.bigint, 8, values, (array, value, at) => array.writeBigInt64BE(BigInt(value), at));
}

/** A `double precision[]`. */
export function doubleArray(values: Elements<number>): Buffer {
  return fixed(oids.double, 8, values, (array, value, at) => array.writeDoubleBE(value, at));
}

/** A `uuid[]` of ids with hyphens or without. */
export function uuidArray(values: Elements<string>): Buffer {
  return fixed(oids.uuid, 16, values, (array, value, at) => {
    const written = array.write(value.length === 32 ? value : value.replaceAll('-', ''), at, 16, 'hex');
    if (written !== 16) throw new RangeError('An id is not one.');
  });
}

const postgresEpoch = Date.UTC(2000, 0, 1);

/** A `timestamptz[]` of ISO-8601 texts: microseconds since 2000. */
export function timestampArray(values: Elements<string>): Buffer {
  return fixed(oids.timestamptz, 8, values, (array, value, at) => {
    const milliseconds = Date.parse(value) - postgresEpoch;
    if (Number.isNaN(milliseconds)) throw new RangeError('A moment is not one.');
    array.writeBigInt64BE(BigInt(milliseconds) * 1000n, at);
  });
}
