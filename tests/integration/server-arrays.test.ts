import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bigintArray,
  booleanArray,
  doubleArray,
  intArray,
  textArray,
  timestampArray,
  uuidArray,
} from '../../sync/server/store/binary-arrays.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';

const seed = 20261121;

/** What PostgreSQL makes of arrays in its binary form has to be what it makes of the same values as text. */
describeWithPostgres('arrays in binary form', (postgres) => {
  const check = async <T>(
    type: string,
    value: fc.Arbitrary<T>,
    encode: (values: readonly (T | null)[]) => Buffer,
    asText: (value: T) => string,
  ) => {
    const { admin } = await postgres.database('empty');
    const list = fc.array(fc.option(value, { nil: null }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(list, async (values) => {
        const texts = values.map((each) => (each === null ? null : asText(each)));
        const { rows } = await admin.query<{ same: boolean; n: number }>(
          `SELECT $1::${type}[] IS NOT DISTINCT FROM $2::text[]::${type}[] AS same, cardinality($1::${type}[]) AS n`,
          [encode(values), texts],
        );
        expect(rows[0]).toEqual({ same: true, n: values.length });
      }),
      { seed, numRuns: 60 },
    );
  };

  test('texts, with every character that a table can hold', async () => {
    const text = fc.string({ unit: 'binary' }).map((each) => each.toWellFormed().replaceAll('\u0000', ''));
    await check('text', text, textArray, (each) => each);
  });

  test('whole numbers, truth values and real numbers', async () => {
    const integer = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    await check('int', integer, intArray, String);
    await check('bigint', fc.maxSafeInteger(), bigintArray, String);
    await check('bigint', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), bigintArray, String);
    await check('boolean', fc.boolean(), booleanArray, String);
    const real = fc.double({ noNaN: true, noDefaultInfinity: true });
    await check('double precision', real, doubleArray, String);
  });

  test('ids with hyphens or without, and moments from year 1 to 9999', async () => {
    await check('uuid', fc.uuid(), uuidArray, (each) => each);
    const bare = fc.uuid().map((each) => each.replaceAll('-', ''));
    await check('uuid', bare, uuidArray, (each) => each);
    const [min, max] = [new Date('0001-01-01T00:00:00.000Z'), new Date('9999-12-31T23:59:59.999Z')];
    const moment = fc.date({ min, max, noInvalidDate: true }).map((each) => each.toISOString());
    await check('timestamptz', moment, timestampArray, (each) => each);
  });

  test('what is no id and no moment is an error and never another value', () => {
    expect(() => uuidArray(['x'.repeat(32)])).toThrow(RangeError);
    for (const digits of [31, 33]) expect(() => uuidArray(['0'.repeat(digits)])).toThrow(RangeError);
    expect(() => uuidArray([`${'0'.repeat(31)}é`])).toThrow(RangeError);
    expect(() => timestampArray(['soon'])).toThrow(RangeError);
  });
});
