import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { HostClient } from '../../preload/contract/contract.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { filesWith } from '../helpers/files-with.ts';
import { testUnless } from '../helpers/lacking.ts';
import { makeLaptops } from '../helpers/laptops.ts';
import { startSyncServer } from '../helpers/sync-server.ts';

const words = ['wipedtitle', 'wipedsummary', 'wipedclaim', 'wipedunsent'];

testUnless(
  lackOfBinaries(),
  'a laptop that is shut out under on_revoke: wipe has no word of its copy left in any file, and keeps what was never to be sent',
  async () => {
    const laptops = makeLaptops();
    const { folder } = laptops;
    const server = await startSyncServer();
    try {
      const settings = join(folder, 'settings.json');
      writeFileSync(settings, JSON.stringify({ devices: { on_revoke: 'wipe' } }));
      server.cli('policy', 'set', settings, '--tenant', 'corran');
      const user = ['ada@example.org', '--tenant', 'corran', '--role', 'admin'];
      const { password } = server.cli('create-user', ...user) as { password: string };
      const connect = { url: server.url, credentials: { email: 'ada@example.org', password } };
      const [a, b] = [await laptops.open('a'), await laptops.open('b')];
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
      await laptops.close();
      await server.stop();
    }
  },
  120_000,
);
