import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeTexts } from '../../../sync/core/merge-texts.ts';

const words = fc.array(fc.constantFrom('ice ', 'river ', 'froze, ', 'twice ', 'ä\n', '🙂'), {
  maxLength: 14,
});
const text = words.map((list) => list.join(''));

test('[MR10] a text that only one side changed is that side’s; equal changes count once', () => {
  fc.assert(
    fc.property(text, text, (base, changed) => {
      expect(mergeTexts(base, changed, base)).toBe(changed);
      expect(mergeTexts(base, base, changed)).toBe(changed);
      expect(mergeTexts(base, changed, changed)).toBe(changed);
    }),
    { numRuns: 500, seed: 10 },
  );
});

test('[MR10] changes of different places are both made', () => {
  const base = 'The river froze. It was cold.';
  expect(mergeTexts(base, 'The wide river froze. It was cold.', 'The river froze. It was very cold.')).toBe(
    'The wide river froze. It was very cold.',
  );
  expect(mergeTexts(base, 'It was cold.', 'The river froze. It was mild.')).toBe('It was mild.');
});

test('[MR10] nothing that either side wrote is dropped', () => {
  const side = (mark: string) =>
    fc.tuple(words, fc.nat(14)).map(([list, at]) => ({ mark, list, at: Math.min(at, list.length) }));
  fc.assert(
    fc.property(words, side('MINE '), side('THEIRS '), (base, mine, theirs) => {
      const put = ({ mark, at }: { mark: string; at: number }) =>
        [...base.slice(0, at), mark, ...base.slice(at + 1)].join('');
      const merged = mergeTexts(base.join(''), put(mine), put(theirs));
      expect(merged).toContain('MINE');
      expect(merged).toContain('THEIRS');
    }),
    { numRuns: 500, seed: 10 },
  );
  expect(mergeTexts('', 'mine', 'theirs')).toBe('theirs\nmine');
});
