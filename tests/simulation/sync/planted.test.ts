import { expect, test } from 'vitest';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { StoreMutants } from './model-store.ts';
import { run } from './run.ts';

test('the same seed gives the same history to the letter', async () => {
  for (const seed of [1, 8]) {
    const [first, second] = [await run({ seed, steps: 60 }), await run({ seed, steps: 60 })];
    expect(second.hash).toBe(first.hash);
    expect(second.trace).toEqual(first.trace);
  }
}, 60_000);

type Planted = { readonly client: SyncMutants } | { readonly server: StoreMutants };

/** Losses that other systems have had, planted, and the seed of a history of forty steps that notices each. */
const planted: readonly (readonly [name: string, plant: Planted, seed: number])[] = [];

test.each(planted)(
  'a planted loss is noticed: %s',
  async (_, plant, pinned) => {
    // The pinned history first; a changed workload may need the search, which the environment can widen.
    const searched = Number(process.env['WORKBENCH_MUTANT_SEEDS'] ?? 60);
    const order = [pinned, ...Array.from({ length: searched }, (__, at) => at + 1)];
    for (const seed of order) {
      if ((await run({ seed, steps: 40, ...plant })).faults.length === 0) continue;
      expect((await run({ seed, steps: 40 })).faults).toEqual([]);
      return;
    }
    expect.fail('no history notices it');
  },
  300_000,
);
