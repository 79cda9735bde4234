import type { FastifyInstance } from 'fastify';
import type { FeedLimits } from '../../sync/server/feed/environment.ts';
import { silentLog } from '../../sync/server/http/log.ts';
import { createEdge } from '../../sync/server/http/server.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { sentForm, TestLaptop, testEnvironment } from './feed.ts';
import type { TestDatabase } from './postgres.ts';
import { signIn, tenantOf, testIdentity } from './server-identity.ts';

type Role = 'owner' | 'analyst' | 'viewer';

/** An edge with the feed over a database of its own: an organisation with a person of each role, and laptops of theirs. */
export async function startFeedEdge(database: TestDatabase, limits: Partial<FeedLimits> = {}) {
  const identity = testIdentity(database);
  const { tenantId, people } = await tenantOf(identity, 'north', ['owner', 'analyst', 'viewer']);
  const surroundings = testEnvironment(identity.now);
  const environment = { ...surroundings, limits: { ...surroundings.limits, ...limits } };
  const store = new PostgresStore(database.server);
  const epoch = await beginEpoch(database.server);
  const app = await createEdge({ identity, log: silentLog, version: '0', feed: { store, environment } });
  const laptopOf = async (role: Role) => {
    const { accessToken } = await signIn(identity, `${role}@north.example`);
    const user = people[role] ?? '';
    const laptop = new TestLaptop(store, environment, { tenant: tenantId, user }, epoch);
    return { laptop, token: accessToken, post: poster(app, accessToken) };
  };
  return { app, identity, tenantId, people, epoch, laptopOf };
}

/** Sends messages in their form under a token; a text as it stands. */
export function poster(app: FastifyInstance, token: string) {
  return (url: string, payload: object | string, headers: object = {}) => {
    const { body, type } =
      typeof payload === 'string' ? { body: payload, type: 'application/json' } : sentForm(payload);
    return app.inject({
      method: 'POST',
      url,
      payload: body,
      headers: { authorization: `Bearer ${token.padEnd(16, 'x')}`, 'content-type': type, ...headers },
    });
  };
}
