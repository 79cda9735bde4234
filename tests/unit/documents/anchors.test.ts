import { describe, expect, test } from 'vitest';
import { carryPassage, compareVersions, findWords } from '../../../main/documents/anchors/resolve.ts';
import { haveSameWords } from '../../../main/documents/anchors/same-words.ts';
import { editSentences, randomFrom, render, writeDocument } from './anchored-text.ts';

describe('same words', () => {
  test.each([
    ['docu-\nment', 'document'],
    ['long-term', 'long-\nterm'],
    ['a  b\u00a0c', 'a b\nc'],
    ['soft\u00adly', 'softly'],
    ['ﬁnal “word”', 'final "word"'],
    ['end. Next', 'end.Next'],
    ['市場\n規模', '市場規模'],
    ['cafe\u0301', 'café'],
  ])('%j is %j', (a, b) => {
    expect(haveSameWords(a, b)).toBe(true);
    expect(haveSameWords(b, a)).toBe(true);
  });

  test.each([
    ['re-sign', 'resign'],
    ['the rapist', 'therapist'],
    ['3. 5', '3.5'],
    ['grew', 'Grew'],
    ['10²', '102'],
    ['not sold', 'sold'],
  ])('%j is not %j', (a, b) => {
    expect(haveSameWords(a, b)).toBe(false);
    expect(haveSameWords(b, a)).toBe(false);
  });
});

describe('finding words', () => {
  test('whole words come before parts of words', () => {
    expect(findWords('party art', 'art')).toEqual([{ start: 6, end: 9 }]);
    expect(findWords('party', 'art')).toEqual([{ start: 1, end: 4 }]);
  });

  test('words that are not there are not found', () => {
    expect(findWords('the market grew', 'the market shrank')).toEqual([]);
    expect(findWords('text', '  ')).toEqual([]);
  });
});

interface Tally {
  survived: number;
  attached: number;
  wrong: number;
  orphaned: number;
  gone: number;
  repeated: number;
  repeatedAttached: number;
}

function carryAll(seed: number, share: number, tally: Tally): void {
  const random = randomFrom(seed);
  const sentences = writeDocument(random, 120);
  const before = render(random, sentences, true);
  const edited = editSentences(random, sentences, share);
  const after = render(random, edited, true);
  const versions = compareVersions(before.text, after.text);
  const order = new Map(edited.flat().map((word, at) => [word.id, at]));
  const counts = new Map<string, number>();
  for (const sentence of sentences) {
    const key = sentence.map(({ text }) => text).join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const sentence of sentences) {
    const [first, last] = [sentence[0], sentence.at(-1)];
    const start = before.places.get(first?.id ?? -1)?.start ?? 0;
    const end = before.places.get(last?.id ?? -1)?.end ?? 0;
    const found = carryPassage(versions, { start, end });
    const from = order.get(first?.id ?? -1) ?? Number.NaN;
    const survives = sentence.every((word, at) => order.get(word.id) === from + at);
    const own = {
      start: after.places.get(first?.id ?? -1)?.start,
      end: after.places.get(last?.id ?? -1)?.end,
    };
    const isOwn = found !== null && found.start === own.start && found.end === own.end;
    if (found !== null && !(survives && isOwn)) tally.wrong += 1;
    if (!survives) {
      tally.gone += 1;
      if (found === null) tally.orphaned += 1;
      continue;
    }
    tally.survived += 1;
    if (isOwn) tally.attached += 1;
    if ((counts.get(sentence.map(({ text }) => text).join(' ')) ?? 0) > 1) {
      tally.repeated += 1;
      if (isOwn) tally.repeatedAttached += 1;
    }
  }
}

describe('passages of an older extraction', () => {
  test.each([0, 0.05, 0.2, 0.5])('edits of a share of %d of all sentences', (share) => {
    const tally: Tally = {
      survived: 0,
      attached: 0,
      wrong: 0,
      orphaned: 0,
      gone: 0,
      repeated: 0,
      repeatedAttached: 0,
    };
    for (let seed = 1; seed <= 50; seed += 1) carryAll(seed * 7919, share, tally);
    if (process.env['ANCHOR_FIGURES'] !== undefined)
      process.stdout.write(`${share} ${JSON.stringify(tally)}\n`);
    expect(tally.wrong).toBe(0);
    expect(tally.repeated).toBeGreaterThan(100);
    expect(tally.attached / tally.survived).toBeGreaterThanOrEqual(0.99);
    expect(tally.repeatedAttached / tally.repeated).toBeGreaterThanOrEqual(0.99);
    expect(tally.orphaned).toBe(tally.gone);
  });

  test('a sentence that was taken out is an orphan though its twin is still there', () => {
    const twin = 'Shipments of the plant rose by a tenth in spring.';
    const old = `First the makers spoke of orders and prices. ${twin} Then came the summer, with other figures. ${twin} Nobody asked.`;
    const changed = old.replace(
      `prices. ${twin}`,
      'prices. Shipments of the plant rose by a fifth in spring.',
    );
    const versions = compareVersions(old, changed);
    const start = old.indexOf(twin);
    expect(carryPassage(versions, { start, end: start + twin.length })).toBeNull();
    const second = old.lastIndexOf(twin);
    expect(carryPassage(versions, { start: second, end: second + twin.length })).toEqual({
      start: changed.indexOf(twin),
      end: changed.indexOf(twin) + twin.length,
    });
  });
});
