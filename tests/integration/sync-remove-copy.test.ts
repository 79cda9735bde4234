import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { commandLine } from '../helpers/command-line.ts';
import { filesWith } from '../helpers/files-with.ts';
import { testUnless } from '../helpers/lacking.ts';
import { startSyncServer } from '../helpers/sync-server.ts';

testUnless(
  lackOfBinaries(),
  'a copy is taken off a laptop by its person’s word: what is only there is named first, and given up only by its number',
  async () => {
    const cli = commandLine();
    const workspace = join(cli.folder, 'w');
    const server = await startSyncServer();
    try {
      const user = ['ada@example.org', '--tenant', 'corran', '--role', 'admin'];
      const { password } = server.cli('create-user', ...user) as { password: string };
      cli.environment['WORKBENCH_SYNC_PASSWORD'] = password;
      const run = (args: readonly string[], exit = 0) =>
        cli.json<Readonly<Record<string, unknown>>>([...args, '--workspace', workspace], exit);
      const add = (title: string) =>
        run(['add', 'research_sessions', '--set', `title=${title}`, '--set', 'research_question=Q?']);
      const titles = async () => {
        const { rows } = await run(['list', 'research_sessions']);
        return (rows as { title: string }[]).map(({ title }) => title).toSorted();
      };
      const remove = ['sync', 'remove-copy'];
      const connect = ['sync', 'connect', server.url, '--email', 'ada@example.org'];
      await add('sentbefore');
      // What was never connected is no copy.
      expect((await cli.run([...remove, '--give-up', '1', '--workspace', workspace])).exit).not.toBe(0);
      await run(connect);
      // A command that ended has no sign-in where the workspace is not encrypted: nothing more is sent.
      await add('neversent');
      const backup = join(cli.folder, 'kept.backup');
      await run(['backup', 'create', '--out', backup]);
      expect(await run(remove, 1)).toMatchObject({
        removed: false,
        onlyHere: 1,
        rows: [{ title: 'neversent' }],
      });
      expect((await cli.run([...remove, '--give-up', '2', '--workspace', workspace])).exit).not.toBe(0);
      expect(await titles()).toEqual(['neversent', 'sentbefore']);
      expect(await run([...remove, '--give-up', '1'])).toMatchObject({ removed: true });
      expect(await titles()).toEqual([]);
      for (const word of ['sentbefore', 'neversent'])
        expect([word, filesWith(workspace, word)]).toEqual([word, []]);
      expect(existsSync(backup)).toBe(true);
      // Signed in again, the laptop fetches what the server has.
      await run(connect);
      expect(await titles()).toEqual(['sentbefore']);
    } finally {
      await server.stop();
      cli.remove();
    }
  },
  180_000,
);
