import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { CopiedLaptops } from '../helpers/copied-laptops.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { type Laptops, makeLaptops } from '../helpers/laptops.ts';
import { withServerDatabase } from '../helpers/server-database.ts';
import { startSyncServer, type SyncServer } from '../helpers/sync-server.ts';

const minute = 60_000;
const names = ['a', 'b'] as const;

/** The sign-in is kept in an encrypted workspace, and a copy of its folder has it, too: one session on two machines. */
describeUnless(lackOfBinaries(), 'an encrypted workspace that is copied with its sign-in', () => {
  let server: SyncServer;
  let credentials: { readonly email: string; readonly password: string };
  let laptops: Laptops;
  let copied: CopiedLaptops;

  beforeAll(async () => {
    server = await startSyncServer();
    const email = 'ada@example.org';
    const made = server.cli('create-user', email, '--tenant', 'corran', '--role', 'analyst');
    credentials = { email, password: (made as { password: string }).password };
  }, 120_000);
  afterAll(() => server.stop());

  beforeEach(async () => {
    // The laptops' clocks alone: the server is a process of its own.
    vi.useFakeTimers({ toFake: ['Date'] });
    laptops = makeLaptops({ passphrase: 'a long passphrase' });
    copied = await CopiedLaptops.begin(laptops);
    await connect('a');
    await copied.write('a');
    await copied.sync('a');
    await copied.copy('a', 'b');
  }, 120_000);
  afterEach(async () => {
    vi.useRealTimers();
    await laptops.close();
  });

  async function connect(name: string): Promise<void> {
    await copied.client(name).sync.connect({ url: server.url, credentials, review: true });
  }

  const stateOf = async (name: string) => (await copied.client(name).sync.status()).state;

  async function expectAlike(): Promise<void> {
    for (let round = 0; round < 2; round += 1) for (const name of names) await copied.sync(name);
    const [a, b] = await Promise.all(names.map((name) => copied.shown(name)));
    expect(a?.rows).toEqual(copied.words());
    expect(a?.tags).toEqual(copied.words());
    expect(a?.notes.match(/[a-z]\d+/g)?.toSorted()).toEqual(copied.words());
    expect(b).toEqual(a);
    for (const name of names) expect((await copied.client(name).diagnostics.doctor({})).problems).toEqual([]);
  }

  /** Names and sessions under which this test's laptops have pushed. */
  const sessions = () =>
    withServerDatabase(server.data, async (admin) => {
      const { rows } = await admin.query<{ readonly clients: number; readonly ended: number }>(
        `SELECT (SELECT count(*)::int FROM central.sync_client WHERE last_mutation > 0) AS clients,
                (SELECT count(*)::int FROM governance.user_sessions WHERE NOT is_active) AS ended`,
      );
      return rows[0];
    });

  test('[MR21] while the token holds both sync by it, each under a name of its own', async () => {
    const before = await sessions();
    for (const name of names) await copied.write(name);
    await copied.sync(...names);
    const after = await sessions();
    expect((after?.clients ?? 0) - (before?.clients ?? 0)).toBe(1);
    await expectAlike();
    expect((await sessions())?.ended).toBe(before?.ended);
  }, 120_000);

  test('[MR21] one that comes with a token that the other has used up ends the session of both; signed in again, nothing is lost or doubled', async () => {
    const before = await sessions();
    for (const name of names) await copied.write(name);
    // Each request renews the session from here on: what the copy holds is neither its newest token nor the one before that.
    vi.setSystemTime(Date.now() + 20 * minute);
    await copied.sync('a');
    await copied.client('b').sync.now();
    expect(await stateOf('b')).toBe('signed-out');
    await copied.write('a');
    await copied.client('a').sync.now();
    expect(await stateOf('a')).toBe('signed-out');
    expect(((await sessions())?.ended ?? 0) - (before?.ended ?? 0)).toBe(1);
    await copied.write('b');
    for (const name of names) {
      expect((await copied.client(name).sync.status()).waiting).toBeGreaterThan(0);
      await connect(name);
    }
    await copied.sync(...names);
    await expectAlike();
  }, 120_000);
});
