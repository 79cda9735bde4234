import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { helloAnswerSchema, protocolVersion, pushAnswerSchema } from '../../sync/protocol/messages.ts';
import { peopleAnswerSchema } from '../../sync/protocol/people.ts';
import { transact } from '../../sync/server/database/pool.ts';
import { silentLog } from '../../sync/server/http/log.ts';
import { createEdge } from '../../sync/server/http/server.ts';
import { createApiKey } from '../../sync/server/identity/api-keys.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { greeting, sentForm, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { tenantOf, testIdentity } from '../helpers/server-identity.ts';

describeWithPostgres('the key of a project', (postgres) => {
  test('[P10] reaches its project, by itself and by a sign-in with it, and nothing else of its person', async () => {
    const database = await postgres.database();
    const identity = testIdentity(database);
    const { tenantId, people } = await tenantOf(identity, 'north', ['owner']);
    const environment = testEnvironment(identity.now);
    const store = new PostgresStore(database.server);
    const epoch = await beginEpoch(database.server);
    const app = await createEdge({ identity, log: silentLog, version: '0', feed: { store, environment } });
    const principal = { tenant: tenantId, user: people['owner'] ?? '' };
    const laptop = new TestLaptop(store, environment, principal, epoch);
    const poster = (token: string) => (url: string, message: object) => {
      const { body, type } = sentForm(message);
      const headers = { authorization: `Bearer ${token}`, 'content-type': type };
      return app.inject({ method: 'POST', url, payload: body, headers });
    };
    const [inside, outside] = [await laptop.makeSession(), await laptop.makeSession()];
    const { key } = await transact(identity.pool, { tenantId }, (sql) =>
      createApiKey(sql, tenantId, {
        name: 'k',
        userId: principal.user,
        projectId: inside.project,
        scopes: ['read', 'write', 'admin'],
      }),
    );
    const signedIn = await poster(key)('/v1/auth/sign-in', { key });
    for (const token of [key, signedIn.json<{ accessToken: string }>().accessToken]) {
      const robot = new TestLaptop(
        new PostgresStore(identity.pool),
        testEnvironment(),
        laptop.principal,
        epoch,
      );
      const post = poster(token);
      const { scopes } = helloAnswerSchema.parse(
        (await post('/v1/hello', { ...greeting(robot.client), epoch })).json(),
      );
      const reached = scopes.filter(({ access }) => access !== 'none').map(({ scope }) => scope);
      expect(reached.toSorted()).toEqual(['tenant', `project:${inside.project}`, inside.scope].toSorted());
      const evidence = ({ scope, session }: typeof inside) =>
        robot.transaction([robot.insert('evidence', scope, { session_id: session, title: 'x' })]);
      const loose = randomUUID();
      const pushed = await post(
        '/v1/push',
        robot.request([
          evidence(inside),
          evidence(outside),
          robot.transaction([
            robot.insert('research_sessions', `session:${loose}`, { title: 'loose' }, loose),
          ]),
        ]),
      );
      expect(pushAnswerSchema.parse(pushed.json()).results).toMatchObject([
        { st: 'applied' },
        { st: 'refused' },
        { code: 'FORBIDDEN' },
      ]);
      const want = [{ scope: outside.scope, scopeEpoch: 0, seq: '0' }];
      const asked = { v: protocolVersion, client: robot.client, epoch, policy: 0, want, maxBytes: 100_000 };
      const pulled = (await post('/v1/pull', asked)).body;
      expect(pulled).toContain(`"revoke":["${outside.scope}"]`);
      const further = { name: 'further', scopes: ['read'], project: outside.project };
      expect((await post('/v1/keys/create', further)).json()).toMatchObject({ code: 'FORBIDDEN' });
      for (const [url, message] of [
        ['/v1/keys/create', { name: 'same', scopes: ['read'] }],
        ['/v1/auth/sign-out', { everywhere: true }],
        ['/v1/people/invite', { email: 'x@north.example', role: 'viewer' }],
      ] as const)
        expect((await post(url, message)).json()).toMatchObject({ code: 'FORBIDDEN' });
      const people = await app.inject({ url: '/v1/people', headers: { authorization: `Bearer ${token}` } });
      expect(peopleAnswerSchema.parse(people.json()).keys.map(({ project }) => project)).not.toContain(null);
    }
    await app.close();
  });
});
