import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../db/catalogue/types.ts';
import { sha256 } from '../../../db/replica/sync/outbox.ts';
import { BadAnswer } from '../../../sync/client/bad-answer.ts';
import { readPage, readRows } from '../../../sync/client/page.ts';
import { decodeRow, hashOfText, rowText } from '../../../sync/core/row-wire.ts';
import { firstHash, pullLineSchema } from '../../../sync/protocol/messages.ts';
import { isPlainHeader, isPlainRow } from '../../../sync/protocol/plain-lines.ts';
import type { RowContent, WireWrite } from '../../../sync/protocol/row-state.ts';

const id = '00000000-0000-7000-8000-00000000000a';
const stamp = '0'.repeat(31) + '1';
const hash = 'a'.repeat(32);
const trailer = { next: {}, more: true, lastMutation: '0', lastHash: firstHash };

const content: RowContent = {
  cells: { '@': [0, 'alive'], '10': [0, 'first'], '11': [0, null] },
  e: 6,
  i: id,
  n: [0, 32],
  sc: `session:${id}`,
  st: 'live',
  t: [[stamp, id]],
};

const salted: RowContent = { ...content, x: 'salt-of-the-test' };

/** A line as the server writes it: the text that the hash covers, behind number and hash. */
function lineOf(row: RowContent): string {
  const text = rowText(decodeRow(row), row.x);
  return `{"s":"7","h":"${hashOfText(text, sha256)}",${text.slice(1)}`;
}

function page(...lines: readonly string[]): string {
  return [...lines, JSON.stringify({ trailer })].join('\n');
}

/** Values that stand in lines, and some that must not. */
const odd = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  1.5,
  0,
  3,
  '',
  '0',
  '01',
  '7',
  'x',
  '@',
  'tenant',
  'live',
  'exit',
  id,
  id.toUpperCase(),
  stamp,
  hash,
  `session:${id}`,
  [],
  'another_salt-000',
  [0],
  [0, 'a'],
  [0, 'a', {}],
  [0, { $r: 1 }],
  [[stamp, id]],
  [[stamp, id, 3]],
  [[id, stamp]],
  {},
  { '10': [0, 'a'] },
  { '010': [0, 'a'] },
  { '10/k': [0, ['v']] },
  { '10': { l: [[0, 1]] } },
  { '10': [-1, 'a'] },
);

const keys = ['cells', 'e', 'i', 'n', 'sc', 'st', 't', 's', 'h', 'x', 'trailer'] as const;
const changed = fc
  .tuple(
    fc.constantFrom<Record<string, unknown>>(
      { ...content, s: '7', h: hash },
      { ...content, x: 'salt-of-the-test', s: '7', h: hash },
      { e: 6, i: id, sc: `session:${id}`, s: '7', h: hash },
    ),
    fc.array(fc.tuple(fc.constantFrom(...keys), fc.option(odd, { nil: undefined })), { maxLength: 3 }),
  )
  .map(([line, changes]) => {
    const next = { ...line };
    for (const [key, value] of changes) {
      if (value === undefined) delete next[key];
      else next[key] = value;
    }
    return next;
  });

describe('lines that are recognized without the schemas', () => {
  test('are of the protocol as they stand', () => {
    let recognized = 0;
    fc.assert(
      fc.property(changed, (line) => {
        if (!isPlainRow(line) && !isPlainHeader(line)) return;
        recognized += 1;
        expect(pullLineSchema.parse(line)).toEqual(line);
      }),
      { seed: 23, numRuns: 4000 },
    );
    expect(recognized).toBeGreaterThan(500);
  });

  test.each<[cell: string, value: unknown]>([
    ['10', { l: [[0, 'a', { over: id }]] }],
    ['10', { l: [[0, 'a', { over: stamp, x: 1 }]] }],
    ['10', { l: [[-1, 'a', { over: stamp }]] }],
    ['10', { l: [[0, 'a', null]] }],
    ['10', { l: [[0]] }],
    ['10', { l: {} }],
    ['10', { l: [], x: 1 }],
    ['10', [0, Infinity]],
    ['10', [0, [undefined]]],
    ['010/k', [0, ['v']]],
  ])('leave to the schemas what those refuse: %s %j', (cell, value) => {
    const line = { ...content, cells: { ...content.cells, [cell]: value }, s: '7', h: hash };
    expect(pullLineSchema.safeParse(line).success).toBe(false);
    expect(isPlainRow(line)).toBe(false);
  });

  test('are nearly all that a server sends', () => {
    expect(isPlainRow(JSON.parse(lineOf(content)) as object)).toBe(true);
    const edited = {
      ...content.cells,
      '10': { l: [[0, 'second', { over: stamp }]] as WireWrite[] },
      '26/k': [0, ['v']] as [number, Json],
    };
    expect(isPlainRow(JSON.parse(lineOf({ ...content, cells: edited })) as object)).toBe(true);
    expect(isPlainRow(JSON.parse(lineOf(salted)) as object)).toBe(true);
    expect(isPlainHeader({ e: 6, i: id, sc: 'tenant', s: '7', h: hash })).toBe(true);
    expect(isPlainHeader({ e: 6, i: id, sc: 'tenant', s: '7', h: hash, f: '5' })).toBe(true);
  });
});

describe('a page', () => {
  test('holds what the server wrote, however the line is ordered', () => {
    for (const line of [lineOf(content), lineOf(salted)]) {
      const { s, h, ...rest } = JSON.parse(line) as Record<string, unknown>;
      const reordered = JSON.stringify({ ...rest, h, s });
      for (const text of [line, reordered]) {
        const [row] = readPage(page(text)).rows;
        expect(row).toEqual(JSON.parse(line));
      }
    }
    expect(() => readPage(page(lineOf(salted).replace('salt-of', 'salt_of')))).toThrow(BadAnswer);
  });

  test.each(['"first"', '"alive"', stamp, `session:${id}`, '[0,32]'])(
    'does not count where %s of a row is not what its hash says',
    (part) => {
      const other = part.replace(/[1fa3]/, (found) => ({ '1': '2', f: 'g', a: 'b', '3': '4' })[found] ?? '');
      const altered = lineOf(content).replace(part, other.replaceAll('g', 'e'));
      expect(altered).not.toBe(lineOf(content));
      expect(() => readPage(page(altered))).toThrow(BadAnswer);
      const named = [
        altered,
        JSON.stringify({ trailer: { lastMutation: '0', lastHash: firstHash, missing: [] } }),
      ].join('\n');
      expect(() => readRows(named)).toThrow(BadAnswer);
    },
  );

  test('in which something is hidden from this reader is proved by the hash of what is left', () => {
    const masked = { ...content, cells: { ...content.cells, '10': [0, { $r: 1 }] as [number, Json] } };
    const text = rowText(decodeRow(masked));
    const shown = (m: string) => `{"s":"7","h":"${hash}","m":"${m}",${text.slice(1)}`;
    const right = hashOfText(text, sha256);
    expect(readPage(page(shown(right))).rows).toHaveLength(1);
    expect(() => readPage(page(shown(right).replace('$r', () => '$R')))).toThrow(BadAnswer);
    expect(() => readPage(page(shown(hash)))).toThrow(BadAnswer);
    expect(() => readPage(page(`{"s":"7","h":"${hash}",${text.slice(1)}`))).toThrow(BadAnswer);
  });
});
