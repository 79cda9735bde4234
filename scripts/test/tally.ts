import { z } from 'zod';

/**
 * How the tests of one suite ended. `lacks` says what a suite needed and did not find; it then ran nothing. `repeated` names the tests
 * that failed once and passed when they were run again; they count as passed.
 */
export interface Tally {
  readonly suite: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly lacks?: string;
  readonly repeated?: readonly string[];
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number().default(0),
  numFailedTestSuites: z.number().default(0),
});

interface PlaywrightSuite {
  readonly specs: readonly {
    readonly title: string;
    readonly file: string;
    readonly line: number;
    readonly tests: readonly { readonly status: string }[];
  }[];
  readonly suites: readonly PlaywrightSuite[];
}

const playwrightSuite: z.ZodType<PlaywrightSuite> = z.object({
  specs: z
    .array(
      z.object({
        title: z.string(),
        file: z.string(),
        line: z.number(),
        tests: z.array(z.object({ status: z.string() })),
      }),
    )
    .default([]),
  get suites() {
    return z.array(playwrightSuite).default([]);
  },
});

const playwrightReport = z.object({
  stats: z.object({
    expected: z.number(),
    unexpected: z.number(),
    flaky: z.number(),
    skipped: z.number(),
  }),
  suites: z.array(playwrightSuite).default([]),
  errors: z.array(z.unknown()).default([]),
});

/** A suite whose process crashed or left no readable report: it counts as one failed test. */
export function crashed(suite: string): Tally {
  return { suite, passed: 0, failed: 1, skipped: 0 };
}

/** A suite that could not run here. */
export function lacking(suite: string, lacks: string): Tally {
  return { suite, passed: 0, failed: 0, skipped: 1, lacks };
}

/**
 * Reads Vitest's JSON report.
 *
 * @param exitCode the process's own verdict: an error outside every test fails the suite though each test passed
 */
export function tallyVitest(suite: string, report: unknown, exitCode: number | null): Tally {
  const parsed = vitestReport.safeParse(report);
  if (!parsed.success) return crashed(suite);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = parsed.data;
  const failed = numFailedTests === 0 && numFailedTestSuites > 0 ? 1 : numFailedTests;
  return settle(suite, numPassedTests, failed, numPendingTests + numTodoTests, exitCode);
}

/** Reads Playwright's JSON report. A test that passed only when it was run again has passed, and is named. */
export function tallyPlaywright(suite: string, report: unknown, exitCode: number | null): Tally {
  const parsed = playwrightReport.safeParse(report);
  if (!parsed.success) return crashed(suite);
  const { expected, unexpected, flaky, skipped } = parsed.data.stats;
  const tally = settle(suite, expected + flaky, unexpected, skipped, exitCode);
  const repeated = parsed.data.suites.flatMap(repeatedIn);
  return repeated.length === 0 ? tally : { ...tally, repeated };
}

function repeatedIn({ specs, suites }: PlaywrightSuite): string[] {
  const here = specs.filter(({ tests }) => tests.some(({ status }) => status === 'flaky'));
  return [...here.map(({ file, line, title }) => `${file}:${line} ${title}`), ...suites.flatMap(repeatedIn)];
}

function settle(
  suite: string,
  passed: number,
  failed: number,
  skipped: number,
  exitCode: number | null,
): Tally {
  return { suite, passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed, skipped };
}

/** The last line of `npm test`, and the exit code that belongs to it: a run that tested nothing has failed. */
export function verdict(tallies: readonly Tally[]): { line: string; exitCode: number } {
  const sum = (pick: (tally: Tally) => number): number =>
    tallies.reduce((total, tally) => total + pick(tally), 0);
  const passed = sum((tally) => tally.passed);
  const failed = sum((tally) => tally.failed);
  const skipped = sum((tally) => tally.skipped);
  return {
    line: `${passed} passed, ${failed} failed, ${skipped} skipped`,
    exitCode: failed > 0 || passed + failed === 0 ? 1 : 0,
  };
}
