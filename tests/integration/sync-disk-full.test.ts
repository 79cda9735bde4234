import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { HostClient } from '../../preload/contract/contract.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { failure } from '../helpers/contract-calls.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { makeLaptops } from '../helpers/laptops.ts';
import { lackOfSmallDisk, smallDisk } from '../helpers/small-disk.ts';
import { startSyncServer } from '../helpers/sync-server.ts';

const lack = lackOfBinaries() ?? lackOfSmallDisk();

/** A server, on a disk of its own where a size is given, and a key for it. */
async function begin(parent?: string) {
  const server = await startSyncServer(parent === undefined ? {} : { parent });
  onTestFinished(() => server.stop());
  server.cli('create-user', 'ada@example.org', '--tenant', 'corran', '--role', 'analyst');
  const { key } = server.cli('create-key', 'ada@example.org', '--tenant', 'corran') as { key: string };
  vi.stubEnv('WORKBENCH_SYNC_KEY', key);
  const laptops = makeLaptops();
  onTestFinished(() => laptops.close());
  return { laptops, connect: { url: server.url, credentials: { key } } };
}

/** Rows that take room: what is random does not shrink. */
async function addRow(client: HostClient, title: string, bytes = 10_000): Promise<void> {
  const values = { title, research_question: randomBytes(bytes).toString('base64') };
  await client.edits.add({ entity: 'research_sessions', values });
}

async function titles(client: HostClient): Promise<string[]> {
  const { rows } = await client.rows.list({ entity: 'research_sessions', limit: 500 });
  return rows.map((row) => String(row['title'])).toSorted();
}

/** Syncs until all is sent and taken. */
async function untilDone(client: HostClient): Promise<void> {
  await vi.waitFor(
    async () => {
      await client.sync.now();
      expect(await client.sync.status()).toMatchObject({ state: 'idle', waiting: 0, inbox: 0, files: 0 });
    },
    { timeout: 60_000, interval: 200 },
  );
}

describeUnless(lack, 'a full disk', () => {
  test('of the server, database and all: the laptop says so and keeps its work, and all of it arrives once there is room', async () => {
    const disk = smallDisk(400);
    onTestFinished(disk.close);
    const { laptops, connect } = await begin(disk.folder);
    const [a, b] = [await laptops.open('a'), await laptops.open('b')];
    await a.sync.connect(connect);
    await addRow(a, 'before');
    await untilDone(a);
    disk.fill();
    const made = ['before'];
    const sentences = new Set<string>();
    for (let at = 0; sentences.size === 0 || at < 5; at += 1) {
      made.push(`full ${at}`);
      await addRow(a, `full ${at}`, 500_000);
      await a.sync.now();
      const { sentence, inbox } = await a.sync.status();
      expect(inbox).toBe(0);
      if (sentence !== '') sentences.add(sentence);
      expect(at).toBeLessThan(200);
    }
    expect([...sentences].join()).toContain('no room left on its disk');
    expect((await a.sync.status()).state).toBe('offline');
    disk.makeRoom();
    await untilDone(a);
    await b.sync.connect(connect);
    await untilDone(b);
    expect(await titles(b)).toEqual(made.toSorted());
    expect(await titles(a)).toEqual(made.toSorted());
  }, 300_000);

  test('of the laptop, during its first fetch and that of a file: it says so, shows nothing half, and goes on once there is room', async () => {
    const disk = smallDisk(60);
    onTestFinished(disk.close);
    const { laptops, connect } = await begin();
    const a = await laptops.open('a');
    const made = Array.from({ length: 40 }, (_, at) => `row ${at}`);
    for (const title of made) await addRow(a, title, 50_000);
    const session = (await a.rows.list({ entity: 'research_sessions', limit: 1 })).rows[0]?.id ?? '';
    const path = join(laptops.folder, 'large.txt');
    writeFileSync(path, randomBytes(1_500_000).toString('base64'));
    const { jobId } = await a.capture.add({ sessionId: session, paths: [path] });
    await a.capture.finished({ jobId });
    await a.sync.connect(connect);
    await untilDone(a);
    const others = makeLaptops({ parent: disk.folder });
    onTestFinished(() => others.close());
    const b = await others.open('b');
    await b.sync.connect({ ...connect, review: true });
    disk.fill(200_000);
    await b.sync.now();
    expect(await b.sync.status()).toMatchObject({ state: 'refused', attempts: 1 });
    expect((await b.sync.status()).sentence).toContain('disk of this laptop is full');
    disk.makeRoom();
    await untilDone(b);
    expect(await titles(b)).toEqual(made.toSorted());
    const artifactId = (await b.rows.list({ entity: 'artifacts' })).rows[0]?.id ?? '';
    const bytes = () => b.documents.bytes({ artifactId, start: 0, end: 10 });
    expect((await bytes()).total).toBe(2_000_000);
    // The file was let go, and finds no room when it is asked for.
    await b.sync.keepFiles({ bytes: 0 });
    await b.sync.now();
    disk.fill();
    expect((await failure(bytes())).code).toBe('disk-full');
    disk.makeRoom();
    expect((await bytes()).total).toBe(2_000_000);
    expect((await b.diagnostics.doctor({})).problems).toEqual([]);
  });
});
