import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findLoosely } from '../../../main/documents/find-loosely.ts';

function foundIn(text: string, words: string): string[] {
  return findLoosely(text, words).map(({ start, end }) => text.slice(start, end));
}

describe('finding in a document', () => {
  test('the case does not count, and a match may stand inside a word', () => {
    expect(foundIn('Fouling, FOULING and antifouling', 'foul')).toEqual(['Foul', 'FOUL', 'foul']);
  });

  test('a line break and a hyphen at the end of a line are no difference', () => {
    expect(foundIn('the mem-\nbrane life\nis short', 'membrane life is')).toEqual(['mem-\nbrane life\nis']);
  });

  test('words that only run together are not found', () => {
    expect(findLoosely('the rapist', 'therapist')).toEqual([]);
  });

  test('nothing is found for nothing', () => {
    expect(findLoosely('some text', '  ')).toEqual([]);
  });

  test('a character whose lower case is longer moves no later match', () => {
    expect(foundIn('\u0130\u0130\u0130 then Copper', 'copper')).toEqual(['Copper']);
  });

  test('matches do not overlap', () => {
    expect(foundIn('aaaa', 'aa')).toEqual(['aa', 'aa']);
  });

  test('agrees with a plain search on words of letters', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'C', 'D'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), word, (words, wanted) => {
        const text = words.join(' ');
        const needle = wanted.toLowerCase();
        const expected: number[] = [];
        for (let at = text.toLowerCase().indexOf(needle); at >= 0;) {
          expected.push(at);
          at = text.toLowerCase().indexOf(needle, at + needle.length);
        }
        expect(findLoosely(text, wanted).map(({ start }) => start)).toEqual(expected);
      }),
      { seed: 20_261, numRuns: 300 },
    );
  });
});
