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

/** Losses that other systems have had, planted, and the seed of a history that notices each; some take a longer one. */
const planted: readonly (readonly [name: string, plant: Planted, seed: number, steps: number])[] = [
  ['the cursor moves before the rows', { client: { cursorFirst: true } }, 105, 60],
  ['a row that cannot be applied is passed over', { client: { badRowSkipped: true } }, 177, 60],
  ['entities of newer builds are dropped', { client: { unknownEntityDropped: true } }, 4, 60],
  ['columns of newer builds are dropped', { client: { unknownColumnDropped: true } }, 4, 60],
  ['a pulled row replaces what waits', { client: { pendingNotRebased: true } }, 20, 60],
  ['what was acknowledged is not sent to a restored server', { client: { ackedForgotten: true } }, 3, 60],
  ['another client id strands what was numbered', { client: { roadDropsQueue: true } }, 9, 60],
  ['a revoked scope takes unsent work along', { client: { revokeDropsQueue: true } }, 30, 60],
  ['a refused transaction vanishes', { client: { refusalForgotten: true } }, 4, 60],
  ['a refused transaction stays shown', { client: { refusalStaysShown: true } }, 2, 200],
  ['a purge leaves values in the log', { client: { purgeKeepsLog: true } }, 6, 200],
  ['work that stays on the laptop is queued', { client: { localOnlyQueued: true } }, 2, 60],
  ['the encoder lets everything out', { client: { egressOpen: true } }, 1, 60],
  ['a mask is stored as an empty value', { client: { maskAsNull: true } }, 2, 60],
  ['a lower number commits after a higher one was served', { server: { lateCommit: true } }, 27, 60],
  ['what was applied is applied again', { server: { resultsForgotten: true } }, 11, 60],
];

test.each(planted)(
  'a planted loss is noticed: %s',
  async (_, plant, pinned, length) => {
    // The pinned history first; a changed workload may need the search, which the environment can widen.
    const searched = Number(process.env['WORKBENCH_MUTANT_SEEDS'] ?? 60);
    const order = [pinned, ...Array.from({ length: searched }, (__, at) => at + 1)];
    for (const seed of order) {
      if ((await run({ seed, steps: length, ...plant })).faults.length === 0) continue;
      expect((await run({ seed, steps: length })).faults).toEqual([]);
      return;
    }
    expect.fail('no history notices it');
  },
  300_000,
);
