import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signedInSchema } from '../../sync/protocol/auth.ts';
import { partBytes } from '../../sync/server/blobs/blobs.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { type CommandLine, commandLine } from '../helpers/command-line.ts';
import { type ServerProcess, startServer } from '../helpers/server-process.ts';

const two = ['--processes', '2'];

describeUnless(
  lackOfBinaries(),
  'a server of two processes',
  () => {
    let cli: CommandLine;
    let password: string;
    beforeAll(async () => {
      cli = commandLine();
      chmodSync(cli.folder, 0o711);
      cli.environment['WORKBENCH_SERVER_DATA'] = join(cli.folder, 'server');
      await cli.json(['server', 'create-tenant', 'North']);
      const made = await cli.json<{ password: string }>([
        'server',
        'create-user',
        'a@b.example',
        '--tenant',
        'north',
      ]);
      ({ password } = made);
    });
    afterAll(() => cli.remove());

    const signIn = async ({ url }: ServerProcess) => {
      const body = JSON.stringify({ email: 'a@b.example', password });
      return signedInSchema.parse(JSON.parse((await send(url, 'POST', '/v1/auth/sign-in', { body })).text));
    };

    test('one that ends is put in its place again, the other answers meanwhile; all end together, the database last', async () => {
      const server = await startServer(cli, two);
      const before = server.processes();
      expect(before).toHaveLength(2);
      const [killed = 0, left] = before;
      process.kill(killed, 'SIGKILL');
      await until(() => isGone(killed));
      expect((await send(server.url, 'GET', '/v1/health')).status).toBe(200);
      await until(() => server.processes().length === 2);
      const after = server.processes();
      expect(after).toContain(left);
      expect(after).not.toContain(killed);
      // A terminal sends its interrupt to all of them: only the first process takes it as one.
      process.kill(left ?? 0, 'SIGINT');
      await pause(50);
      expect(server.processes()).toEqual(after);
      expect(await server.kill('SIGTERM')).toBe(0);
      expect(after.filter((each) => !isGone(each))).toEqual([]);
      expect(() => statSync(join(cli.folder, 'server', 'postgres', 'postmaster.pid'))).toThrow();
    });

    test('both that end at once come back at the same address', async () => {
      const server = await startServer(cli, two);
      const before = server.processes();
      for (const each of before) process.kill(each, 'SIGKILL');
      await until(() => before.every(isGone) && server.processes().length === 2);
      expect((await send(server.url, 'GET', '/v1/health')).status).toBe(200);
      expect(await server.kill('SIGTERM')).toBe(0);
    });

    test('where the first is killed the others end, and the next start takes the database over', async () => {
      const server = await startServer(cli, two);
      const orphans = server.processes();
      await server.kill('SIGKILL');
      await until(() => orphans.every(isGone));
      const next = await startServer(cli, two);
      expect((await send(next.url, 'GET', '/v1/health')).status).toBe(200);
      expect(await next.kill('SIGTERM')).toBe(0);
    });

    test('a port that is taken is told in one sentence, and nothing is left running', async () => {
      const server = await startServer(cli, ['--processes', '1']);
      const data = ['--data', join(cli.folder, 'other'), '--port', new URL(server.url).port];
      const refused = await cli.run(['server', 'start', ...data, ...two]);
      expect(refused).toMatchObject({ exit: 1 });
      expect(refused.err.match(/cannot listen at/g)).toHaveLength(1);
      expect(() => statSync(join(cli.folder, 'other', 'postgres', 'postmaster.pid'))).toThrow();
      expect((await cli.run(['server', 'start', '--processes', '0'])).err).toContain('from 1 to 16');
      expect(await server.kill('SIGTERM')).toBe(0);
    });

    test('tries to guess a password are counted for both together', async () => {
      const server = await startServer(cli, two);
      const began = Date.now();
      const body = JSON.stringify({ email: 'guessed@b.example', password: 'a wrong password' });
      const tries = Array.from({ length: 30 }, () => send(server.url, 'POST', '/v1/auth/sign-in', { body }));
      const answers = (await Promise.all(tries)).map(({ status }) => status);
      const wrong = answers.filter((status) => status === 401).length;
      expect(wrong).toBeGreaterThanOrEqual(8);
      expect(wrong).toBeLessThanOrEqual(8 + Math.floor((Date.now() - began) / 10_000));
      expect(answers.filter((status) => status === 429)).toHaveLength(30 - wrong);
      expect(await server.kill('SIGTERM')).toBe(0);
    });

    test('a file whose parts come to either is put together once, by whichever is asked, also twice at once', async () => {
      const server = await startServer(cli, two);
      const { accessToken, tenant } = await signIn(server);
      const bytes = randomBytes(2 * partBytes + 1000);
      const hash = createHash('sha256').update(bytes).digest('hex');
      const ask = (method: string, path: string, body?: Buffer) =>
        send(server.url, method, `/v1/blob/${hash}/${path}?size=${bytes.length}`, {
          headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/octet-stream' },
          ...(body === undefined ? {} : { body }),
        });
      const part = (at: number) =>
        ask('PUT', String(at), bytes.subarray(at * partBytes, (at + 1) * partBytes));
      expect((await Promise.all([part(0), part(2)])).map(({ status }) => status)).toEqual([204, 204]);
      for (let asked = 0; asked < 2; asked += 1) {
        expect((await ask('POST', 'commit')).status).toBe(409);
        expect((await ask('GET', 'state')).text).toBe('{"state":"pending","parts":[0,2]}');
      }
      expect((await part(1)).status).toBe(204);
      const commits = await Promise.all([ask('POST', 'commit'), ask('POST', 'commit')]);
      // Who comes while the other has put it together finds its parts gone, and asks again.
      expect(commits.map(({ status }) => status)).toContain(204);
      for (let asked = 0; asked < 2; asked += 1) {
        expect((await ask('POST', 'commit')).status).toBe(204);
        expect((await ask('GET', 'state')).text).toBe('{"state":"stored","parts":[]}');
      }
      const kept = join(cli.folder, 'server', 'files', tenant.id, hash.slice(0, 2), hash);
      expect(readFileSync(kept).equals(bytes)).toBe(true);
      expect(await server.kill('SIGTERM')).toBe(0);
    });
  },
  { timeout: 240_000 },
);

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Sends a request over a connection of its own: the next one goes to the other process. */
function send(url: string, method: string, path: string, { headers = {}, body }: Sent = {}) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asked = request(
      new URL(path, url),
      { method, agent: false, headers: { 'content-type': 'application/json', ...headers } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(10);
}
