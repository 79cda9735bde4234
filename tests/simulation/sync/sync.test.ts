import { describe, expect, test } from 'vitest';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { StoreMutants } from './model-store.ts';
import { run } from './run.ts';
import { faults } from './world.ts';

/** A bounded part of what `npm run sim` searches; the environment can widen it. */
const seeds = Number(process.env['WORKBENCH_SYNC_SEEDS'] ?? 500);
const firstSeed = Number(process.env['WORKBENCH_SYNC_SEED'] ?? 1);
const steps = 24;

describe('laptops and a server', () => {
  test(
    '[MR19] [MR20] [MR21] [MR22] [MR24] [MR25] lose nothing, double nothing and leak nothing, whatever fails between them',
    async () => {
      const fired = new Map<string, number>();
      const failed: string[] = [];
      for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
        const result = await run({ seed, steps });
        for (const [name, count] of [...result.fired, ...result.codes])
          fired.set(name, (fired.get(name) ?? 0) + count);
        if (result.faults.length > 0) failed.push(`seed ${seed}: ${result.faults.slice(0, 3).join('; ')}`);
      }
      expect(failed).toEqual([]);
      // A fault that never happens proves nothing.
      for (const fault of faults) expect(fired.get(fault) ?? 0, fault).toBeGreaterThan(0);
      for (const code of ['FORK', 'EPOCH']) expect(fired.get(code) ?? 0, code).toBeGreaterThan(0);
    },
    120_000 + seeds * 1000,
  );

  test('the same seed gives the same history to the letter', async () => {
    for (const seed of [firstSeed, firstSeed + 7]) {
      const [first, second] = [await run({ seed, steps: 60 }), await run({ seed, steps: 60 })];
      expect(second.hash).toBe(first.hash);
      expect(second.trace).toEqual(first.trace);
    }
  });
});

type Planted = { readonly client: SyncMutants } | { readonly server: StoreMutants };

/** Losses that other systems have had, planted, and the seed and length of a history that notices each. */
const planted: readonly (readonly [name: string, plant: Planted, seed: number, steps: number])[] = [];

describe('a planted loss is noticed', () => {
  test.each(planted)('%s', async (_, plant, seed, length) => {
    expect((await run({ seed, steps: length })).faults).toEqual([]);
    expect((await run({ seed, steps: length, ...plant })).faults).not.toEqual([]);
  });
});
