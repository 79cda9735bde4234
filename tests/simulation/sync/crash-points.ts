import { listRows } from '../../../db/replica/rows/read.ts';
import { insertRow, updateRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { StoreEffect } from '../../../sync/client/effects.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { Device } from './device.ts';
import { Crashed } from './failing-statements.ts';
import { violations } from './oracles.ts';
import { World } from './world.ts';

export interface CrashOptions {
  readonly client?: SyncMutants;
  /** Takes each so-manieth statement. */
  readonly every: number;
  /** Transactions of this name alone. */
  readonly only?: StoreEffect['call'];
  /** Ends with the first fault. */
  readonly untilFault?: boolean;
}

/** How often the laptop was stopped, and what was wrong afterwards. */
export interface CrashReport {
  readonly stops: number;
  readonly faults: readonly string[];
}

/** Stops a laptop at each statement of each transaction of a cycle in turn: whatever it was doing, nothing may be lost or doubled. */
export async function crashEverywhere({
  client = {},
  every,
  only,
  untilFault = false,
}: CrashOptions): Promise<CrashReport> {
  const faults: string[] = [];
  let stops = 0;
  for (let effect = 0; ; effect += 1) {
    for (let statement = effect % every; ; statement += every) {
      const end = await oneCycle(client, effect, statement, only);
      if (end.effects <= effect || (untilFault && faults.length > 0)) return { stops, faults };
      if (!end.stopped) break;
      stops += 1;
      faults.push(...end.faults.map((fault) => `${end.call} at statement ${statement}: ${fault}`));
    }
  }
}

interface End {
  /** Transactions that the cycle came to. */
  readonly effects: number;
  readonly stopped: boolean;
  readonly call: string;
  readonly faults: readonly string[];
}

/** A cycle with something of everything: an edit that the server takes, one that it refuses, and rows of others. */
async function oneCycle(
  client: SyncMutants,
  stopIn: number,
  statement: number,
  only: StoreEffect['call'] | undefined,
): Promise<End> {
  const world = new World({ seed: 1, steps: 0, client });
  try {
    await world.begin();
    const [ada, , bob] = world.devices;
    if (ada === undefined || bob === undefined) throw new Error('The simulation has too few laptops.');
    work(ada, 'of ada', 'cancelled');
    await world.cycleOf(ada);
    work(bob, 'of bob', null);
    work(bob, 'refused', 'completed');
    const perform = bob.perform.bind(bob);
    let [effects, call, stopped] = [0, '', false];
    bob.perform = (effect) => {
      const isMeant = effects === stopIn && (only === undefined || effect.call === only);
      if (isMeant) bob.statements.failAt(statement, () => new Crashed('The laptop stops.'));
      effects += 1;
      if (isMeant) call = effect.call;
      try {
        return perform(effect);
      } catch (error) {
        stopped = error instanceof Crashed;
        throw error;
      }
    };
    await world.cycleOf(bob);
    bob.perform = perform;
    const rounds = await world.settle(10);
    const faults = [...(rounds === null ? ['V8 not drained'] : []), ...violations(world)];
    return { effects, stopped, call, faults };
  } finally {
    world.close();
  }
}

function work(device: Device, title: string, status: 'completed' | 'cancelled' | null): void {
  const sessions = listRows(device.replica.db, 'research_sessions', { orderBy: 'research_sessions.id' });
  const session_id = sessions.find((each) => each.title === 'open')?.id ?? '';
  transact(device.replica, { command: 'edit' }, (tx) => {
    insertRow(tx, 'evidence', { session_id, title });
    if (status !== null) updateRow(tx, 'research_sessions', session_id, { status });
  });
}
