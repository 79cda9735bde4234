import { expect } from 'vitest';
import type { HostClient } from '../../preload/contract/contract.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { testUnless } from '../helpers/lacking.ts';
import { makeLaptops } from '../helpers/laptops.ts';
import { startSyncServer } from '../helpers/sync-server.ts';

testUnless(
  lackOfBinaries(),
  'a history says on which device others wrote, offline too once it was shown',
  async () => {
    const laptops = makeLaptops();
    const server = await startSyncServer();
    try {
      const user = ['ada@example.org', '--tenant', 'corran', '--role', 'admin'];
      const { password } = server.cli('create-user', ...user) as { password: string };
      const connect = { url: server.url, credentials: { email: 'ada@example.org', password } };
      const [a, b] = [await laptops.open('a'), await laptops.open('b')];
      const { id } = await a.edits.add({
        entity: 'research_sessions',
        values: { title: 'first', research_question: 'Q?' },
      });
      await a.sync.connect({ ...connect, device: 'Desk in the office' });
      await b.sync.connect({ ...connect, device: 'Travelling' });
      await b.sync.now();
      await a.edits.edit({ entity: 'research_sessions', ids: [id], values: { title: 'second' } });
      await a.sync.now();
      await b.sync.now();
      await b.edits.edit({ entity: 'research_sessions', ids: [id], values: { title: 'third' } });
      const titles = async (client: HostClient) =>
        (await client.rows.history({ entity: 'research_sessions', id })).entries
          .filter(({ operation, columns }) => operation === 'update' && columns['title'] !== undefined)
          .map(({ here, device, columns }) => [columns['title']?.new, here, device]);
      const seen = [
        ['third', true, null],
        ['second', false, 'Desk in the office'],
      ];
      expect(await titles(b)).toEqual(seen);
      await b.sync.now();
      await a.sync.now();
      expect((await titles(a))[0]).toEqual(['third', false, 'Travelling']);
      await server.stop();
      expect(await titles(await laptops.again('b'))).toEqual(seen);
    } finally {
      await laptops.close();
      await server.stop();
    }
  },
  120_000,
);
