import type { Chance } from './chance.ts';
import type { Edge } from './edge.ts';
import type { ModelTenant } from './model-tenant.ts';
import type { World } from './world.ts';

/** Puts the server back to an older state, under a new epoch; the purge ledger is replayed before it opens. */
export async function restore(edge: Edge, snapshot: ModelTenant, epoch: string): Promise<void> {
  edge.store.tenant.become(snapshot);
  edge.store.tenant.epoch = epoch;
  await edge.replayLedger();
}

/** Keeps the server's state for a restore. */
export async function keepServer(world: World): Promise<void> {
  world.snapshot = world.tenant.copy();
  await world.keeper?.kept();
}

/** The server goes back to the state that was kept last. */
export async function restoreServer(world: World, chance: Chance): Promise<void> {
  if (world.snapshot === null) return;
  world.fire('server restored');
  const epoch = chance.id(world.nextId());
  await restore(world.edge, world.snapshot, epoch);
  await world.keeper?.restored(epoch);
}
