import { describe, expect, test } from 'vitest';
import { crashed, lacking, tallyPlaywright, tallyVitest, verdict } from '../../../scripts/test/tally.ts';

const vitest = {
  numPassedTests: 10,
  numFailedTests: 0,
  numPendingTests: 2,
  numTodoTests: 0,
  numFailedTestSuites: 0,
};
const playwright = { stats: { expected: 5, unexpected: 0, flaky: 0, skipped: 1 }, errors: [] };

describe('tallies', () => {
  test('add up to one plain line', () => {
    const tallies = [tallyVitest('vitest', vitest, 0), tallyPlaywright('browser', playwright, 0)];
    expect(verdict(tallies)).toEqual({ line: '15 passed, 0 failed, 3 skipped', exitCode: 0 });
  });

  test('count a crash as a failure', () => {
    expect(tallyVitest('vitest', undefined, null)).toEqual(crashed('vitest'));
    expect(tallyPlaywright('browser', {}, 1).failed).toBe(1);
    expect(tallyVitest('vitest', vitest, 1).failed).toBe(1);
    expect(tallyVitest('vitest', { ...vitest, numFailedTestSuites: 1 }, 1).failed).toBe(1);
  });

  test('a test that passed at its second try has passed, and is named', () => {
    const spec = (title: string, status: string) => ({
      title,
      file: 'a.spec.ts',
      line: 7,
      tests: [{ status }],
    });
    const suites = [
      { specs: [spec('plain', 'expected')], suites: [{ specs: [spec('odd', 'flaky')], suites: [] }] },
    ];
    const tally = tallyPlaywright('browser', { stats: { ...playwright.stats, flaky: 1 }, suites }, 0);
    expect(tally).toMatchObject({ passed: 6, failed: 0, repeated: ['a.spec.ts:7 odd'] });
  });

  test('a run that tested nothing has failed', () => {
    expect(verdict([lacking('electron', 'a binary')]).exitCode).toBe(1);
    expect(verdict([]).exitCode).toBe(1);
  });
});
