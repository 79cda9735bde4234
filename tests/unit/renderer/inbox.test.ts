import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SyncConflict } from '../../../preload/contract/inbox.ts';
import { itemsOf, nextKey } from '../../../renderer/features/inbox/inbox-items.ts';
import { newWords } from '../../../renderer/features/inbox/word-diff.ts';

test('what is new in a text is marked word by word, and everything of the text is there', () => {
  expect(newWords('the flood closed the works', 'the flood of 1911 closed the harbour works')).toEqual([
    { text: 'the flood ', isNew: false },
    { text: 'of 1911 ', isNew: true },
    { text: 'closed the ', isNew: false },
    { text: 'harbour ', isNew: true },
    { text: 'works', isNew: false },
  ]);
  expect(newWords('', 'all new')).toEqual([{ text: 'all new', isNew: false }]);
  const words = fc.array(fc.constantFrom('a', 'b', 'c', ' ', '\n'), { maxLength: 30 });
  fc.assert(
    fc.property(words, words, (before, now) => {
      const stretches = newWords(before.join(''), now.join(''));
      expect(stretches.map(({ text }) => text).join('')).toBe(now.join(''));
    }),
    { seed: 5, numRuns: 200 },
  );
});

test('conflicts of one row are one item; what is decided leads to what takes its place', () => {
  const conflict = (id: string, row: string) => ({ id, row }) as SyncConflict;
  const items = itemsOf({
    conflicts: [conflict('1', 'a'), conflict('2', 'b'), conflict('3', 'a')],
    notices: [],
    refused: [],
    splits: [],
  });
  expect(items.map(({ key }) => key)).toEqual(['conflict-a', 'conflict-b']);
  expect(items[0]).toMatchObject({ conflicts: [{ id: '1' }, { id: '3' }] });
  expect(nextKey(items, 'conflict-a')).toBe('conflict-b');
  expect(nextKey(items, 'conflict-b')).toBe('conflict-a');
  expect(nextKey(items.slice(0, 1), 'conflict-a')).toBeUndefined();
});
