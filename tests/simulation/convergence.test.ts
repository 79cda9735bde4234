import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replayRemote } from '../../db/replica/exchange/replay.ts';
import { rebuildFromLog, tableTexts } from '../../db/replica/log/rebuild.ts';
import { applyMigrations } from '../../db/replica/migrations/apply.ts';
import { closeDb, openForWriting } from '../../db/replica/sqlite/open.ts';
import type { Mutants } from '../../sync/core/mutants.ts';
import { Hub } from './hub.ts';

const seeds = Number(process.env['WORKBENCH_SEEDS'] ?? 24);
const firstSeed = Number(process.env['WORKBENCH_SEED'] ?? 1);
const steps = 60;

/** Runs one history and answers with what went wrong, or null. */
function fault(seed: number, mutants: Mutants = {}, withRebuild = false): string | null {
  const hub = new Hub(seed, mutants);
  try {
    hub.begin();
    for (let at = 0; at < steps; at += 1) hub.step();
    hub.settle();
    const [first, ...others] = hub.views();
    if (others.some((view) => view !== first))
      return `seed ${seed}: replicas differ after ${hub.trace.join('; ')}`;
    if (hub.reference() !== first)
      return `seed ${seed}: replicas agree on what is not so after ${hub.trace.join('; ')}`;
    const unaccounted = hub.unaccounted();
    if (unaccounted.length > 0)
      return `seed ${seed}: ${unaccounted.join(', ')} after ${hub.trace.join('; ')}`;
    if (withRebuild) for (const { workspace } of hub.devices) expectRebuilt(workspace.replica.db);
    return null;
  } catch (error) {
    if (Object.keys(mutants).length > 0) return `seed ${seed}: ${String(error)}`;
    throw new Error(`seed ${seed} after ${hub.trace.join('; ')}`, { cause: error });
  } finally {
    hub.close();
  }
}

function expectRebuilt(db: Parameters<typeof rebuildFromLog>[0]): void {
  const folder = mkdtempSync(join(tmpdir(), 'rebuilt-'));
  const target = openForWriting({ path: join(folder, 'rebuilt.db') });
  try {
    applyMigrations(target);
    rebuildFromLog(db, target, replayRemote);
    expect(tableTexts(target)).toEqual(tableTexts(db));
  } finally {
    closeDb(target);
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('three replicas that exchange nothing but log entries', () => {
  test(
    '[MR4] [MR7] [MR28] converge in every column and every conflict, in any order, with duplicates and wrong clocks',
    () => {
      for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) expect(fault(seed)).toBeNull();
    },
    60_000 + seeds * 1000,
  );

  // Both are asked in every history of this file: after each command, and of each published write at the end.
  test('[MR29] [MR30] show at once what a command did, and account for every write in one place', () => {
    expect(fault(firstSeed)).toBeNull();
  });

  test('rebuild their tables from their logs', () => {
    for (let seed = firstSeed; seed < firstSeed + Math.ceil(seeds / 10); seed += 1)
      expect(fault(seed, {}, true)).toBeNull();
  });
});

/** Planted mistakes and the seed of a history that notices each. */
const planted: readonly (readonly [name: keyof Mutants, seed: number])[] = [
  ['noBaseCheck', 1],
  ['firstBaseOnly', 1],
  ['tieOnArrival', 22],
  ['addWinsDropped', 23],
  ['deleteIgnoresUnseen', 3],
  ['supersededEarlyForgotten', 2],
  ['demotedCanWin', 21],
  ['dismissalForgotten', 5],
  ['duplicatesApplied', 1],
  ['purgeResurrected', 5],
  ['onceTakesHighest', 7],
  ['conflictIdFromWinner', 1],
  ['earlyWriteDropped', 2],
  ['unknownDropped', 1],
  ['mapMergedWhole', 1],
  ['judgementAcrossAuthors', 28],
  ['baseNotJoined', 1],
];

describe('a planted mistake is caught', () => {
  test.each(planted)('%s', (name, pinned) => {
    // The pinned history first; a changed workload may need the search, which the environment can widen.
    const searched = Number(process.env['WORKBENCH_MUTANT_SEEDS'] ?? 100);
    const order = [pinned, ...Array.from({ length: searched }, (_, at) => at + 1)];
    expect(order.some((seed) => fault(seed, { [name]: true }) !== null)).toBe(true);
  });
});
