import { enrol } from '../../db/replica/sync/enrol.ts';
import type { OpenWorkspace } from '../../db/replica/workspace/workspace.ts';
import { syncEgress } from '../../main/outbound/sync-egress.ts';
import { cycle, type CycleReport } from '../../sync/client/cycle.ts';
import type { Reply, ServerCall } from '../../sync/client/effects.ts';
import { firstPace } from '../../sync/client/pace.ts';
import { replicaStore } from '../../sync/client/replica-store.ts';
import type { StoreCalls } from '../../sync/client/store-calls.ts';
import { defaultPrivacySettings } from '../../sync/core/privacy-settings.ts';
import { withWorkspace } from './replica.ts';
import { drive, TinyServer } from './tiny-server.ts';

/** The one person of these devices, as the server knows them. */
export const deviceUser = '00000000-0000-7000-8000-00000000000a';

export type Answer = (call: ServerCall, text: string) => Reply;

/** The engine's calls over a workspace, as the host makes them. */
export function storeOf({ replica }: OpenWorkspace, policy = defaultPrivacySettings): StoreCalls {
  const person = { author: replica.author, user: deviceUser };
  const options = {
    db: replica.db,
    policies: [policy],
    policyVersion: 1,
    person,
    host: 's.example',
    now: () => '2026-01-01T00:00:00.000Z',
  };
  return replicaStore({ replica, egress: () => syncEgress(options), onChange: () => undefined });
}

/** One cycle. */
export function sync(workspace: OpenWorkspace, answer: Answer, policy = defaultPrivacySettings): CycleReport {
  const engine = cycle({ app: 'test', now: () => 0, pace: firstPace });
  return drive(engine, storeOf(workspace, policy), answer);
}

/** Two devices of one person, and a server. */
export function withDevices(body: (a: OpenWorkspace, b: OpenWorkspace, server: TinyServer) => void): void {
  withWorkspace((a) =>
    withWorkspace((b) => {
      for (const { replica } of [a, b]) {
        enrol(replica, { server: 'https://s.example', tenant: deviceUser, user: deviceUser });
      }
      body(a, b, new TinyServer(deviceUser));
    }),
  );
}
