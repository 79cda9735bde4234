import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entityNames, entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { columnsByNumber } from '../../../sync/core/cell-name.ts';
import { InsertedCells } from '../../../sync/core/inserted-cells.ts';
import {
  applyEntry,
  emptyRow,
  hasContested,
  isDead,
  lifeOf,
  missingBases,
  type RowState,
  shownValue,
  valuesOf,
} from '../../../sync/core/row-state.ts';
import { decodeRow, encodeRow, rowText } from '../../../sync/core/row-wire.ts';
import { canonicalText } from '../../../sync/core/value.ts';
import type { ExchangedEntry } from '../../../sync/protocol/exchange.ts';

const seed = 20261121;
const row = '00000000-0000-7000-8000-0000000000aa';
const stamps = ['1'.repeat(32), '2'.repeat(32)] as const;
const author = '00000000-0000-7000-8000-0000000000bb';
const frame = { row, scope: 'tenant' };

const inserts = fc
  .record({
    entity: fc.constantFrom(...entityNames.map((name) => entitySpec(name).n), 900),
    values: fc.array(fc.option(fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>, { freq: 2 }), {
      maxLength: 40,
    }),
    at: fc.option(fc.nat(), { nil: undefined }),
  })
  // A map's column holds a map, often one without keys, or nothing.
  .map(({ entity, values, at }) => ({
    entity,
    at,
    values: values.map((value, index) => {
      const isMap = columnsByNumber(entity).get(index + 1)?.spec.merge === 'map';
      if (!isMap || value === null) return value;
      return typeof value === 'string' ? {} : { k: value };
    }),
  }));

/** The row as an insert leaves it, and as it is where every cell is joined by itself: an insert that keeps something back takes no short way. */
function both({ entity, values, at }: { entity: number; values: Json[]; at: number | undefined }) {
  const origin = { stamp: stamps[0], author, ...(at === undefined ? {} : { at }) };
  const entry = { op: 'insert' as const, entity, ...frame, values };
  const joined = { ...entry, withheld: { version: 0, cells: [] } };
  const empty = emptyRow(entity, row, frame.scope);
  return [applyEntry(empty, entry, origin), applyEntry(empty, joined, origin)] as const;
}

function seen(state: RowState): unknown {
  const columns = [...columnsByNumber(state.entity)].filter(([, { spec }]) => spec.merge !== 'map');
  const text = rowText(state);
  return {
    cells: [...state.cells],
    text,
    again: [...decodeRow(encodeRow(state)).cells.keys()],
    names: ['@', '1', '2', '10', '01', '2/k', '26/k', '400'].map((name) => state.cells.get(name)),
    has: state.cells.has('1'),
    values: valuesOf(state),
    shown: columns.map(([n]) => shownValue(state, n)),
    life: [lifeOf(state), isDead(state), hasContested(state), missingBases(state)],
    rest: { ...state, cells: [...state.cells.values()].length },
  };
}

test('[MR28] [P2] a row that is its insert alone is what joining each of its cells makes', () => {
  let short = 0;
  fc.assert(
    fc.property(inserts, (insert) => {
      const [whole, joined] = both(insert);
      if (whole.cells instanceof InsertedCells) short += 1;
      expect(joined.cells).not.toBeInstanceOf(InsertedCells);
      expect(seen(whole)).toEqual(seen(joined));
      expect(rowText(whole)).toBe(canonicalText(encodeRow(whole) as unknown as Json));
    }),
    { seed, numRuns: 400 },
  );
  expect(short).toBeGreaterThan(150);
});

test('[MR28] a map without keys is no reason to join cells', () => {
  const values: Json[] = Array.from({ length: 26 }, (_, at) => (at === 25 ? {} : null));
  const [whole, joined] = both({ entity: 6, values, at: undefined });
  expect(columnsByNumber(6).get(26)?.spec.merge).toBe('map');
  expect(whole.cells).toBeInstanceOf(InsertedCells);
  expect(seen(whole)).toEqual(seen(joined));
});

test('[MR28] and goes on as that', () => {
  const later: readonly ExchangedEntry[] = [
    { op: 'update', entity: 6, ...frame, cells: [{ cell: 10, value: 'new', base: [stamps[0]] }] },
    { op: 'update', entity: 6, ...frame, cells: [{ cell: 10, value: 'beside', base: [] }] },
    { op: 'update', entity: 6, ...frame, cells: [{ cell: '26/k', value: ['v'], base: [] }] },
    { op: 'delete', entity: 6, ...frame, base: [stamps[0]], stamps: [stamps[0]] },
    { op: 'insert', entity: 6, ...frame, values: [null, null, null, 'again'] },
    { op: 'dismiss', entity: 6, ...frame, cell: 10, stamps: [stamps[0]] },
    { op: 'purge', entity: 6, ...frame },
  ];
  const values: Json[] = Array.from({ length: 26 }, (_, at) => (at === 9 ? 'title' : null));
  for (const entry of later) {
    const [a, b] = both({ entity: 6, values, at: undefined }).map((state) =>
      seen(applyEntry(state, entry, { stamp: stamps[1], author })),
    );
    expect(a).toEqual(b);
  }
});
