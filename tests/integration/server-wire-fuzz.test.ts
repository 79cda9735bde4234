import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorAnswerSchema, protocolVersion } from '../../sync/protocol/messages.ts';
import { openPool } from '../../sync/server/database/pool.ts';
import { openDatabase, type OpenDatabase } from '../../sync/server/open-database.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { HttpLaptop } from '../helpers/http-laptop.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { startSyncServer, type SyncServer } from '../helpers/sync-server.ts';
import { change, changed, plainPush, wireOf } from '../helpers/wrong-messages.ts';

/** Cases of this run; many by `WORKBENCH_CASES=100000 npx vitest run tests/integration/server-wire-fuzz.test.ts`. */
const cases = Number(process.env['WORKBENCH_CASES'] ?? 1500);
const seed = Number(process.env['WORKBENCH_SEED'] ?? 11);
const atOnce = 8;
/** The bound of the server's heap, as `WORKBENCH_SERVER_MEMORY` sets it: what is above it at its highest is a leak outside of it. */
const heapMegabytes = 96;
const mostMegabytes = 256;

interface Said {
  readonly status: number;
  readonly text: string;
}

describeUnless(lackOfBinaries(), 'a server process to which anything is sent', () => {
  let server: SyncServer;
  let database: OpenDatabase;
  let admin: pg.Pool;
  let ada: HttpLaptop;
  let ben: HttpLaptop;
  let key = '';
  let scope = '';
  let began = 0;

  beforeAll(async () => {
    server = await startSyncServer({ nodeFlags: [`--max-old-space-size=${heapMegabytes}`] });
    const keyOf = (email: string): string => {
      server.cli('create-user', email, '--tenant', 'corran');
      return (server.cli('create-key', email, '--tenant', 'corran') as { key: string }).key;
    };
    key = keyOf('ada@example.org');
    ada = await HttpLaptop.greet(server.url, key);
    ben = await HttpLaptop.greet(server.url, keyOf('ben@example.org'));
    ({ scope } = await ada.makeSession());
    database = await openDatabase({ data: server.data });
    admin = openPool({ url: database.adminUrl, max: 1 });
    began = megabytes('VmRSS');
  });

  afterAll(async () => {
    await admin.end();
    await database.close();
    await server.stop();
  });

  /** Memory of the server's process, as Linux counts it: `VmRSS` now, `VmHWM` at its highest. */
  function megabytes(which: 'VmRSS' | 'VmHWM'): number {
    const status = readFileSync(`/proc/${server.pid()}/status`, 'utf8');
    return Number(new RegExp(`${which}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  }

  /** Everything that a message could have written. */
  async function standing(): Promise<unknown> {
    const { rows } = await admin.query(
      `SELECT (SELECT sum(n) FROM central.sync_head) AS head, (SELECT count(*) FROM central.sync_row) AS rows,
              (SELECT count(*) FROM central.sync_log) AS log, (SELECT count(*) FROM central.sync_result) AS results,
              (SELECT count(*) FROM central.sync_body) AS bodies, (SELECT count(*) FROM central.sync_blob) AS blobs,
              (SELECT sum(last_mutation) FROM central.sync_client) AS mutations,
              (SELECT count(*) FROM central.evidence) AS evidence, (SELECT count(*) FROM governance.users) AS users`,
    );
    return rows[0];
  }

  /** Sends bytes as a body; a status of 0 where the server ended the connection. */
  function send(
    call: string,
    body: Buffer | string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Said> {
    return new Promise((resolve) => {
      const sent = ask(
        `${server.url}/v1/${call}`,
        {
          method: 'POST',
          headers: {
            'content-type': call === 'push' ? 'application/x-ndjson' : 'application/json',
            authorization: `Bearer ${key}`,
            ...more,
          },
        },
        (reply) => {
          const parts: Buffer[] = [];
          reply.on('data', (part: Buffer) => parts.push(part));
          reply.on('error', () => resolve({ status: 0, text: '' }));
          reply.on('end', () =>
            resolve({ status: reply.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
          );
        },
      );
      sent.on('error', () => resolve({ status: 0, text: '' }));
      sent.end(body);
    });
  }

  /** Messages as they should be but for the push, whose chain goes on from nowhere: none of them may write. */
  function messages(): [call: string, message: object][] {
    const asked = { v: protocolVersion, client: ada.client, epoch: ada.epoch };
    const cursor = { scope, scopeEpoch: 0, seq: '0' };
    const insert = ada.insert('evidence', scope, { session_id: scope.slice(8), title: 'x' });
    const push = plainPush(
      ada.request([
        ada.transaction([insert, ada.update(insert, [[10, 'y', []]])]),
        ada.transaction([{ op: 'delete', entity: 6, row: insert.row, scope, base: [], stamps: [] }]),
      ]),
    );
    const { hash } = push;
    return [
      ['push', { ...push, previousHash: hash, hash: push['previousHash'] }],
      ['push', { ...push, client: ben.client }],
      ['push', { ...push, epoch: randomUUID() }],
      ['push', { ...push, first: '9223372036854775807' }],
      ['pull', { ...asked, policy: 1, want: [cursor], maxBytes: 1000 }],
      ['pull', { ...asked, client: ben.client, policy: 1, want: [{ ...cursor, seq: '-1' }], maxBytes: 1000 }],
      ['digest', { ...asked, scope, part: 'aa' }],
      ['rows', { ...asked, rows: [{ e: 6, i: randomUUID() }] }],
      ['stamps', { ...asked, stamps: ['0'.repeat(32)] }],
      ['auth/sign-in', { email: 'ada@example.org', password: 'wrong', device: { name: 'x' } }],
    ];
  }

  function expectRefusal({ status, text }: Said, what: string): void {
    expect(status, `${what} ${text.slice(0, 300)}`).toBeLessThan(500);
    if (status < 400) return;
    expect(errorAnswerSchema.safeParse(JSON.parse(text)).success, `${what} ${text.slice(0, 300)}`).toBe(true);
  }

  /** Changes some bytes of a text. */
  const bytes = fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 0x22, 0x5b, 0x7b, 0x80, 0xc0, 0xed, 0xff)), {
    maxLength: 4,
  });

  test(
    `[P17] ${cases} wrong messages: none is answered with 5xx, none writes`,
    { timeout: 120_000 + cases * 60 },
    async () => {
      const before = await standing();
      const counts = new Map<number, number>();
      const queue: Promise<void>[] = [];
      await fc.assert(
        fc.asyncProperty(
          fc.nat(),
          fc.array(change, { maxLength: 3 }),
          bytes,
          async (which, changes, altered) => {
            const all = messages();
            const [call, message] = all[which % all.length] ?? ['push', {}];
            const wrong = changes.reduce<unknown>(
              (made, { path, value, what }) => changed(made, path, value, what),
              message,
            );
            const body = Buffer.from(wireOf(wrong));
            for (const [at, byte] of altered) body[at % Math.max(1, body.length)] = byte;
            queue.push(
              send(call, body).then((said) => {
                counts.set(said.status, (counts.get(said.status) ?? 0) + 1);
                expectRefusal(said, `${call} ${body.toString('latin1').slice(0, 300)}`);
              }),
            );
            if (queue.length >= atOnce) await Promise.all(queue.splice(0));
          },
        ),
        { seed, numRuns: cases },
      );
      await Promise.all(queue);
      expect(await standing()).toEqual(before);
      expect(counts.get(400)).toBeGreaterThan(cases / 4);
      expect(counts.get(409)).toBeGreaterThan(0);
    },
  );

  test('[P17] nor do bodies that are deep, endless, doubled, poisoned, cut or of another kind', async () => {
    const before = await standing();
    const one = wireOf(messages()[0]?.[1]);
    const large = Buffer.alloc(100 * 1024 * 1024, 0x61);
    const wrong: [call: string, body: Buffer | string, headers?: Readonly<Record<string, string>>][] = [
      ['push', '['.repeat(16_000_000)],
      ['pull', '['.repeat(4_000_000)],
      ['push', `{"v":${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}}`],
      ['push', large],
      ['pull', Buffer.concat([Buffer.from('{"v":"'), large, Buffer.from('"}')])],
      ['push', one.replace('{', '{"__proto__":{"v":9},"constructor":{"prototype":{}},')],
      ['push', one.replace('"first"', '"first":"1","first"')],
      ['push', one.replaceAll('"x"', '"\\ud800"')],
      ['push', one.replaceAll('"x"', '"\\u0000"')],
      ['push', one.replaceAll('"x"', '-0')],
      ['push', one.replaceAll('"x"', 'NaN')],
      ['push', one.replaceAll('"x"', '1e400')],
      ['push', one.replaceAll('"x"', '9223372036854775808')],
      ['push', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(one)])],
      ['push', Buffer.from(one).subarray(0, one.length >> 1)],
      ['push', ''],
      ['push', one, { 'content-type': 'text/plain' }],
      ['push', one, { 'content-type': 'application/json' }],
      ['push', one.replaceAll('"entries":[', `"entries":[${'['.repeat(200_000)}${']'.repeat(200_000)},`)],
      ['push', `${one}${'{}\n'.repeat(3000)}`],
      ['push', '\n'.repeat(1_000_000)],
      ['push', one, { 'content-encoding': 'zstd' }],
      ['push', one, { authorization: 'Bearer ' }],
      ['push', one, { authorization: `Bearer ${key.slice(0, -1)}x` }],
      ['push', randomBytes(1_000_000)],
      ['pull', one],
      ['hello', 'null'],
      ['..%2f..%2fetc', one],
    ];
    for (const [call, body, headers] of wrong) {
      const said = await send(call, body, headers);
      const what = `${call} ${typeof body === 'string' ? body.slice(0, 60) : body.length}`;
      if (said.status !== 0) expect(said.status, what).toBeGreaterThanOrEqual(400);
      if (said.status !== 0) expectRefusal(said, what);
    }
    expect(await standing()).toEqual(before);
    expect((await fetch(`${server.url}/v1/health`)).status).toBe(200);
  });

  test.skipIf(process.platform !== 'linux')(
    `and its process never holds ${mostMegabytes} MB more than at its start`,
    () => {
      expect(megabytes('VmHWM') - began).toBeLessThan(mostMegabytes);
    },
  );
});
