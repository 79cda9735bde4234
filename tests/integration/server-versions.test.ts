import { afterEach, expect, test } from 'vitest';
import {
  errorAnswerSchema,
  protocolHeader,
  protocolVersion,
  pushAnswerSchema,
} from '../../sync/protocol/messages.ts';
import type { FeedLimits } from '../../sync/server/feed/environment.ts';
import { greeting } from '../helpers/feed.ts';
import { startFeedEdge } from '../helpers/feed-edge.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';

describeWithPostgres('laptops of another version', (postgres) => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  const start = async (limits: Partial<FeedLimits>) => {
    const edge = await startFeedEdge(await postgres.database(), limits);
    closing.push(() => edge.app.close());
    return edge;
  };

  test('[P1] another version of the protocol is refused by its name, whatever else the message holds', async () => {
    const { laptopOf } = await start({});
    const { laptop, post } = await laptopOf('owner');
    for (const name of ['hello', 'push', 'pull', 'digest', 'rows', 'stamps']) {
      for (const [v, words] of [
        [protocolVersion - 1, 'This Workbench is older than the server'],
        [protocolVersion + 1, 'The server is older than this Workbench'],
      ] as const) {
        const answer = await post(`/v1/${name}`, { ...greeting(laptop.client), v, newer: true });
        expect(answer.statusCode).toBe(426);
        const { code, message } = errorAnswerSchema.parse(answer.json());
        expect([code, message.startsWith(words)]).toEqual(['VERSION', true]);
      }
    }
    expect((await post('/v1/hello', { ...greeting(laptop.client), v: 'new' })).statusCode).toBe(400);
    const lines = { 'content-type': 'application/x-ndjson' };
    expect((await post('/v1/push', `{"v":${protocolVersion + 1},"newer":1}\n{}\n`, lines)).statusCode).toBe(
      426,
    );
    expect((await post('/v1/push', `{"v":${protocolVersion},"newer":1}\n{}\n`, lines)).statusCode).toBe(400);
  });

  test('[P1] a laptop of another version is told which is older where messages name none: accounts, people, files, news', async () => {
    const { app, laptopOf } = await start({});
    const { token } = await laptopOf('owner');
    const ask = (method: 'GET' | 'POST', url: string, version: string) =>
      app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${token}`, [protocolHeader]: version },
        // What a newer build might add, which no schema of this one lets in.
        ...(method === 'POST' ? { payload: { newer: true } } : {}),
      });
    for (const [method, url] of [
      ['POST', '/v1/auth/sign-in'],
      ['POST', '/v1/auth/refresh'],
      ['POST', '/v1/people/invite'],
      ['POST', '/v1/a-later-route'],
      ['GET', '/v1/account'],
      ['GET', '/v1/notify'],
    ] as const) {
      for (const [version, words] of [
        [protocolVersion - 1, 'Update the Workbench.'],
        [protocolVersion + 1, 'Ask who runs the server to update it.'],
      ] as const) {
        const answer = await ask(method, url, String(version));
        expect([url, answer.statusCode]).toEqual([url, 426]);
        const { code, message, details } = errorAnswerSchema.parse(answer.json());
        expect([code, message.endsWith(words), details]).toEqual([
          'VERSION',
          true,
          { version: protocolVersion },
        ]);
      }
    }
    expect((await ask('GET', '/v1/account', String(protocolVersion))).statusCode).toBe(200);
    expect((await ask('GET', '/v1/account', 'x')).statusCode).toBe(200);
  });

  test('[P23] a laptop whose schema is too old may greet and send, and is given no rows until it is updated', async () => {
    const { laptopOf, epoch } = await start({ schemaMinimum: 3 });
    const { laptop, post } = await laptopOf('owner');
    const say = (schema: number) => post('/v1/hello', { ...greeting(laptop.client), schema });
    expect((await say(2)).json()).toMatchObject({ schemaMinimum: 3 });
    const { scope } = await laptop.makeSession();
    const row = laptop.insert('evidence', scope, { session_id: scope.slice(8), title: 'x' });
    const pushed = await post('/v1/push', laptop.request([laptop.transaction([row])]));
    expect(pushAnswerSchema.parse(pushed.json()).results.map(({ st }) => st)).toEqual(['applied']);
    const asking = { v: protocolVersion, client: laptop.client, epoch };
    const want = [{ scope, scopeEpoch: 0, seq: '0' }];
    const pull = () => post('/v1/pull', { ...asking, policy: 0, want, maxBytes: 1_000_000 });
    const rows = () => post('/v1/rows', { ...asking, rows: [{ e: row.entity, i: row.row }] });
    for (const answer of [await pull(), await rows()]) {
      expect([answer.statusCode, answer.body.includes('title')]).toEqual([426, false]);
      expect(errorAnswerSchema.parse(answer.json())).toMatchObject({
        code: 'VERSION',
        details: { schema: 2, schemaMinimum: 3 },
      });
    }
    await say(3);
    for (const answer of [await pull(), await rows()]) expect(answer.statusCode).toBe(200);
  });
});
