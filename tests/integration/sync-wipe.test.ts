import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { createHost, type Host } from '../../main/host/host.ts';
import type { HostClient } from '../../preload/contract/contract.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { filesWith } from '../helpers/files-with.ts';
import { startSyncServer } from '../helpers/sync-server.ts';

const words = ['wipedtitle', 'wipedsummary', 'wipedclaim', 'wipedunsent'];

test.skipIf(lackOfBinaries() !== null)(
  'a laptop that is shut out under on_revoke: wipe has no word of its copy left in any file, and keeps what was never to be sent',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wipe-'));
    process.env['WORKBENCH_MODEL_DIR'] = join(folder, 'no-model');
    const server = await startSyncServer();
    const hosts: Host[] = [];
    const laptop = async (name: string): Promise<HostClient> => {
      const host = createHost({ mode: 'cli', threads: false, configFolder: join(folder, `${name}-config`) });
      hosts.push(host);
      const client = host.client(name);
      await client.workspaces.create({ path: join(folder, name), name, sample: false });
      return client;
    };
    try {
      const settings = join(folder, 'settings.json');
      writeFileSync(settings, JSON.stringify({ devices: { on_revoke: 'wipe' } }));
      server.cli('policy', 'set', settings, '--tenant', 'corran');
      const user = ['ada@example.org', '--tenant', 'corran', '--role', 'admin'];
      const { password } = server.cli('create-user', ...user) as { password: string };
      const connect = { url: server.url, credentials: { email: 'ada@example.org', password } };
      const [a, b] = [await laptop('a'), await laptop('b')];
      const add = (
        client: HostClient,
        entity: 'research_sessions' | 'evidence' | 'research_claims',
        values: object,
      ) => client.edits.add({ entity, values: values as never });
      const { id: session } = await add(a, 'research_sessions', {
        title: 'wipedtitle',
        research_question: 'Q?',
      });
      await add(a, 'evidence', {
        session_id: session,
        title: 'E',
        summary: 'wipedsummary',
        source_type: 'manual_entry',
      });
      await add(a, 'research_claims', { session_id: session, claim_text: 'wipedclaim' });
      await a.sync.connect(connect);
      await b.sync.connect({ ...connect, device: 'second' });
      await b.sync.now();
      const { id: own } = await add(b, 'research_sessions', {
        title: 'staysforever',
        research_question: 'Q?',
      });
      await b.edits.edit({ entity: 'research_sessions', ids: [own], values: { local_only: true } });
      await b.backups.create({});
      const copy = join(folder, 'b');
      const everywhere = (word: string) => [
        ...filesWith(copy, word),
        ...filesWith(join(copy, 'backups'), word),
      ];
      expect(everywhere('wipedsummary').length).toBeGreaterThan(1);
      await b.sync.pause({ paused: true });
      await add(b, 'research_claims', { session_id: session, claim_text: 'wipedunsent' });
      const { devices } = await a.people.list();
      const second = devices.find(({ name }) => name === 'second');
      await a.people.changeDevice({ id: second?.id ?? '', do: 'revoke' });
      await b.sync.pause({ paused: false });
      await b.sync.now().catch(() => undefined);
      await vi.waitFor(async () => expect(await b.sync.status()).toMatchObject({ state: 'retired' }), 20_000);
      for (const word of words)
        await vi.waitFor(() => expect([word, everywhere(word)]).toEqual([word, []]), 20_000);
      expect((await b.rows.get({ entity: 'research_sessions', id: own })).row).toMatchObject({
        title: 'staysforever',
      });
    } finally {
      for (const host of hosts) await host.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
