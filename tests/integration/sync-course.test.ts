import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { testUnless } from '../helpers/lacking.ts';
import { makeLaptops } from '../helpers/laptops.ts';
import { startSyncServer } from '../helpers/sync-server.ts';

testUnless(
  lackOfBinaries(),
  'nothing leaves before the person says to begin, offline lasts over a restart, and files wait on battery',
  async () => {
    const laptops = makeLaptops();
    const server = await startSyncServer();
    try {
      server.cli('create-user', 'ada@example.org', '--tenant', 'corran');
      const { key } = server.cli(
        'create-key',
        'ada@example.org',
        '--tenant',
        'corran',
        '--name',
        'laptops',
      ) as {
        key: string;
      };
      process.env['WORKBENCH_SYNC_KEY'] = key;
      const connect = { url: server.url, credentials: { key } };
      const other = await laptops.open('other');
      await other.sync.connect(connect);
      let mine = await laptops.open('mine');
      const { id: session } = await mine.edits.add({
        entity: 'research_sessions',
        values: { title: 'Cells', research_question: 'Which cells last?' },
      });
      const path = join(laptops.folder, 'cells.txt');
      writeFileSync(path, 'Sodium cells last for many cycles, as the tests of 2025 show.');
      const { jobId } = await mine.capture.add({ sessionId: session, paths: [path] });
      await mine.capture.finished({ jobId });

      const arrived = async (): Promise<boolean> => {
        await other.sync.now();
        const { rows } = await other.rows.list({ entity: 'research_sessions', limit: 10 });
        return rows.some(({ id }) => id === session);
      };
      const connected = await mine.sync.connect({ ...connect, review: true });
      expect(connected).toMatchObject({ state: 'choosing', policyVersion: expect.any(Number) as number });
      expect(connected.waiting).toBeGreaterThan(0);
      mine = await laptops.again('mine');
      expect((await mine.sync.status()).state).toBe('choosing');
      expect(await arrived()).toBe(false);

      await mine.sync.surroundings({ battery: true, metered: false });
      const begun = await mine.sync.now();
      expect(begun).toMatchObject({ state: 'idle', waiting: 0, first: false, sparing: 'battery', files: 1 });
      expect(await arrived()).toBe(true);
      await mine.settings.set({ syncWhenSparing: 'all' });
      await mine.sync.now();
      expect(await mine.sync.status()).toMatchObject({ sparing: null, files: 0 });

      await mine.sync.pause({ paused: true });
      await mine.edits.edit({
        entity: 'research_sessions',
        ids: [session],
        values: { title: 'Cells that last' },
      });
      mine = await laptops.again('mine');
      expect(await mine.sync.status()).toMatchObject({ state: 'paused', waiting: 1 });
      await mine.sync.pause({ paused: false });
      await mine.sync.now();
      expect(await mine.sync.status()).toMatchObject({ state: 'idle', waiting: 0 });
    } finally {
      delete process.env['WORKBENCH_SYNC_KEY'];
      await laptops.close();
      await server.stop();
    }
  },
  120_000,
);

/** Holds the first greetings of laptops in this process back. */
function holdGreetings(count: number): { readonly held: readonly (() => void)[]; restore(): void } {
  const { fetch } = globalThis;
  const held: (() => void)[] = [];
  globalThis.fetch = async (to, options) => {
    const isHeld = to instanceof URL && to.pathname === '/v1/hello' && held.length < count;
    if (isHeld) await new Promise<void>((resolve) => held.push(resolve));
    return fetch(to, options);
  };
  return {
    held,
    restore: () => {
      globalThis.fetch = fetch;
      for (const release of held) release();
    },
  };
}

testUnless(
  lackOfBinaries(),
  'the word to begin that comes while the server is only greeted does not make that greeting the first sync',
  async () => {
    const laptops = makeLaptops();
    const server = await startSyncServer();
    const greetings = holdGreetings(2);
    try {
      const made = server.cli('create-user', 'ada@example.org', '--tenant', 'corran');
      const { password } = made as { password: string };
      const mine = await laptops.open('mine');
      const connecting = mine.sync.connect({
        url: server.url,
        credentials: { email: 'ada@example.org', password },
        review: true,
      });
      await vi.waitFor(() => expect(greetings.held).toHaveLength(1), 20_000);
      const begun = mine.sync.now();
      await vi.waitFor(async () => expect((await mine.sync.status()).state).toBe('syncing'), 20_000);
      greetings.held[0]?.();
      await vi.waitFor(() => expect(greetings.held).toHaveLength(2), 20_000);
      expect(await mine.sync.status()).toMatchObject({ state: 'syncing', first: true, lastSync: null });
      greetings.held[1]?.();
      expect(await begun).toMatchObject({ state: 'idle', waiting: 0, first: false });
      await connecting;
    } finally {
      greetings.restore();
      await laptops.close();
      await server.stop();
    }
  },
  120_000,
);
