import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { originsOf } from '../../../main/argument/origins.ts';
import { standingOf, type Support } from '../../../main/argument/strength.ts';

const seed = 20_261_121;
const sourceIds = Array.from({ length: 8 }, (_, at) => `s${at}`);
const likenesses = fc.array(
  fc.record({ a: fc.constantFrom(...sourceIds), b: fc.constantFrom(...sourceIds, 'elsewhere') }),
  { maxLength: 12 },
);

/** Reachability by brute force: two sources are one where a walk over likenesses joins them. */
function joined(pairs: readonly { a: string; b: string }[], from: string): Set<string> {
  const reached = new Set([from]);
  for (let before = -1; before !== reached.size;) {
    before = reached.size;
    for (const { a, b } of pairs) {
      if (!sourceIds.includes(a) || !sourceIds.includes(b)) continue;
      if (reached.has(a)) reached.add(b);
      if (reached.has(b)) reached.add(a);
    }
  }
  return reached;
}

describe('origins', () => {
  test('are the sources that a walk over likenesses joins, in any order of finding', () => {
    fc.assert(
      fc.property(likenesses, (pairs) => {
        const origins = originsOf(sourceIds, pairs);
        for (const source of sourceIds) {
          const together = sourceIds.filter((each) => origins.get(each) === origins.get(source));
          expect(new Set(together)).toEqual(joined(pairs, source));
        }
        expect(originsOf(sourceIds, pairs.toReversed())).toEqual(origins);
      }),
      { seed, numRuns: 300 },
    );
  });
});

const support: fc.Arbitrary<Support> = fc.record({
  evidenceId: fc.constantFrom(...sourceIds),
  stance: fc.constantFrom('supports' as const, 'contradicts' as const),
  origin: fc.constantFrom('o1', 'o2', 'o3'),
  quality: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  weight: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
});

/** The documented rule, word for word, without the code's shortcuts. */
function byHand(supports: readonly Support[]): number {
  const chance = (stance: Support['stance']): number => {
    const origins = new Set(supports.filter((each) => each.stance === stance).map(({ origin }) => origin));
    return (
      1 -
      [...origins].reduce((doubt, origin) => {
        const worths = supports
          .filter((each) => each.stance === stance && each.origin === origin)
          .map(({ quality, weight }) => (quality ?? 0.5) * (weight ?? 1));
        return doubt * (1 - Math.max(...worths));
      }, 1)
    );
  };
  return chance('supports') * (1 - chance('contradicts'));
}

describe('the strength of a claim', () => {
  test('is what the documented rule says, in any order of links', () => {
    fc.assert(
      fc.property(fc.array(support, { maxLength: 12 }), (supports) => {
        const standing = standingOf(supports);
        expect(standing.score).toBeCloseTo(byHand(supports), 3);
        expect(standingOf(supports.toReversed())).toEqual(standing);
        const sources = supports.filter(({ stance }) => stance === 'supports');
        expect(standing.sources).toBe(new Set(sources.map(({ evidenceId }) => evidenceId)).size);
        expect(standing.origins).toBe(new Set(sources.map(({ origin }) => origin)).size);
      }),
      { seed, numRuns: 500 },
    );
  });

  test('a source that repeats another adds nothing; one that contradicts takes away', () => {
    const one: Support = { evidenceId: 's1', stance: 'supports', origin: 'o1', quality: 0.7, weight: null };
    const echo: Support = { ...one, evidenceId: 's2', quality: 0.6 };
    const other: Support = { ...echo, origin: 'o2' };
    expect(standingOf([one, echo])).toMatchObject({ sources: 2, origins: 1, score: 0.7, strength: 'strong' });
    expect(standingOf([one, other])).toMatchObject({ origins: 2, score: 0.88, strength: 'very_strong' });
    expect(standingOf([one, { ...other, stance: 'contradicts' }])).toMatchObject({
      score: 0.28,
      strength: 'weak',
    });
    expect(standingOf([]).strength).toBeNull();
  });
});
