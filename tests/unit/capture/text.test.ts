import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunkText } from '../../../main/capture/analyse/chunks.ts';
import { detectLanguage } from '../../../main/capture/analyse/language.ts';
import {
  nearDuplicateSimilarity,
  similarity,
  textSignature,
} from '../../../main/capture/analyse/signature.ts';
import { countWords, wordsOf } from '../../../main/capture/analyse/words.ts';
import { toDate } from '../../../main/capture/extract/dates.ts';
import { wellFormed } from '../../../main/capture/extract/well-formed.ts';
import { passageRectangles } from '../../../main/documents/geometry.ts';
import { qualityScores } from '../../../main/capture/quality/quality.ts';
import { relevance } from '../../../main/capture/quality/relevance.ts';

const seed = 20_240_312;
const anyText = fc.array(
  fc.constantFrom(
    'word ',
    'Sentence ends. ',
    'Dr. Who ',
    '\n\n',
    '\n',
    '价格下跌。',
    'リチウム',
    'x'.repeat(300),
    '😀',
    ' ',
  ),
  { maxLength: 400 },
);

describe('chunks', () => {
  test('cover every word once, in order, within bounds and pages', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 5 }), (parts, pageCount) => {
        const text = parts.join('');
        const step = Math.ceil(text.length / pageCount);
        const pages = Array.from({ length: pageCount }, (_, page) => ({
          page: page + 1,
          start: Math.min(text.length, page * step),
          end: Math.min(text.length, (page + 1) * step),
        }));
        const chunks = chunkText(text, pages);
        let covered = '';
        let last = 0;
        for (const chunk of chunks) {
          const page = pages[(chunk.page ?? 0) - 1];
          expect(chunk.start).toBeGreaterThanOrEqual(last);
          expect(chunk.start).toBeGreaterThanOrEqual(page?.start ?? -1);
          expect(chunk.end).toBeLessThanOrEqual(page?.end ?? -1);
          expect(chunk.words).toBeLessThanOrEqual(280);
          covered += text.slice(chunk.start, chunk.end);
          last = chunk.end;
        }
        expect(covered.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
        expect(chunkText(text, pages)).toEqual(chunks);
      }),
      { seed, numRuns: 300 },
    );
  });

  test('of a long paragraph have some forty words and end with sentences', () => {
    const text = 'The price of lithium fell in the second quarter of the year. '.repeat(100);
    const chunks = chunkText(text, []);
    expect(chunks.length).toBe(25);
    for (const chunk of chunks) {
      expect(chunk.words).toBe(48);
      expect(text[chunk.end - 1]).toBe('.');
    }
  });

  test('a paragraph stands alone, and one of a few words with the next', () => {
    const words = (count: number, word: string): string => Array(count).fill(word).join(' ');
    const text = `${words(30, 'first')}.\n\n${words(3, 'heading')}\n\n${words(25, 'second')}.`;
    expect(chunkText(text, []).map((chunk) => chunk.words)).toEqual([30, 28]);
  });

  test('a text that is short stays whole', () => {
    expect(chunkText('Subject: Hey\n\nBody.', [])).toEqual([{ start: 0, end: 19, page: null, words: 3 }]);
  });
});

test('the quick count of words equals the pattern', () => {
  const letters = fc.constantFrom(..."ab1 .-'_,\n!".split(''));
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 60 }), (text) => {
      expect(countWords(text)).toBe(wordsOf(text).length);
    }),
    { seed, numRuns: 500 },
  );
});

test('replacement keeps every offset', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
      const text = String.fromCharCode(...units);
      const clean = wellFormed(text).text;
      expect(clean).toHaveLength(text.length);
      expect(clean.isWellFormed() && !clean.includes('\u0000')).toBe(true);
    }),
    { seed },
  );
});

describe('signatures', () => {
  const words = Array.from({ length: 400 }, (_, at) => `word${(at * 7919) % 1009}`);

  test('see through white space, case and punctuation', () => {
    const spaced = words.join('\n').toUpperCase();
    expect(textSignature(spaced).normalisedHash).toBe(textSignature(`${words.join(', ')}.`).normalisedHash);
  });

  test('find a text with a few changed words, and leave others apart', () => {
    const changed = words.with(100, 'other').with(300, 'another');
    const of = (list: readonly string[]) => textSignature(list.join(' ')).minHash ?? new Uint32Array(64);
    expect(similarity(of(words), of(changed))).toBeGreaterThan(nearDuplicateSimilarity);
    expect(similarity(of(words), of(words.toReversed()))).toBeLessThan(0.2);
  });
});

test.each([
  ['2024-03-12T23:30:00-08:00', '2024-03-12'],
  ['2024-03', '2024-03'],
  ['2024', '2024'],
  ["D:20240312101500+01'00'", '2024-03-12'],
  ['March 12th, 2024', '2024-03-12'],
  ['12 March 2024', '2024-03-12'],
  ['2024-02-31', '2024-02'],
  ['soon', null],
  ['', null],
])('the date %j is %j', (given, date) => expect(toDate(given)).toBe(date));

test('languages', () => {
  expect(
    detectLanguage('The price of lithium fell in the second quarter, analysts of the market said.'),
  ).toBe('en');
  expect(
    detectLanguage('Der Preis für Lithium ist im zweiten Quartal gefallen, sagen Analysten der Börse.'),
  ).toBe('de');
  expect(detectLanguage('锂的价格在第二季度下跌，市场分析师表示。')).toBe('zh');
  expect(detectLanguage('OK')).toBeNull();
});

describe('quality', () => {
  const now = '2026-01-01T00:00:00.000Z';
  const unknown = { reliability: null, credibility: null, publicationDate: null, relevance: null, now };

  test('nothing known gives no score, and F and 6 are unknown, never zero', () => {
    const nothing = { credibility: null, relevance: null, recency: null, overall: null };
    expect(qualityScores(unknown)).toEqual(nothing);
    expect(qualityScores({ ...unknown, reliability: 'F', credibility: '6' })).toEqual(nothing);
    expect(qualityScores({ ...unknown, reliability: 'A', credibility: '6' }).overall).toBe(1);
  });

  test('recency halves in five years, and the overall score is the weighted mean of what is known', () => {
    const scores = qualityScores({ ...unknown, publicationDate: '2021-01-01', relevance: 1 });
    expect(scores.recency).toBeCloseTo(0.5, 2);
    expect(scores.overall).toBeCloseTo((0.4 + 0.2 * 0.5) / 0.6, 2);
  });

  test('a text about the question is more relevant than one about another thing', () => {
    const question = 'How will the demand for lithium batteries grow?';
    const about =
      relevance(question, 'Battery demand', 'Demand for lithium is growing. '.repeat(20), null) ?? 0;
    const other = relevance(question, 'Tea', 'The harvest of tea was late this year. '.repeat(20), null) ?? 1;
    expect(about).toBeGreaterThan(0.5);
    expect(other).toBeLessThan(0.1);
    expect(relevance(question, 'Tea', 'Tea.', 0.7)).toBe(0.5);
    expect(relevance('?', 'Tea', 'Tea.', 0.7)).toBeNull();
  });
});

test('a passage is found on the lines that it touches', () => {
  const geometry = [
    { page: 1, width: 612, height: 792, lines: [0, 10, 72, 72, 100, 12, 11, 21, 72, 86, 100, 12] },
  ];
  expect(passageRectangles(geometry, 5, 16)).toEqual([
    { page: 1, x: 122, y: 72, width: 50, height: 12 },
    { page: 1, x: 72, y: 86, width: 50, height: 12 },
  ]);
});
