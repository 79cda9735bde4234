import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { EdgeMutants } from './edge-mistakes.ts';
import type { Fault } from './faults.ts';
import { misfortune } from './misfortunes.ts';
import { violations } from './oracles.ts';
import type { StoreMutants } from './store-mistakes.ts';
import { World } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  readonly steps: number;
  readonly client?: SyncMutants;
  readonly server?: StoreMutants;
  readonly edge?: EdgeMutants;
  readonly without?: ReadonlySet<number>;
}

/** What came of one history. */
export interface RunResult {
  readonly faults: readonly string[];
  readonly hash: string;
  readonly trace: readonly string[];
  readonly fired: ReadonlyMap<Fault, number>;
  readonly codes: ReadonlyMap<string, number>;
}

const roundsToDrain = 14;

/** Runs one history to its end. What the engine or the replica throws counts as a fault. */
export async function run(options: RunOptions): Promise<RunResult> {
  const world = new World(options);
  const faults: string[] = [];
  try {
    await world.begin();
    for (let at = 0; at < options.steps; at += 1) await world.step(at, misfortune);
    const rounds = await world.settle(roundsToDrain);
    if (rounds === null) faults.push(`V8 not drained after ${roundsToDrain} rounds`);
    faults.push(...violations(world));
  } catch (error) {
    faults.push(`threw ${messageOf(error)}`);
  } finally {
    world.close();
  }
  return { faults, hash: world.traceHash(), trace: world.trace, fired: world.fired, codes: world.codes };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : ` because ${messageOf(error.cause)}`;
  return `${error.message}${cause} ${(error.stack ?? '').split('\n').slice(1, 8).join(' ')}`;
}

/** Leaves steps of a failing history out, as many as can be while it still fails. */
export async function shrink(
  options: RunOptions,
): Promise<{ readonly kept: number[]; readonly result: RunResult }> {
  let kept = Array.from({ length: options.steps }, (_, at) => at);
  let result = await run(options);
  const failsWith = async (steps: readonly number[]): Promise<RunResult | null> => {
    const left = new Set(
      Array.from({ length: options.steps }, (_, at) => at).filter((at) => !steps.includes(at)),
    );
    const tried = await run({ ...options, without: left });
    return tried.faults.length > 0 ? tried : null;
  };
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length;) {
      const fewer = [...kept.slice(0, at), ...kept.slice(at + size)];
      const tried = await failsWith(fewer);
      if (tried === null) at += size;
      else {
        kept = fewer;
        result = tried;
      }
    }
  }
  return { kept, result };
}
