import fc from 'fast-check';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { lockFileName } from '../../main/host/lock/lock-file.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { failure } from '../helpers/contract-calls.ts';
import { CopiedLaptops } from '../helpers/copied-laptops.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { type Laptops, makeLaptops } from '../helpers/laptops.ts';
import { startSyncServer, type SyncServer } from '../helpers/sync-server.ts';

/** Random orders beside the named ones. */
const cases = Number(process.env['WORKBENCH_CASES'] ?? 2);

/**
 * What people do with a folder, as steps: `a+` writes, `a!` gives the shared title, `a:` syncs, `ab:` both at the same time, `a>b` copies the
 * folder as it stands, `-a` closes the host, `=a` opens it again.
 */
const orders: Readonly<Record<string, string>> = {
  'copied shut before anything was sent, one after the other': 'a+ -a a>b =a a+ b+ a: b: a: b:',
  'copied open before anything was sent, both at once': 'a+ a>b a+ b+ ab: ab:',
  'copied after all was sent, both edit the same field': 'a+ a: a>b a! b! a+ b+ ab: a: b:',
  'copied with work that is not sent, which the copy sends first': 'a+ a: a+ a>b b: a: a+ b+ b: a: b:',
  'copied with work that is not sent, which both send at once': 'a: a+ a+ a>b ab: a+ b+ ab:',
  'the copy sends nothing for long, then everything': 'a: a>b a+ a: b+ a+ a: b+ a+ a: b: a: b:',
  'copied back over work that was sent': 'a+ a: a>b a+ a: b+ b: b>a a+ b+ ab: a: b:',
  'copied back over work that was not sent': 'a: a>b a+ b+ b>a a+ b+ a: b: a:',
  'copied back and forth, open': 'a: a>b b+ b>a a+ a>b b+ ab: b>a a+ b+ b: a:',
  'copied thrice': 'a: a+ a>b a>c a+ b+ c+ abc: c>b b+ c+ abc: a: b: c:',
};

describeUnless(lackOfBinaries(), 'a workspace folder that is copied to several machines', () => {
  let server: SyncServer;
  let key: string;
  let laptops: Laptops;

  beforeAll(async () => {
    server = await startSyncServer();
    server.cli('create-user', 'ada@example.org', '--tenant', 'corran', '--role', 'analyst');
    ({ key } = server.cli('create-key', 'ada@example.org', '--tenant', 'corran') as { key: string });
  });
  afterAll(() => server.stop());

  /** Follows the steps from a new workspace to the end, at which everybody has synced until nothing is left. */
  async function follow(steps: string): Promise<void> {
    vi.stubEnv('WORKBENCH_SYNC_KEY', key);
    laptops = makeLaptops();
    try {
      const copied = await CopiedLaptops.begin(laptops);
      await copied.client('a').sync.connect({ url: server.url, credentials: { key }, review: true });
      const names = new Set(['a']);
      for (const step of steps.split(' ')) {
        const [first = '', second = '', third = ''] = step;
        if (second === '>') {
          await copied.copy(first, third);
          names.add(third);
        } else if (first === '-') await copied.shut(second);
        else if (first === '=') await copied.reopen(second);
        else if (second === '+') await copied.write(first);
        else if (second === '!') await copied.rename(first, `of ${first}`);
        else await copied.sync(...step.slice(0, -1).split(''));
      }
      for (let round = 0; round < 2; round += 1) for (const name of names) await copied.sync(name);
      await expectAlike(copied, [...names]);
    } finally {
      await laptops.close();
    }
  }

  async function expectAlike(copied: CopiedLaptops, names: readonly string[]): Promise<void> {
    const words = copied.words();
    const [first, ...others] = await Promise.all(names.map((name) => copied.shown(name)));
    expect(first?.rows).toEqual(words);
    expect(first?.tags).toEqual(words);
    expect(first?.notes.match(/[a-z]\d+/g)?.toSorted()).toEqual(words);
    for (const other of others) expect(other).toEqual(first);
    for (const name of names) {
      expect((await copied.client(name).diagnostics.doctor({})).problems).toEqual([]);
    }
  }

  for (const [name, steps] of Object.entries(orders)) {
    test(`[MR21] ${name}: nothing is lost or doubled, all end alike`, () => follow(steps));
  }

  test('[MR21] whatever the order: nothing is lost or doubled, all end alike', async () => {
    const laptop = fc.constantFrom('a', 'b');
    const step = fc.oneof(
      { weight: 4, arbitrary: laptop.map((name) => `${name}+`) },
      { weight: 1, arbitrary: laptop.map((name) => `${name}!`) },
      { weight: 3, arbitrary: laptop.map((name) => `${name}:`) },
      { weight: 2, arbitrary: fc.constant('ab:') },
      { weight: 2, arbitrary: fc.constantFrom('a>b', 'b>a') },
    );
    const steps = fc.array(step, { minLength: 6, maxLength: 14 });
    await fc.assert(
      fc.asyncProperty(steps, (chosen) => follow(['a>b', ...chosen].join(' '))),
      { numRuns: cases, seed: 5, endOnFailure: true },
    );
  }, 600_000);

  test('a copy of a folder that another computer had open says what to do, and opens once that is done', async () => {
    const own = makeLaptops();
    try {
      await own.open('a');
      own.copy('a', 'b');
      const lock = join(own.folder, 'b', lockFileName);
      const record = JSON.parse(readFileSync(lock, 'utf8')) as object;
      writeFileSync(lock, JSON.stringify({ ...record, hostname: 'another-computer' }));
      const refused = await failure(own.again('b'));
      expect(refused.code).toBe('workspace-in-use');
      expect(refused.message).toContain('another-computer');
      expect(refused.message).toContain(lockFileName);
      rmSync(lock);
      expect((await (await own.again('b')).rows.list({ entity: 'projects' })).rows).toHaveLength(1);
    } finally {
      await own.close();
    }
  });
});
