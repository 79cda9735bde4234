import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * The end-to-end suites over a real host, each spec on a workspace of its own: `browser` in Chromium, `electron` in the
 * shell. `smoke.spec.ts` and `main-job.spec.ts` run in both.
 */
export default defineConfig({
  testDir: 'tests/e2e',
  globalSetup: './tests/helpers/made-once.ts',
  outputDir: 'test-results/e2e',
  // A window, its host and its embedder take turns: one core is left for what they share.
  workers: Math.min(4, Math.max(2, availableParallelism() - 1)),
  // Waits only bound what hangs: two laptops and a server on a machine that others use take their time.
  timeout: 240_000,
  // A test that needed its second try is named at the end of the suite, with its first failure above: a defect to be found, of the
  // test or, more often, of the product.
  retries: 1,
  expect: { timeout: 90_000 },
  reporter: [
    ['list'],
    ['json', { outputFile: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ?? 'test-results/playwright.json' }],
  ],
  projects: [
    {
      name: 'browser',
      testIgnore: 'electron/**',
      use: {
        actionTimeout: 60_000,
        viewport: { width: 1440, height: 900 },
        launchOptions: {
          executablePath: process.env['WORKBENCH_BROWSER'] ?? '/usr/bin/chromium',
          args: flags,
        },
        screenshot: 'only-on-failure',
      },
    },
    { name: 'electron', testMatch: ['electron/**/*.spec.ts', 'smoke.spec.ts', 'main-job.spec.ts'] },
  ],
});
