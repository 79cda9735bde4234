import { expect } from 'vitest';
import { run } from './run.ts';
import { faults } from './world.ts';

/** Seeds of the bounded search in `npm test`; `npm run sim` searches further. */
const seeds = Number(process.env['WORKBENCH_SYNC_SEEDS'] ?? 500);
const firstSeed = Number(process.env['WORKBENCH_SYNC_SEED'] ?? 1);
const steps = 20;

/** The longest time that half of the search may take, in milliseconds, on a computer that does other things too. */
export const sweepLimit = 120_000 + seeds * 1000;

/** Runs half of the seeds: nothing may be lost, doubled or leaked, and each fault has to have happened. */
export async function sweep(half: 0 | 1): Promise<void> {
  const fired = new Map<string, number>();
  const failed: string[] = [];
  for (let seed = firstSeed + half; seed < firstSeed + seeds; seed += 2) {
    const result = await run({ seed, steps });
    for (const [name, count] of [...result.fired, ...result.codes])
      fired.set(name, (fired.get(name) ?? 0) + count);
    if (result.faults.length > 0) failed.push(`seed ${seed}: ${result.faults.slice(0, 3).join('; ')}`);
  }
  expect(failed).toEqual([]);
  // A fault that never happens proves nothing.
  for (const fault of [...faults, 'road fork', 'road epoch'])
    expect(fired.get(fault) ?? 0, fault).toBeGreaterThan(0);
}
