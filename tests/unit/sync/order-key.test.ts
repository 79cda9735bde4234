import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyBetween, placeAt } from '../../../sync/core/order-key.ts';

interface Item {
  readonly id: number;
  key: string;
}

const sorted = (list: readonly Item[]) =>
  list.toSorted((a, b) => (a.key === b.key ? a.id - b.id : a.key < b.key ? -1 : 1));

test('[MR11] rows put anywhere, two at one place among them, stand where they were put', () => {
  const inserts = fc.array(fc.record({ at: fc.nat(60), twice: fc.boolean() }), { maxLength: 60 });
  const property = fc.property(inserts, (sequence) => {
    let list: Item[] = [];
    let next = 0;
    for (const { at, twice } of sequence) {
      const place = at % (list.length + 1);
      const { key, moved } = placeAt(
        list.map((item) => item.key),
        place,
      );
      const wanted = list.map((item) => item.id);
      wanted.splice(place, 0, next);
      for (const [index, moveTo] of moved) {
        const item = list[index];
        if (item !== undefined) item.key = moveTo;
      }
      list = sorted([...list, { id: next, key }]);
      expect(list.map((item) => item.id)).toEqual(wanted);
      next += 1;
      // Another laptop inserted at the same place at the same time, and made the same key.
      if (twice) list = sorted([...list, { id: next++, key }]);
    }
  });
  fc.assert(property, { numRuns: 300, seed: 11 });
});

test('[MR11] a list that is appended to a thousand times keeps short keys; one that grows at its head grows slowly', () => {
  let [last, first] = [keyBetween(null, null), keyBetween(null, null)];
  for (let at = 0; at < 1000; at += 1) {
    const after = keyBetween(last, null);
    const before = keyBetween(null, first);
    expect(after > last && before < first).toBe(true);
    [last, first] = [after, before];
  }
  expect(last.length).toBeLessThan(40);
  expect(first.length).toBeLessThan(250);
});

test('[MR11] a key that is no key, and a place that is none, are refused', () => {
  expect(() => keyBetween('a', 'a')).toThrow(RangeError);
  expect(() => keyBetween('a0', null)).toThrow(RangeError);
  expect(() => keyBetween(null, 'ä')).toThrow(RangeError);
});
