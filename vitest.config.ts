import { defineConfig } from 'vitest/config';

/** All suites that need no browser. Each file runs in a process of its own, so that native modules never meet. */
export default defineConfig({
  test: {
    include: ['tests/{unit,contract,migrations,simulation,integration}/**/*.test.{ts,tsx}'],
    exclude: ['tests/fixtures/**', 'node_modules/**'],
    pool: 'forks',
    // One more than the cores that are asked for: files wait for disks and for processes that they start.
    maxWorkers: 3,
    globalSetup: 'tests/helpers/made-once.ts',
    // They only bound what hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    restoreMocks: true,
    env: { NODE_ENV: 'test' },
  },
});
