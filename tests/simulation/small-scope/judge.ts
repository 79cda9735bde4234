import type { Device } from '../sync/device.ts';
import { violations } from '../sync/oracles.ts';
import type { Laptops } from './laptops.ts';
import { session } from './open-laptop.ts';
import type { Situation } from './situation.ts';

/** Starts of one laptop within a small scope, at most. */
const mostOpenings = 16;

/** Everything that is wrong where nothing is left to do: the oracles of the simulator, over the laptops and the server as they are. */
export function judge(laptops: Laptops, { laptops: states, server }: Situation, restores: number): string[] {
  const devices: Device[] = states.map((state) => laptops.device(state));
  const sessions = new Map(
    states.flatMap(({ name, user }) =>
      Array.from({ length: mostOpenings }, (_, at): [string, string] => [session(name, at), user]),
    ),
  );
  return violations({
    devices,
    tenant: server.tenant,
    edge: { sent: server.sent, ledger: [] },
    network: { wire: [] },
    taints: { local: 'LOCAL-', written: new Map(), purged: new Map() },
    sessions,
    fired: new Map(restores > 0 ? [['server restored', 1]] : []),
    revoked: new Set(),
    repaired: 0,
    faults: [],
  });
}
