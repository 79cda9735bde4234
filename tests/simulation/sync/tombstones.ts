import { keyOf, type ModelTenant } from './model-tenant.ts';
import type { StoreMutants } from './store-mistakes.ts';

/**
 * Months have passed: what only laptops from before would have to be told is forgotten (P21), that rows were purged and that they left a
 * scope. Clients that were away all the time are not waited for and have to take another name; of the others the scope's lowest cursor
 * says what may go. Answers with the number of tombstones that went.
 */
export function collectTombstones(
  tenant: ModelTenant,
  isAway: (client: string) => boolean,
  mutants: StoreMutants,
): number {
  for (const client of tenant.clients.values())
    if (isAway(client.client)) tenant.clients.set(client.client, { ...client, retired: true });
  const waitedFor = [...tenant.clients.values()].filter(({ retired }) => !retired);
  const cursors = waitedFor.map(({ client }) => tenant.held.get(client));
  // A laptop that has not said where it stands may stand anywhere.
  if (cursors.includes(undefined)) return 0;
  const isPassed = ({ scope, seq }: { readonly scope: string; readonly seq: bigint }) =>
    cursors.every((held) => BigInt(held?.[scope] ?? seq) >= seq);
  const purged = [...tenant.rows.values()].filter((row) => row.purged && isPassed(row));
  const exits = tenant.exits.filter(isPassed);
  for (const row of purged) tenant.rows.delete(keyOf(row));
  tenant.exits = tenant.exits.filter((exit) => !exits.includes(exit));
  for (const { scope, seq } of mutants.floorForgotten === true ? [] : [...purged, ...exits]) {
    const kept = tenant.scopes.get(scope) ?? { scopeEpoch: 0, floor: 0n };
    if (seq > kept.floor) tenant.scopes.set(scope, { ...kept, floor: seq });
  }
  return purged.length + exits.length;
}
