import type { Edge } from './edge.ts';
import type { ModelTenant } from './model-tenant.ts';

/** Puts the server back to an older state, under a new epoch; the purge ledger is replayed before it opens. */
export async function restore(edge: Edge, snapshot: ModelTenant, epoch: string): Promise<void> {
  edge.store.tenant.become(snapshot);
  edge.store.tenant.epoch = epoch;
  await edge.replayLedger();
}
