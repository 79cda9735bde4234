import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { testUnless } from '../helpers/lacking.ts';
import { makeLaptops } from '../helpers/laptops.ts';
import { startSyncServer } from '../helpers/sync-server.ts';

testUnless(
  lackOfBinaries(),
  'two hosts of one person and a real server: rows, a conflict and the file itself arrive on the other side',
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
        values: { title: 'Cells', research_question: 'Which cells last?' },
      });
      const path = join(folder, 'cells.txt');
      writeFileSync(path, 'Sodium cells last for many cycles, as the tests of 2025 show.');
      const { jobId } = await a.capture.add({ sessionId, paths: [path] });
      const evidenceId = (await a.capture.finished({ jobId })).items[0]?.evidenceId ?? '';
      // One cycle each: what a push opens on the server is followed at once, the file of a new session goes with it.
      expect((await a.sync.connect(connect)).waiting).toBe(0);
      await b.sync.connect(connect);
      const there = await b.rows.get({ entity: 'evidence', id: evidenceId });
      expect(there.row['session_id']).toBe(sessionId);
      const artifactId = String(there.row['artifact_id']);
      const { data } = await b.documents.bytes({ artifactId, start: 0, end: 1000 });
      const [receipt] = (await a.privacy.receipts({})).filter(({ subject }) => subject['file'] !== undefined);
      expect(receipt?.name).toBe(basename(path));
      expect(receipt?.subject).toMatchObject({ artifact: artifactId, policy: 1 });
      expect(await (data as Blob).text()).toContain('Sodium cells last');

      // Where there is no room the file goes, as the server gives it again, and comes back to be seen; pinned it stays.
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      const stored = join(folder, 'b', 'blobs', hash.slice(0, 2), hash.slice(2));
      expect(existsSync(stored)).toBe(true);
      await b.sync.keepFiles({ bytes: 0 });
      await b.sync.now();
      expect(existsSync(stored)).toBe(false);
      await b.sync.pause({ paused: true });
      const unseen = b.documents.bytes({ artifactId, start: 0, end: 10 });
      await expect(unseen).rejects.toMatchObject({ code: 'offline' });
      await b.sync.pause({ paused: false });
      const again = await b.documents.bytes({ artifactId, start: 0, end: 1000 });
      expect(await (again.data as Blob).text()).toContain('Sodium cells last');
      await b.sync.pin({ sessionId, pinned: true });
      await b.sync.now();
      expect(existsSync(stored)).toBe(true);
      await a.sync.keepFiles({ bytes: 0 });
      await a.sync.now();
      expect(existsSync(join(folder, 'a', 'blobs', hash.slice(0, 2), hash.slice(2)))).toBe(false);

      for (const [client, title] of [
        [a, 'of A'],
        [b, 'of B'],
      ] as const)
        await client.edits.edit({ entity: 'evidence', ids: [evidenceId], values: { title } });
      await a.sync.now();
      await b.sync.now();
      await a.sync.now();
      const [mine, theirs] = [await a.sync.conflicts(), await b.sync.conflicts()];
      expect(mine.map(({ id }) => id)).toEqual(theirs.map(({ id }) => id));
      expect(mine).toHaveLength(1);
      await b.sync.decide({ ids: theirs.map(({ id }) => id), take: 'theirs' });
      await b.sync.now();
      await a.sync.now();
      const titles = await Promise.all(
        [a, b].map(
          async (client) => (await client.rows.get({ entity: 'evidence', id: evidenceId })).row['title'],
        ),
      );
      expect(new Set(titles).size).toBe(1);
      expect(await a.sync.conflicts()).toEqual([]);
      for (const each of [a, b]) expect((await each.diagnostics.doctor({})).problems).toEqual([]);
    } finally {
      await laptops.close();
      await server.stop();
    }
  },
  120_000,
);
