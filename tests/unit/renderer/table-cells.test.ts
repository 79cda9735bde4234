import { describe, expect, test } from 'vitest';
import {
  cellName,
  passageOfRange,
  rangeBetween,
  tableRows,
} from '../../../renderer/features/reader/table-cells.ts';

const text = 'year\tprice\n2024\t1.20\n2025\t0.95';

describe('cells of a table', () => {
  const rows = tableRows(text);

  test('stand where their words stand in the text', () => {
    expect(rows.map((row) => row.map(({ start, end }) => text.slice(start, end)))).toEqual([
      ['year', 'price'],
      ['2024', '1.20'],
      ['2025', '0.95'],
    ]);
  });

  test('a range reaches from its first cell to its last, whichever was pressed first', () => {
    const range = rangeBetween({ row: 2, column: 1 }, { row: 1, column: 0 });
    const passage = passageOfRange(rows, range);
    expect(text.slice(passage?.start, passage?.end)).toBe('2024\t1.20\n2025\t0.95');
    expect(passageOfRange(rows, rangeBetween({ row: 9, column: 0 }, { row: 9, column: 0 }))).toBeNull();
  });

  test('have the names of spreadsheets', () => {
    expect([cellName(0, 0), cellName(2, 25), cellName(0, 26), cellName(0, 701)]).toEqual([
      'A1',
      'Z3',
      'AA1',
      'ZZ1',
    ]);
  });
});
