import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { cleanNextBackup } from '../../db/replica/care/clean-backups.ts';
import { closeWorkspace, openWorkspace } from '../../db/replica/workspace/workspace.ts';
import type { HostClient } from '../../preload/contract/contract.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { testUnless } from '../helpers/lacking.ts';
import { makeLaptops } from '../helpers/laptops.ts';
import { startSyncServer } from '../helpers/sync-server.ts';

/** Files of a workspace, or of one without its backups, in which a word stands. */
function filesWith(folder: string, word: string, backups: 'backups' | null = null): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => backups !== null || !path.includes('/backups/'))
    .filter((path) => readFileSync(path).includes(word));
}

testUnless(
  lackOfBinaries(),
  'a tightened policy takes what it forbids off the laptops that only fetched it, and leaves its author their own words',
  async () => {
    const laptops = makeLaptops();
    const { folder } = laptops;
    const server = await startSyncServer();
    try {
      const { password } = server.cli('create-user', 'ada@example.org', '--tenant', 'corran') as {
        password: string;
      };
      const connect = { url: server.url, credentials: { email: 'ada@example.org', password } };
      const [a, b] = [await laptops.open('a'), await laptops.open('b')];
      const { id: sessionId } = await a.edits.add({
        entity: 'research_sessions',
        values: { title: 'titleword', research_question: 'Which cells last?' },
      });
      const { id } = await a.edits.add({
        entity: 'evidence',
        values: {
          session_id: sessionId,
          title: 'taintedtitle',
          summary: 'taintedsummary',
          source_type: 'manual_entry',
        },
      });
      await a.sync.connect(connect);
      await b.sync.connect(connect);
      await b.sync.now();
      const row = async (client: HostClient) => (await client.rows.get({ entity: 'evidence', id })).row;
      expect(await row(b)).toMatchObject({ title: 'taintedtitle', summary: 'taintedsummary' });
      expect(filesWith(join(folder, 'b'), 'taintedsummary')).not.toEqual([]);
      await b.backups.create({});
      expect(filesWith(join(folder, 'b'), 'taintedsummary', 'backups').length).toBeGreaterThan(1);
      const settings = join(folder, 'settings.json');
      writeFileSync(settings, JSON.stringify({ classes: { content: { sync: 'withhold' } } }));
      const set = server.cli('policy', 'set', settings, '--tenant', 'corran') as { sentence: string };
      expect(set.sentence).toContain('content');
      await a.edits.edit({ entity: 'evidence', ids: [id], values: { author: 'taintedauthor' } });
      await a.sync.now();
      await b.sync.now();
      expect(await row(b)).toMatchObject({ summary: null, author: null });
      expect(await row(a)).toMatchObject({
        title: 'taintedtitle',
        summary: 'taintedsummary',
        author: 'taintedauthor',
      });
      await expect(
        b.edits.edit({ entity: 'evidence', ids: [id], values: { summary: 'over it' } }),
      ).rejects.toThrow('hidden from you');
      for (const word of ['taintedtitle', 'taintedsummary', 'taintedauthor'])
        await vi.waitFor(() => expect([word, filesWith(join(folder, 'b'), word)]).toEqual([word, []]), 4_000);
      writeFileSync(settings, '{}');
      server.cli('policy', 'set', settings, '--tenant', 'corran');
      await a.sync.now();
      await b.sync.now();
      // Loosening gives nothing back by itself: what was kept meanwhile stays with its author.
      expect((await row(b))['author']).toBeNull();
      expect(await row(a)).toMatchObject({ author: 'taintedauthor' });
      // Its earlier backups forget as well, with the care that follows an opening.
      await laptops.shut('b');
      const reopened = openWorkspace({ folder: join(folder, 'b') });
      while (cleanNextBackup(reopened) !== null);
      closeWorkspace(reopened);
      for (const word of ['taintedtitle', 'taintedsummary', 'taintedauthor'])
        expect([word, filesWith(join(folder, 'b'), word, 'backups')]).toEqual([word, []]);
    } finally {
      await laptops.close();
      await server.stop();
    }
  },
  120_000,
);
