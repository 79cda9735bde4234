import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { ColumnSpec } from '../../../db/catalogue/types.ts';
import { fitsColumn } from '../../../sync/core/column-value.ts';

const seed = 20261121;
const moment = entitySpec('evidence').columns['created_at'] as ColumnSpec;

/** What the engine's own calendar makes of a text of the right form. */
function inCalendar(text: string): boolean {
  const milliseconds = Date.parse(text);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString() === text;
}

test('[P16] a moment is one that the calendar has, from year 1 on', () => {
  const digits = (length: number, most: number) =>
    fc.nat(most).map((value) => String(value).padStart(length, '0'));
  const parts = fc.tuple(
    digits(4, 9999),
    digits(2, 13),
    digits(2, 32),
    digits(2, 25),
    digits(2, 61),
    digits(2, 61),
    digits(3, 999),
  );
  const fits = new Set<boolean>();
  fc.assert(
    fc.property(parts, ([year, month, day, hour, minute, second, rest]) => {
      const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.${rest}Z`;
      const wanted = year !== '0000' && inCalendar(text);
      fits.add(wanted);
      expect(fitsColumn(text, moment)).toBe(wanted);
    }),
    { seed, numRuns: 5000, examples: [[['0000', '01', '01', '00', '00', '00', '000']]] },
  );
  expect(fits.size).toBe(2);
  for (const day of ['2023-02-29', '2023-02-31', '2023-04-31', '1900-02-29']) {
    expect(fitsColumn(`${day}T00:00:00.000Z`, moment)).toBe(false);
  }
  expect(fitsColumn('2024-02-29T23:59:59.999Z', moment)).toBe(true);
  expect(fitsColumn('2024-01-01T00:00:00.000', moment)).toBe(false);
});
