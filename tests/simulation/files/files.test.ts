import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import { FileExchange, type FileExchangeOptions } from '../../../main/host/services/file-exchange.ts';
import { partBytes } from '../../../sync/server/blobs/blobs.ts';
import { Chance } from '../sync/chance.ts';
import { fileFaults, FlakyServer } from './flaky-server.ts';

/** Histories in `npm test`; by command as many as are asked for. */
const seeds = Number(process.env['WORKBENCH_FILE_SEEDS'] ?? 40);
const folder = mkdtempSync(join(tmpdir(), 'files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Sizes around the borders of parts: empty, small, exactly one, one and a byte, exactly two, and more. */
const sizes = [0, 10, partBytes, partBytes + 1, partBytes * 2, partBytes * 2 + 7];

const source = Buffer.alloc(partBytes * 3);
for (let at = 0, chance = new Chance(1); at < source.length; at += 4)
  source.writeUInt32LE(chance.below(4_294_967_296), at);

interface Laptop {
  readonly blobs: BlobStore;
  readonly exchange: FileExchange;
  readonly folder: string;
}

/** A laptop's own files and the exchange that it has with the server; what is due is what is asked for here. */
function laptopIn(name: string, due: (blobs: BlobStore) => { send: object[]; fetch: string[] }): Laptop {
  const own = join(folder, name);
  const blobs = new BlobStore({
    folder: own,
    temporaryFolder: join(folder, `${name}-temporary`),
    dataKey: null,
  });
  const lists = { call: () => Promise.resolve({ ...due(blobs), letGo: [] }) };
  const writer = { call: () => Promise.resolve() };
  const options = {
    data: { lists, writer },
    blobs,
    log: { write: () => undefined },
    onArrived: () => undefined,
  };
  return { blobs, exchange: new FileExchange(options as unknown as FileExchangeOptions), folder: own };
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

test('files go and come in parts over a network that loses, repeats, cuts and alters them: whole, once, and where they stopped', async () => {
  const fired = new Map<string, number>();
  const { signal } = new AbortController();
  for (let seed = 1; seed <= seeds; seed += 1) {
    const chance = new Chance(seed);
    const server = new FlakyServer(chance);
    const hashes: string[] = [];
    const ada = laptopIn(`${seed}-ada`, () => ({
      send: hashes.filter((hash) => !server.stored.has(hash)).map((hash) => ({ hash, rule: 'all' })),
      fetch: [],
    }));
    const bob = laptopIn(`${seed}-bob`, (blobs) => ({
      send: [],
      fetch: hashes.filter((hash) => server.stored.has(hash) && !blobs.has(hash)),
    }));
    for (let at = 0; at < 2; at += 1) {
      const size = chance.pick(sizes) ?? 0;
      const from = chance.below(source.length - size);
      hashes.push(ada.blobs.put(source.subarray(from, from + size)).hash);
    }
    for (let round = 0; round < 8; round += 1) {
      await ada.exchange.run(server, signal);
      await bob.exchange.run(server, signal);
    }
    server.chance = null;
    await ada.exchange.run(server, signal);
    await bob.exchange.run(server, signal);
    await bob.exchange.run(server, signal);
    const arrived = hashes.map((hash) => bob.blobs.has(hash) && bob.blobs.verify(hash));
    expect({ seed, arrived }).toEqual({ seed, arrived: hashes.map(() => true) });
    // What was altered on its way is kept under no name at all.
    expect(filesIn(bob.folder).length).toBe(new Set(hashes).size);
    expect({ seed, sentAgain: server.sentAgain }).toEqual({ seed, sentAgain: 0 });
    const isGoingOn = [...server.asked.values()].every((starts) =>
      starts.every((start, at) => at === 0 || start >= (starts[at - 1] ?? 0)),
    );
    expect({ seed, isGoingOn: isGoingOn || server.fired.has('answer altered') }).toEqual({
      seed,
      isGoingOn: true,
    });
    for (const [fault, count] of server.fired) fired.set(fault, (fired.get(fault) ?? 0) + count);
    for (const name of [`${seed}-ada`, `${seed}-bob`])
      rmSync(join(folder, name), { recursive: true, force: true });
  }
  const least = Math.max(1, Math.floor(seeds / 100));
  expect(fileFaults.filter((fault) => (fired.get(fault) ?? 0) < least)).toEqual([]);
});
