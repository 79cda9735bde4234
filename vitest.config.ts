import { defineConfig } from 'vitest/config';

/** Everything but the browser: each file in a process of its own, since native modules and worker threads are in play. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['tests/{unit,contract,migrations,simulation,integration}/**/*.test.{ts,tsx}'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
