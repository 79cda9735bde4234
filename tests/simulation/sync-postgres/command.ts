import { lackOfBinaries } from '../../../sync/server/database/embedded/binaries.ts';
import { runWithTwin } from './run.ts';
import { startDatabases } from './start.ts';

export interface TwinSweepOptions {
  readonly first: number;
  readonly seeds: number;
  readonly steps: number;
}

/** Runs histories over the model and PostgreSQL at once, and prints what differs. Answers with false where something does. */
export async function sweepWithTwin({ first, seeds, steps }: TwinSweepOptions): Promise<boolean> {
  const lack = lackOfBinaries();
  if (lack !== null) {
    console.log(`PostgreSQL cannot be run here: ${lack}`);
    return false;
  }
  const began = performance.now();
  const databases = await startDatabases();
  const counts = { answers: 0, ended: 0, restored: 0 };
  let failed = 0;
  try {
    for (let seed = first; seed < first + seeds; seed += 1) {
      const { faults, done } = await runWithTwin(databases, { seed, steps });
      counts.answers += done.answers;
      counts.ended += done.ended;
      counts.restored += done.restored;
      if (faults.length === 0) continue;
      failed += 1;
      console.log(`seed ${seed}: ${faults.slice(0, 5).join('; ')}`);
    }
  } finally {
    await databases.stop();
  }
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  console.log(`${seeds} seeds of ${steps} steps over both stores in ${seconds} s, ${failed} failed`);
  console.log(
    `  ${counts.answers} answers compared, ${counts.ended} backends ended, ${counts.restored} restores`,
  );
  return failed === 0;
}
