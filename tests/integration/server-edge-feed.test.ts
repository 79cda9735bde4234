import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import {
  errorAnswerSchema,
  helloAnswerSchema,
  protocolVersion,
  pullLineSchema,
  pushAnswerSchema,
} from '../../sync/protocol/messages.ts';
import { entitySpec } from '../../db/catalogue/catalogue.ts';
import { valuesOf } from '../../sync/core/row-state.ts';
import { decodeRow } from '../../sync/core/row-wire.ts';
import { signedInSchema } from '../../sync/protocol/auth.ts';
import { createKeyAnswerSchema, inviteAnswerSchema, peopleAnswerSchema } from '../../sync/protocol/people.ts';
import type { RowLine } from '../../sync/protocol/row-state.ts';
import { transact } from '../../sync/server/database/pool.ts';
import { setPolicy } from '../../sync/server/commands/policy.ts';
import { createApiKey } from '../../sync/server/identity/api-keys.ts';
import { greeting } from '../helpers/feed.ts';
import { poster, startFeedEdge } from '../helpers/feed-edge.ts';
import { listen } from '../helpers/notify-listener.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { password } from '../helpers/server-identity.ts';

describeWithPostgres('the feed over HTTP', (postgres) => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  const start = async () => {
    const edge = await startFeedEdge(await postgres.database());
    closing.push(() => edge.app.close());
    return edge;
  };

  test('a laptop says hello, pushes and pulls; what it sends and gets has the forms of the protocol', async () => {
    const { laptopOf, epoch } = await start();
    const { laptop, post } = await laptopOf('owner');
    const greeted = helloAnswerSchema.parse((await post('/v1/hello', greeting(laptop.client))).json());
    expect(greeted.epoch).toBe(epoch);
    expect(greeted.scopes.map(({ scope }) => scope)).toContain('tenant');
    const { project, scope } = await laptop.makeSession();
    const member = laptop.insert('evidence', scope, { session_id: scope.slice(8), title: 'Over HTTP' });
    const request = laptop.request([laptop.transaction([member])]);
    const answer = await post('/v1/push', request);
    expect(pushAnswerSchema.parse(answer.json()).results.map(({ st }) => st)).toEqual(['applied']);
    const pulled = await post('/v1/pull', {
      v: protocolVersion,
      client: laptop.client,
      epoch,
      policy: 0,
      want: [scope, `project:${project}`].map((each) => ({ scope: each, scopeEpoch: 0, seq: '0' })),
      maxBytes: 1_000_000,
    });
    expect(pulled.headers['content-type']).toContain('application/x-ndjson');
    const lines = pulled.body
      .trimEnd()
      .split('\n')
      .map((line) => pullLineSchema.parse(JSON.parse(line)));
    expect(lines.at(-1)).toMatchObject({ trailer: { more: false } });
    expect(lines.length).toBeGreaterThan(2);
    expect((await post('/v1/push', { ...request, epoch: crypto.randomUUID() })).json()).toMatchObject({
      code: 'EPOCH',
    });
    expect((await post('/v1/push', { ...request, first: '9' })).statusCode).toBeLessThan(500);
  });

  test('large answers are compressed for who asks', async () => {
    const { laptopOf, epoch } = await start();
    const { laptop } = await laptopOf('owner');
    const { scope } = await laptop.makeSession({ title: 'words '.repeat(2000) });
    const { laptop: other, post } = await laptopOf('owner');
    await post('/v1/hello', greeting(other.client));
    const wanted = {
      v: protocolVersion,
      client: other.client,
      epoch,
      policy: 0,
      want: [{ scope, scopeEpoch: 0, seq: '0' }],
      maxBytes: 1e6,
    };
    const plain = await post('/v1/pull', wanted);
    const packed = await post('/v1/pull', wanted, { 'accept-encoding': 'gzip, zstd' });
    expect(packed.headers['content-encoding']).toBe('zstd');
    expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 5);
    expect(zstdDecompressSync(packed.rawPayload).toString()).toBe(plain.body);
  });

  test('who may only read cannot push, and nobody can without a token', async () => {
    const { app, identity, tenantId, people, laptopOf } = await start();
    const { laptop } = await laptopOf('owner');
    const request = laptop.request([laptop.transaction([])]);
    const { key } = await transact(identity.pool, { tenantId }, (sql) =>
      createApiKey(sql, tenantId, { name: 'k', userId: people.owner ?? '', scopes: ['read'] }),
    );
    const { post: asViewer } = await laptopOf('viewer');
    for (const post of [poster(app, key), asViewer]) {
      expect((await post('/v1/push', request)).json()).toMatchObject({ code: 'FORBIDDEN' });
    }
    expect((await poster(app, key)('/v1/hello', greeting(laptop.client))).statusCode).toBe(200);
    for (const route of ['hello', 'push', 'pull', 'digest', 'rows', 'stamps']) {
      const answer = await poster(app, 'none')(`/v1/${route}`, {});
      expect([route, answer.statusCode]).toEqual([route, 401]);
    }
  });

  test('who watches a scope hears of a push to it and of who is there; who may not read it hears nothing', async () => {
    const { app, laptopOf } = await start();
    await app.listen({ port: 0, host: '127.0.0.1' });
    const [ada, ben] = [await laptopOf('owner'), await laptopOf('analyst')];
    const { project, scope } = await ada.laptop.makeSession();
    const hidden = await ada.laptop.makeSession();
    await ada.laptop.push(
      ada.laptop.transaction([
        ada.laptop.insert('project_members', `project:${project}`, {
          project_id: project,
          author_id: ben.laptop.principal.user,
          role: 'reader',
        }),
      ]),
    );
    const [adas, bens] = [await listen(app, ada.token), await listen(app, ben.token)];
    closing.push(adas.close, bens.close);
    adas.send({ watch: [scope] });
    bens.send({ watch: [scope, hidden.scope] });
    adas.send({ present: scope });
    expect(await bens.next()).toEqual({
      presence: { scope, people: [{ user: ada.laptop.principal.user, since: expect.any(Number) as number }] },
    });
    expect(await adas.next()).toMatchObject({ presence: { scope } });
    const edit = (where: string) =>
      ada.laptop.transaction([
        ada.laptop.insert('evidence', where, { session_id: where.slice(8), title: 'x' }),
      ]);
    for (const where of [hidden.scope, scope]) {
      const answer = await ada.post('/v1/push', ada.laptop.request([edit(where)]));
      const { lastMutation, lastHash } = pushAnswerSchema.parse(answer.json());
      ada.laptop.last = BigInt(lastMutation);
      ada.laptop.hash = lastHash;
    }
    expect(await bens.next()).toEqual({ new: [scope] });
    adas.send({ present: null });
    expect(await bens.next()).toEqual({ presence: { scope, people: [] } });
    bens.sendText('{"watch":');
    expect(await bens.closed).toBe(1008);
    await expect(listen(app, 'x'.repeat(40))).rejects.toThrow('401');
  });

  test('people are rows of the tenant that the server writes: who joins, changes and leaves is seen on laptops', async () => {
    const { app, laptopOf, epoch } = await start();
    const { laptop, post } = await laptopOf('owner');
    const people = async () => {
      await post('/v1/hello', greeting(laptop.client));
      const wanted = { want: [{ scope: 'tenant', scopeEpoch: 0, seq: '0' }], maxBytes: 1e6, policy: 0 };
      const pulled = await post('/v1/pull', { v: protocolVersion, client: laptop.client, epoch, ...wanted });
      const lines = pulled.body.trimEnd().split('\n');
      return lines
        .map((line) => JSON.parse(line) as RowLine)
        .filter((line) => line.e === entitySpec('users').n)
        .map((line) => valuesOf(decodeRow(line)).known);
    };
    const invited = inviteAnswerSchema.parse(
      (await post('/v1/people/invite', { email: 'new@example.org', role: 'analyst' })).json(),
    );
    const accepted = await poster(app, 'none')('/v1/auth/accept-invitation', {
      token: invited.token,
      password,
    });
    const joined = signedInSchema.parse(accepted.json());
    const [email, role, status] = ['email', 'role', 'status'].map(
      (name) => entitySpec('users').columns[name]?.n ?? 0,
    );
    const shown = async () => (await people()).find((row) => row.get(email ?? 0) === 'new@example.org');
    expect(new Set((await people()).map((row) => row.get(email ?? 0)))).toEqual(
      new Set(['analyst@north.example', 'new@example.org', 'owner@north.example', 'viewer@north.example']),
    );
    expect((await shown())?.get(role ?? 0)).toBe('analyst');
    expect(
      (await post('/v1/people/change', { do: 'role', user: joined.user.id, role: 'viewer' })).statusCode,
    ).toBe(200);
    expect((await shown())?.get(role ?? 0)).toBe('viewer');
    const asNew = poster(app, joined.accessToken);
    expect(
      (await asNew('/v1/people/change', { do: 'role', user: joined.user.id, role: 'owner' })).statusCode,
    ).toBe(403);
    expect((await asNew('/v1/people/invite', { email: 'x@example.org', role: 'viewer' })).statusCode).toBe(
      403,
    );
    expect((await post('/v1/people/change', { do: 'remove', user: joined.user.id })).statusCode).toBe(200);
    expect((await shown())?.get(status ?? 0)).toBe('inactive');
  });

  test('a tenant has no more sessions than its plan, however many are made at once; the others of a push stay', async () => {
    const { identity, tenantId, laptopOf } = await start();
    await transact(identity.pool, { tenantId }, (sql) =>
      sql.run('UPDATE governance.tenants SET max_sessions = 3'),
    );
    const laptops = await Promise.all([1, 2, 3].map(() => laptopOf('owner')));
    const results = await Promise.all(
      laptops.map(async ({ laptop, post }) => {
        const own = laptop.principal.user;
        const project = randomUUID();
        const make = (entity: 'projects' | 'research_sessions', values: object) => {
          const id = entity === 'projects' ? project : randomUUID();
          const scope = `${entity === 'projects' ? 'project' : 'session'}:${id}`;
          return laptop.transaction([laptop.insert(entity, scope, { ...values }, id)]);
        };
        const answer = await post(
          '/v1/push',
          laptop.request([
            make('projects', { name: 'P', owner_id: own }),
            make('research_sessions', { title: 'first', project_id: project }),
            make('research_sessions', { title: 'second', project_id: project }),
          ]),
        );
        return pushAnswerSchema.parse(answer.json()).results.map(({ st, code }) => code ?? st);
      }),
    );
    const all = results.flat();
    expect(all.filter((each) => each === 'QUOTA')).toHaveLength(3);
    expect(all.filter((each) => each === 'applied')).toHaveLength(6);
  });

  test('a stricter policy sends laptops for their scopes anew; a looser one does not', async () => {
    const { identity, laptopOf } = await start();
    const { laptop, post } = await laptopOf('owner');
    const { scope } = await laptop.makeSession();
    const told = async () => {
      const greeted = helloAnswerSchema.parse((await post('/v1/hello', greeting(laptop.client))).json());
      const { scopeEpoch } = greeted.scopes.find((each) => each.scope === scope) ?? {};
      return { epoch: scopeEpoch, version: greeted.policy.version };
    };
    expect(await told()).toEqual({ epoch: 0, version: 1 });
    const strict = { classes: { content: { sync: 'withhold' } }, sources: [] };
    expect((await setPolicy(identity, 'north', strict)).withdraws).toContain('content at level internal');
    expect(await told()).toEqual({ epoch: 1, version: 2 });
    expect((await setPolicy(identity, 'north', {})).withdraws).toEqual([]);
    expect(await told()).toEqual({ epoch: 1, version: 3 });
    await expect(setPolicy(identity, 'north', { classes: { secret: {} } })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  test('people see their devices and keys, and end them; who manages people sees all', async () => {
    const { app, laptopOf } = await start();
    const [owner, analyst] = [await laptopOf('owner'), await laptopOf('analyst')];
    const list = async (token: string) => {
      const answer = await app.inject({ url: '/v1/people', headers: { authorization: `Bearer ${token}` } });
      return peopleAnswerSchema.parse(answer.json());
    };
    await analyst.post('/v1/auth/register-device', { name: 'a laptop', encrypted: true });
    const made = await analyst.post('/v1/keys/create', { name: 'a script', scopes: ['read'], days: 3 });
    const { id, key } = createKeyAnswerSchema.parse(made.json());
    expect(await list(owner.token)).toMatchObject({
      devices: [{ name: 'a laptop' }],
      keys: [{ name: 'a script' }],
    });
    expect((await poster(app, key)('/v1/keys/create', { name: 'more', scopes: ['write'] })).statusCode).toBe(
      403,
    );
    const { keys, devices, people } = await list(analyst.token);
    expect([keys.length, devices.length, people.length]).toEqual([1, 1, 3]);
    expect((await analyst.post('/v1/keys/revoke', { id })).statusCode).toBe(200);
    expect(
      (await owner.post('/v1/devices/change', { id: devices[0]?.id ?? '', do: 'revoke' })).statusCode,
    ).toBe(200);
    expect((await analyst.post('/v1/hello', greeting(analyst.laptop.client))).json()).toMatchObject({
      code: 'CLIENT_RETIRED',
      details: { onRevoke: 'keep_encrypted' },
    });
  });

  test('whatever is sent, the server answers with a refusal in its one form, and writes nothing', async () => {
    const { identity, laptopOf, epoch } = await start();
    const { laptop, post } = await laptopOf('owner');
    await laptop.makeSession();
    // The first greeting publishes who is a member.
    await post('/v1/hello', greeting(laptop.client));
    const counts = async () =>
      transact(identity.pool, { tenantId: laptop.principal.tenant }, (sql) =>
        sql.first(
          'SELECT (SELECT count(*) FROM central.sync_row) AS rows, (SELECT n FROM central.sync_head) AS head',
        ),
      );
    const before = await counts();
    const good: Record<string, object> = {
      hello: greeting(laptop.client),
      push: laptop.request([laptop.transaction([])]),
      pull: { v: protocolVersion, client: laptop.client, epoch, policy: 0, want: [], maxBytes: 1000 },
      digest: { v: protocolVersion, client: laptop.client, epoch, scope: 'tenant' },
      rows: { v: protocolVersion, client: laptop.client, epoch, rows: [] },
      stamps: { v: protocolVersion, client: laptop.client, epoch, stamps: [] },
    };
    const odd = fc.oneof(
      fc.constantFrom<unknown>(null, '', '\u0000', -0, 1e300, [], {}, '9'.repeat(40), 'tenant', '__proto__'),
      fc.json().map((text) => JSON.parse(text) as unknown),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(good)),
        fc.array(fc.tuple(fc.string(), odd), { maxLength: 2 }),
        fc.nat(),
        odd,
        async (route, extra, at, value) => {
          const base = good[route] ?? {};
          const keys = Object.keys(base);
          const key = keys[at % keys.length] ?? 'v';
          const body = JSON.stringify({ ...base, [key]: value, ...Object.fromEntries(extra) });
          const answer = await post(`/v1/${route}`, body);
          expect(answer.statusCode).toBeLessThan(500);
          if (answer.statusCode !== 200)
            expect(errorAnswerSchema.safeParse(answer.json()).success).toBe(true);
        },
      ),
      { numRuns: 300, seed: 20_261_121 },
    );
    expect(await counts()).toEqual(before);
  });
});
