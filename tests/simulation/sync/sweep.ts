import { expect } from 'vitest';
import { missingCounts, sweepSeeds } from './counts.ts';

/** Seeds of the bounded search in `npm test`; `npm run sim` searches further. */
const seeds = Number(process.env['WORKBENCH_SYNC_SEEDS'] ?? 500);
const firstSeed = Number(process.env['WORKBENCH_SYNC_SEED'] ?? 1);
const steps = 20;

/** The longest time that half of the search may take, in milliseconds, on a computer that does other things too. */
export const sweepLimit = 120_000 + seeds * 1000;

/** Runs half of the seeds: nothing may be lost, doubled or leaked, and each fault has to have happened. */
export async function sweep(half: 0 | 1): Promise<void> {
  const done = await sweepSeeds({ first: firstSeed + half, seeds: seeds - half, steps, every: 2 });
  expect(done.failed).toEqual([]);
  // A fault that never happens proves nothing.
  expect(missingCounts(done, 1)).toEqual([]);
}
