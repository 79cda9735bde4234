import { chmodSync, readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signedInSchema } from '../../sync/protocol/auth.ts';
import { helloAnswerSchema, pushAnswerSchema } from '../../sync/protocol/messages.ts';
import type { PushRequest } from '../../sync/protocol/push-lines.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { openDatabase } from '../../sync/server/open-database.ts';
import { type CommandLine, commandLine } from '../helpers/command-line.ts';
import { greeting, sentForm, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { startServer } from '../helpers/server-process.ts';

/** Kills in this run; many of them by `WORKBENCH_SERVER_KILLS=200 npx vitest run tests/integration/server-kill.test.ts`. */
const kills = Number(process.env['WORKBENCH_SERVER_KILLS'] ?? 4);

describeUnless(lackOfBinaries(), 'a server that is killed', () => {
  let cli: CommandLine;
  beforeAll(() => {
    cli = commandLine();
    chmodSync(cli.folder, 0o711);
    cli.environment['WORKBENCH_SERVER_DATA'] = join(cli.folder, 'server');
  });
  afterAll(() => cli.remove());

  test.each([
    ['it, its database or both are', 'north', '1'],
    ['one of its two processes, all of them, its database or several are', 'south', '2'],
  ])(
    'keeps every push that it acknowledged and takes none twice, whether %s killed',
    { timeout: 180_000 + kills * 20_000 },
    async (_what, tenant, processes) => {
      const begin = () => startServer(cli, ['--processes', processes]);
      let server = await begin();
      const email = `a@${tenant}.example`;
      await cli.json(['server', 'create-tenant', tenant]);
      const made = await cli.json<{ password: string }>(['server', 'create-user', email, '--tenant', tenant]);
      const post = (path: string, message: object, token?: string) => {
        const { body, type } = sentForm(message);
        return fetch(`${server.url}${path}`, {
          method: 'POST',
          headers: {
            'content-type': type,
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
          body,
        });
      };
      const signedIn = signedInSchema.parse(
        await (await post('/v1/auth/sign-in', { email: email, password: made.password })).json(),
      );
      const principal = { tenant: signedIn.tenant.id, user: signedIn.user.id };
      const laptop = new TestLaptop(unused, testEnvironment(), principal, '');
      const greeted = await post('/v1/hello', greeting(laptop.client), signedIn.accessToken);
      laptop.epoch = helloAnswerSchema.parse(await greeted.json()).epoch;

      /** Sends the same request until an answer comes, as a laptop does. */
      const untilAnswered = async (request: PushRequest) => {
        for (;;) {
          const answer = await post('/v1/push', request, signedIn.accessToken).catch(() => null);
          if (answer?.status === 200) {
            const { lastMutation, lastHash, results } = pushAnswerSchema.parse(await answer.json());
            laptop.last = BigInt(lastMutation);
            laptop.hash = lastHash;
            return results;
          }
          expect([undefined, 500, 503]).toContain(answer?.status);
          await pause(20);
        }
      };
      const [project, session] = [randomUUID(), randomUUID()];
      const scope = `session:${session}`;
      await untilAnswered(
        laptop.request([
          laptop.transaction([
            laptop.insert('projects', `project:${project}`, { name: 'P', owner_id: principal.user }, project),
            laptop.insert('research_sessions', scope, { title: 'S', project_id: project }, session),
          ]),
        ]),
      );

      let acknowledged = 0;
      let stop = false;
      const pushing = (async () => {
        while (!stop) {
          const rows = [1, 2, 3].map(() =>
            laptop.insert('evidence', scope, { session_id: session, title: 'x' }),
          );
          const results = await untilAnswered(laptop.request([laptop.transaction(rows)]));
          expect(results.map(({ st }) => st)).toEqual(['applied']);
          acknowledged += 1;
        }
      })();
      for (let kill = 0; kill < kills; kill += 1) {
        const before = acknowledged;
        await until(() => acknowledged > before + 1);
        // Somewhere in the middle of what follows: the moment is another in each run.
        await pause(Math.random() * 40);
        const database = postmasterOf(cli);
        const [endsServer, endsDatabase] = [kill % 3 !== 2, kill % 3 !== 0];
        const answering = server.processes();
        // Now and then the first process: a server that is new does not yet wait longer and longer for what keeps ending.
        const one = kill % 10 === 9 ? undefined : answering[kill % 2];
        if (endsServer && one !== undefined) process.kill(one, 'SIGKILL');
        else if (endsServer) await server.kill('SIGKILL');
        if (endsDatabase) process.kill(database, 'SIGKILL');
        if (!endsServer) continue;
        if (one === undefined) server = await begin();
        else await until(() => server.processes().length === 2 && !server.processes().includes(one));
      }
      stop = true;
      await pushing;
      expect(await server.kill('SIGTERM')).toBe(0);
      expect(await figuresOf(cli, tenant, session)).toEqual({
        rows: 3 * acknowledged,
        mutations: String(acknowledged + 1),
        results: acknowledged + 1,
      });
      expect(await cli.json(['server', 'doctor'])).toMatchObject({ ok: true });
    },
  );
});

function postmasterOf(cli: CommandLine): number {
  return Number(
    readFileSync(join(cli.folder, 'server', 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
}

async function figuresOf(cli: CommandLine, tenant: string, session: string): Promise<object | undefined> {
  const database = await openDatabase({ data: join(cli.folder, 'server') });
  const client = await database.pool.connect();
  try {
    await client.query(
      "SELECT set_config('app.tenant_id', (SELECT tenant_id::text FROM governance.find_tenant($1)), false)",
      [tenant],
    );
    const found = await client.query<{ rows: number; mutations: string; results: number }>(
      `SELECT (SELECT count(*)::int FROM central.evidence WHERE session_id = $1) AS rows,
              (SELECT max(last_mutation) FROM central.sync_client) AS mutations,
              (SELECT count(*)::int FROM central.sync_result) AS results`,
      [session],
    );
    return found.rows[0];
  } finally {
    client.release(true);
    await database.close();
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(5);
}

const unused = {
  write: () => Promise.reject(new Error('this laptop speaks HTTP')),
  read: () => Promise.reject(new Error('this laptop speaks HTTP')),
};
