import { misfortune } from '../sync/misfortunes.ts';
import { violations } from '../sync/oracles.ts';
import { World } from '../sync/world.ts';
import type { TwinDatabases } from './databases.ts';
import { Twin, type TwinCounts } from './twin.ts';
import type { RunOptions } from '../sync/run.ts';

/** What came of one history over both stores. */
export interface TwinResult {
  readonly faults: readonly string[];
  readonly hash: string;
  readonly done: TwinCounts;
}

const roundsToDrain = 14;

/** Runs one history of the simulator over the model and PostgreSQL at once; what differs between them is a fault. */
export async function runWithTwin(databases: TwinDatabases, options: RunOptions): Promise<TwinResult> {
  const world = new World(options);
  const { steps } = options;
  const faults: string[] = [];
  await world.begin();
  const twin = new Twin(databases, await databases.copy(databases.beginning), world);
  try {
    await twin.attach();
    for (let at = 0; at < steps && world.faults.length === 0; at += 1) await world.step(at, misfortune);
    if ((await world.settle(roundsToDrain)) === null)
      faults.push(`V8 not drained after ${roundsToDrain} rounds`);
    faults.push(...violations(world), ...(await twin.differences()));
  } catch (error) {
    faults.push(
      ...world.faults,
      `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  } finally {
    world.close();
    await twin.close({ drop: true });
  }
  return { faults, hash: world.traceHash(), done: twin.counts };
}
