import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';

/** The part of PouchDB that the peer needs. */
interface Pouch {
  bulkDocs(docs: readonly object[]): Promise<unknown>;
  close(): Promise<void>;
  replicate: {
    to(url: string, options: object): Promise<{ docs_written: number; ok: boolean }>;
    from(url: string, options: object): Promise<{ docs_written: number; ok: boolean }>;
  };
}

type PouchClass = (new (name: string, options?: object) => Pouch) & { defaults(options: object): PouchClass };

const load = createRequire(import.meta.url);

/** Rows a second of PouchDB on LevelDB against express-pouchdb over HTTP, in batches of 1000. */
export interface PeerRates {
  readonly push: number;
  readonly pull: number;
  /** Milliseconds of a sync that follows one's own push. */
  readonly again: number;
}

/** The same documents through the peer, the server in a process of its own, which has taken `rowsBefore` of somebody else before. */
export async function peerRates(folder: string, rows: number, rowsBefore: number): Promise<PeerRates> {
  mkdirSync(folder, { recursive: true });
  const PouchDB = load('pouchdb') as PouchClass;
  const server = spawn(process.execPath, [import.meta.filename, join(folder, 'server')], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const port = await new Promise<string>((resolve) =>
      server.stdout.once('data', (text) => resolve(String(text).trim())),
    );
    const url = `http://127.0.0.1:${port}/db`;
    const options = { batch_size: 1000, batches_limit: 5 };
    const before = new PouchDB(join(folder, 'before'));
    await fill(before, rowsBefore);
    await before.replicate.to(`http://127.0.0.1:${port}/before`, options);
    await before.close();
    const local = new PouchDB(join(folder, 'a'));
    await fill(local, rows);
    const push = await ratedMs(() => local.replicate.to(url, options));
    const again = await ratedMs(() => local.replicate.from(url, options));
    const other = new PouchDB(join(folder, 'b'));
    const pull = await ratedMs(() => other.replicate.from(url, options));
    await Promise.all([local.close(), other.close()]);
    return { push: (rows / push) * 1000, pull: (rows / pull) * 1000, again };
  } finally {
    server.kill();
  }
}

async function fill(database: Pouch, rows: number): Promise<void> {
  for (let done = 0; done < rows; done += 500) {
    await database.bulkDocs(
      Array.from({ length: 500 }, (_, at) => ({
        _id: `row-${done + at}`,
        title: 't',
        summary: randomBytes(1000).toString('hex'),
      })),
    );
  }
}

async function ratedMs(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

interface Listening {
  address(): { port: number };
}

/** The peer's server: `sync-peer.ts FOLDER` prints its port. */
function serve(folder: string): void {
  const PouchDB = (load('pouchdb') as PouchClass).defaults({ prefix: `${folder}-` });
  const express = load('express') as () => {
    use(path: string, handler: unknown): void;
    listen(port: number, host: string, done: () => void): Listening;
  };
  const pouch = load('express-pouchdb') as (of: PouchClass, options: object) => unknown;
  const app = express();
  app.use('/', pouch(PouchDB, { inMemoryConfig: true, mode: 'minimumForPouchDB', logPath: `${folder}.log` }));
  const server: Listening = app.listen(0, '127.0.0.1', () => {
    process.stdout.write(`${server.address().port}\n`);
  });
}

if (process.argv[1] === import.meta.filename) serve(process.argv[2] ?? '');
