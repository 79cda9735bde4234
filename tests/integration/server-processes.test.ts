import type { FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { announce } from '../../sync/server/http/between-processes.ts';
import { createEdge } from '../../sync/server/http/server.ts';
import { silentLog } from '../../sync/server/http/log.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { sentForm, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { listen } from '../helpers/notify-listener.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { signIn, tenantOf, testIdentity } from '../helpers/server-identity.ts';

describeWithPostgres('several edges over one database', (postgres) => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  /** Two edges that share nothing but the database, and a person whose laptop is at each. */
  const start = async () => {
    const database = await postgres.database();
    const identity = testIdentity(database);
    const { tenantId, people } = await tenantOf(identity, 'north', ['owner']);
    const environment = testEnvironment(identity.now);
    const epoch = await beginEpoch(database.server);
    const edge = async (): Promise<FastifyInstance> => {
      const feed = { store: new PostgresStore(database.server), environment };
      const app = await createEdge({
        identity,
        log: silentLog,
        version: '0',
        feed,
        listenUrl: database.serverUrl,
      });
      closing.push(() => app.close());
      await app.listen({ port: 0, host: '127.0.0.1' });
      return app;
    };
    const [here, there] = [await edge(), await edge()];
    const { accessToken: token } = await signIn(identity, 'owner@north.example');
    const principal = { tenant: tenantId, user: people['owner'] ?? '' };
    const laptop = new TestLaptop(new PostgresStore(database.server), environment, principal, epoch);
    const { scope } = await laptop.makeSession();
    const push = async () => {
      const row = laptop.insert('evidence', scope, { session_id: scope.slice(8), title: 'x' });
      const { body, type } = sentForm(laptop.request([laptop.transaction([row])]));
      const answer = await here.inject({
        method: 'POST',
        url: '/v1/push',
        payload: body,
        headers: { authorization: `Bearer ${token}`, 'content-type': type },
      });
      expect(answer.statusCode).toBe(200);
      const { lastMutation, lastHash } = answer.json<{ lastMutation: string; lastHash: string }>();
      laptop.last = BigInt(lastMutation);
      laptop.hash = lastHash;
    };
    const listener = await listen(there, token);
    closing.push(listener.close);
    listener.send({ watch: [scope] });
    // Once the watch was taken, presence is answered.
    listener.send({ present: scope });
    expect(await listener.next()).toMatchObject({ presence: { scope } });
    const user = principal.user;
    return { database, tenantId, user, token, here, scope, edge, push, listener };
  };

  test('what is pushed to one is heard by who listens at the other', async () => {
    const { scope, push, listener } = await start();
    await push();
    expect(await listener.next()).toEqual({ new: [scope] });
  });

  test('an edge whose ear was cut off says that anything may be new, and hears again', async () => {
    const { database, scope, push, listener } = await start();
    const cut = await database.admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE query = 'LISTEN workbench_news' AND datname = current_database()`,
    );
    expect(cut.rowCount).toBe(2);
    expect(await listener.next()).toEqual({ new: [scope] });
    await push();
    expect(await listener.next()).toEqual({ new: [scope] });
  });

  test('a command beside the servers is heard; news of another organisation, and what is no news, are not', async () => {
    const { database, tenantId, scope, listener } = await start();
    await database.server.query(`SELECT pg_notify('workbench_news', 'not JSON')`);
    await announce(database.server, '00000000-0000-7000-8000-000000000000', null);
    await announce(database.server, tenantId, ['session:00000000-0000-7000-8000-000000000000']);
    await announce(database.server, tenantId, null);
    expect(await listener.next()).toEqual({ new: [scope] });
  });

  test('who is at one is seen at the other, by a process that comes later too, and not once they have gone', async () => {
    const { token, user, here, scope, edge, listener } = await start();
    const other = await listen(here, token);
    closing.push(other.close);
    other.send({ watch: [scope] });
    const present = { presence: { scope, people: [{ user, since: expect.any(Number) as number }] } };
    // Nobody is here: who is there has said so to this process before, or says so now.
    expect(await other.next()).toEqual(present);
    const later = await listen(await edge(), token);
    closing.push(later.close);
    later.send({ watch: [scope] });
    expect(await later.next()).toEqual(present);
    listener.close();
    for (const each of [other, later]) {
      let heard = await each.next();
      while ('presence' in heard && heard.presence.people.length > 0) heard = await each.next();
      expect(heard).toEqual({ presence: { scope, people: [] } });
    }
  });

  test('what a process says of itself that is no such word is not taken', async () => {
    const { database, tenantId, scope, listener, push } = await start();
    const p = '00000000-0000-7000-8000-000000000001';
    const say = (spoken: object) =>
      database.server.query('SELECT pg_notify($1, $2)', ['workbench_news', JSON.stringify(spoken)]);
    await say({ p, t: tenantId, in: scope, who: [['nobody', 1]] });
    await say({ p, t: tenantId, in: 'x'.repeat(100), who: [] });
    await say({ p, t: tenantId, in: scope, who: Array.from({ length: 100 }, () => [p, 1]) });
    await push();
    expect(await listener.next()).toEqual({ new: [scope] });
    await say({ p, t: tenantId, in: scope, who: [[p, 1]] });
    expect(await listener.next()).toMatchObject({ presence: { people: [{}, { user: p, since: 1 }] } });
  });
});
