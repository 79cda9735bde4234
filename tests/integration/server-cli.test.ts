import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signedInSchema } from '../../sync/protocol/auth.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { type CommandLine, commandLine } from '../helpers/command-line.ts';
import { startServer } from '../helpers/server-process.ts';

describeUnless(
  lackOfBinaries(),
  'the server by command',
  () => {
    let cli: CommandLine;
    beforeAll(() => {
      cli = commandLine();
      chmodSync(cli.folder, 0o711);
      cli.environment['WORKBENCH_SERVER_DATA'] = join(cli.folder, 'server');
    });
    afterAll(() => cli.remove());

    const signIn = (url: string, body: object) =>
      fetch(`${url}/v1/auth/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });

    test('with nothing configured it makes its database and says how to connect; commands work beside it', async () => {
      const server = await startServer(cli, []);
      expect(server.out).toContain('create-tenant');
      expect(await (await fetch(`${server.url}/v1/health`)).json()).toMatchObject({ ok: true });
      expect(await cli.json(['server', 'create-tenant', 'Nördliche Gruppe'])).toMatchObject({
        slug: 'nordliche-gruppe',
      });
      const tenant = ['--tenant', 'nordliche-gruppe'];
      const made = await cli.json<{ password: string }>([
        'server',
        'create-user',
        'a@b.example',
        ...tenant,
        '--role',
        'owner',
      ]);
      const answer = await signIn(server.url, { email: 'a@b.example', password: made.password });
      const signedIn = signedInSchema.parse(await answer.json());
      expect(signedIn).toMatchObject({ role: 'owner', tenant: { slug: 'nordliche-gruppe' } });
      const { key } = await cli.json<{ key: string }>(['server', 'create-key', 'a@b.example', ...tenant]);
      expect((await signIn(server.url, { key })).status).toBe(200);
      const invited = await cli.json<{ token: string }>([
        'server',
        'invite',
        'c@d.example',
        ...tenant,
        '--role',
        'member',
      ]);
      const accepted = await fetch(`${server.url}/v1/auth/accept-invitation`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: invited.token, password: 'four random words here' }),
      });
      expect(signedInSchema.parse(await accepted.json()).role).toBe('analyst');
      expect(await cli.json(['server', 'doctor'])).toMatchObject({ ok: true, problems: [] });

      const second = await cli.run(['server', 'start', '--port', '0']);
      expect(second).toMatchObject({ exit: 1 });
      expect(second.err).toContain('Another server works on this data folder');
      expect((await fetch(`${server.url}/v1/health`)).status).toBe(200);
      expect(await server.kill('SIGTERM')).toBe(0);
      expect(() => statSync(join(cli.folder, 'server', 'postgres', 'postmaster.pid'))).toThrow();

      const again = await startServer(cli, []);
      const headers = { authorization: `Bearer ${signedIn.accessToken}`, 'content-type': 'application/json' };
      const out = await fetch(`${again.url}/v1/auth/sign-out`, { method: 'POST', headers, body: '{}' });
      expect(out.status).toBe(200);
      await again.kill('SIGKILL');
      const taken = await startServer(cli, []);
      expect((await fetch(`${taken.url}/v1/health`)).status).toBe(200);
      expect(await taken.kill('SIGTERM')).toBe(0);
    });

    test("commands work without the server and leave no database running; secrets are the owner's alone", async () => {
      expect(await cli.json(['server', 'migrate'])).toEqual({ applied: [] });
      expect(() => statSync(join(cli.folder, 'server', 'postgres', 'postmaster.pid'))).toThrow();
      const secrets = join(cli.folder, 'server', 'secrets.json');
      expect(statSync(secrets).mode & 0o777).toBe(0o600);
      const known = Object.values(JSON.parse(readFileSync(secrets, 'utf8')) as object).map(String);
      expect(known).toHaveLength(5);
      expect(await cli.json(['server', 'rollback', '--steps', '1'])).toMatchObject({
        undone: [expect.any(String)],
      });
      const ill = await cli.json<{ problems: { code: string }[] }>(['server', 'doctor'], 1);
      expect(ill.problems.map(({ code }) => code)).toContain('migration-missing');
      expect(await cli.json(['server', 'migrate'])).toMatchObject({ applied: [expect.any(String)] });
    });

    test('a policy is shown, set and explained; what is wrong is refused with its place', async () => {
      const tenant = ['--tenant', 'nordliche-gruppe'];
      const file = join(cli.folder, 'policy.json');
      expect(await cli.json(['server', 'policy', 'get', ...tenant])).toMatchObject({
        version: 1,
        written: {},
      });
      writeFileSync(file, JSON.stringify({ classes: { personal: { sync: 'withhold' } } }));
      const set = await cli.json<{ sentence: string }>(['server', 'policy', 'set', file, ...tenant]);
      expect(set).toMatchObject({
        version: 2,
        withdraws: expect.arrayContaining(['personal at level public']) as string[],
      });
      expect(set.sentence).toContain('Withdrawn');
      const asked = [
        'server',
        'policy',
        'explain',
        ...tenant,
        '--to',
        'sync',
        '--class',
        'personal',
        '--level',
        'public',
      ];
      expect(await cli.json(asked)).toMatchObject({
        rulings: [{ decision: 'withhold', rule: 'classes.personal.sync' }],
      });
      writeFileSync(file, JSON.stringify({ clases: {} }));
      const refused = await cli.run(['server', 'policy', 'set', file, ...tenant]);
      expect(refused).toMatchObject({ exit: 1 });
      expect(refused.err).toContain('not privacy settings');
      writeFileSync(file, '{}');
      expect(await cli.json(['server', 'policy', 'set', file, ...tenant])).toMatchObject({
        version: 3,
        withdraws: [],
      });
    });

    test('mistakes are sentences: an unknown organisation, a taken name, a weak password', async () => {
      const errors = await Promise.all([
        cli.run(['server', 'create-user', 'x@y.example', '--tenant', 'nowhere']),
        cli.run(['server', 'create-tenant', 'Again', '--slug', 'nordliche-gruppe']),
        cli.run(['server', 'create-user', 'x@y.example', '--tenant', 'nordliche-gruppe', '--role', 'king']),
        cli.run(['server', 'migrate', '--database-url', 'postgresql://nobody:x@127.0.0.1:1/none']),
      ]);
      expect(errors.map(({ exit }) => exit)).toEqual([1, 1, 1, 1]);
      expect(errors.map(({ err }) => err).join('\n')).toMatch(
        /no organisation "nowhere"[^]*already[^]*no role "king"[^]*cannot be reached/,
      );
      rmSync(join(cli.folder, 'policy.json'));
    });
  },
  { timeout: 240_000 },
);
