import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type pg from 'pg';
import { startCluster } from '../sync/server/database/embedded/cluster.ts';
import { migrateUp } from '../sync/server/database/migrate.ts';
import { openPool } from '../sync/server/database/pool.ts';
import { prepareRoles, roles, urlAs } from '../sync/server/database/roles.ts';
import type { Principal } from '../sync/server/feed/environment.ts';
import { beginEpoch } from '../sync/server/store/postgres-store.ts';
import { makeTenant } from '../tests/helpers/feed.ts';
import { type Figure, inFolder, median, report } from './harness.ts';
import { BenchLaptop } from './sync-laptop.ts';
import { peerRates } from './sync-peer.ts';
import { pushesOfWriter, rowsOfPush, tenantRate, writers } from './sync-tenant.ts';

const rows = 20_000;
const rowsOfTransaction = 20;
/** Rows that somebody else has pushed before: a server in use is measured, the peer's too. */
const rowsBefore = 4_000;
const seconds = 6;

/**
 * Laptop, HTTP, server and PostgreSQL with every check on and every commit durable, beside PouchDB with express-pouchdb on the same
 * machine in the same run. `runs=N` repeats it; figures are medians.
 */
export async function run(options: readonly string[]): Promise<boolean> {
  const runs = Number(options.find((option) => option.startsWith('runs='))?.slice(5) ?? 3);
  return inFolder(async (folder) => {
    chmodSync(folder, 0o711);
    const samples = new Map<string, number[]>();
    const keep = (name: string, value: number) => samples.set(name, [...(samples.get(name) ?? []), value]);
    for (let turn = 0; turn < runs; turn += 1) {
      await measure(join(folder, `run-${turn}`), keep);
      keep('concurrent', await tenantRate());
      const peer = await peerRates(join(folder, `peer-${turn}`), rows, rowsBefore);
      keep('peer push', peer.push);
      keep('peer pull', peer.pull);
      keep('peer again', peer.again);
    }
    // Memory that an earlier run has taken is not taken again: of this the most counts.
    const middle = (name: string) => {
      const values = samples.get(name) ?? [];
      return name === 'bootstrap memory' ? Math.max(...values) : median(values);
    };
    return report('sync', figures(middle), [
      `${rows} rows of 2 KB, ${rowsOfTransaction} in one of the laptop's transactions, ${runs} runs; PostgreSQL 18, fsync on; laptop's file encrypted, synchronous FULL`,
      `each server, the peer's too, has taken ${rowsBefore} rows of somebody else before`,
      `load average of the machine over its ${cpus().length} cores at the end: ${loadavg()[1]?.toFixed(1)}`,
      `one tenant: ${writers} clients push ${pushesOfWriter} times ${rowsOfPush} rows each, all at once, signed in, to the server as it starts by itself on these cores`,
    ]);
  });
}

function figures(middle: (name: string) => number): Figure[] {
  const above = (what: string, name: string, unit: string, bound?: number): Figure => ({
    what,
    value: middle(name),
    unit,
    ...(bound === undefined ? {} : { reach: { bound, side: 'above' as const } }),
  });
  const below = (what: string, name: string, bound?: number, unit = 'ms'): Figure => ({
    what,
    value: middle(name),
    unit,
    ...(bound === undefined ? {} : { reach: { bound, side: 'below' as const } }),
  });
  return [
    above('bootstrap of a laptop', 'bootstrap', 'rows/s', 15_000),
    above('  PouchDB', 'peer pull', 'rows/s'),
    {
      what: '  times PouchDB',
      value: middle('bootstrap') / middle('peer pull'),
      unit: 'x',
      reach: { bound: 3, side: 'above' },
    },
    above('  the server alone', 'bootstrap server', 'rows/s'),
    below('  time on processors of the laptop', 'bootstrap cpu', 1000),
    below('  growth of its memory', 'bootstrap memory', 150, 'MiB'),
    above('durable merged push', 'push', 'rows/s', 12_000),
    above('  PouchDB', 'peer push', 'rows/s'),
    {
      what: '  times PouchDB',
      value: middle('push') / middle('peer push'),
      unit: 'x',
      reach: { bound: 2, side: 'above' },
    },
    above('  the server alone', 'push server', 'rows/s'),
    below('sync right after one’s own push', 'after push', 250),
    below('  PouchDB', 'peer again'),
    below('server time of an idle sync', 'idle server', 30),
    below('  with the laptop and the way between them', 'idle'),
    above('one tenant, concurrent pushes of 100 rows', 'concurrent', 'tx/s', 150),
    above('  the bare feed: the counter, the rows, nothing else', 'bare', 'tx/s', 500),
  ];
}

type Keep = (name: string, value: number) => void;

async function measure(folder: string, keep: Keep): Promise<void> {
  const cluster = await startCluster({
    folder: `${folder}-data`,
    password: 'x',
    settings: { shared_buffers: '256MB' },
  });
  const started: ChildProcess[] = [];
  const pools: pg.Pool[] = [];
  try {
    const adminUrl = `postgresql://postgres:x@127.0.0.1:${cluster.port}/postgres`;
    await prepareRoles(adminUrl, 'y');
    await migrateUp(adminUrl);
    const serverUrl = urlAs(adminUrl, roles.server, 'y');
    const admin = openPool({ url: adminUrl, max: writers + 2 });
    pools.push(admin);
    const { tenant, users } = await makeTenant(admin, { ada: 'analyst' });
    const others = await makeTenant(admin, { bob: 'analyst' });
    await beginEpoch(admin);
    const port = await startServer([serverUrl], started);
    await useServer(`${folder}-before`, port, { tenant: others.tenant, user: others.users.bob });
    await measureLaptops(folder, port, { tenant, user: users.ada }, keep);
    keep('bare', await bareFeed(admin));
  } finally {
    for (const child of started) child.kill();
    await Promise.all(pools.map((pool) => pool.end()));
    await cluster.stop();
  }
}

function startServer(args: readonly string[], started: ChildProcess[]): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'sync-server.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  return new Promise((resolve) => child.stdout.once('data', (text) => resolve(Number(String(text).trim()))));
}

/** Work of another tenant, after which the server's code is compiled and its database has made its first files. */
async function useServer(folder: string, port: number, principal: Principal): Promise<void> {
  const laptop = new BenchLaptop(folder, port, principal);
  await laptop.sync();
  laptop.fill(rowsBefore, rowsOfTransaction);
  for (let again = true; again;) again = (await laptop.sync()).report.again;
  laptop.close();
}

async function measureLaptops(folder: string, port: number, principal: Principal, keep: Keep): Promise<void> {
  const first = new BenchLaptop(`${folder}-first`, port, principal);
  await first.sync();
  first.fill(rows, rowsOfTransaction);
  let [elapsed, pushedAt, serverMs] = [0, 0, 0];
  for (;;) {
    const { report: done, ms, pushMs, serverMs: took } = await first.sync();
    if (done.end !== 'done') throw new Error(`The push ended with ${done.end}: ${done.message}`);
    if (pushMs > 0) pushedAt = elapsed + pushMs;
    elapsed += ms;
    serverMs += took;
    if (!done.again) break;
  }
  keep('push', (rows / pushedAt) * 1000);
  keep('push server', (rows / serverMs) * 1000);
  // What the laptop wrote comes back as headers: some of them in the cycle that sent the last of it.
  keep('after push', elapsed - pushedAt + (await first.sync()).ms);
  const idle = await first.sync();
  keep('idle server', idle.serverMs);
  keep('idle', idle.ms);
  const second = new BenchLaptop(`${folder}-second`, port, principal);
  const before = process.memoryUsage.rss();
  const began = performance.now();
  let [server, cpu, peak] = [0, 0, before];
  for (;;) {
    const { report: done, serverMs: took, cpuMs, peakRss } = await second.sync();
    server += took;
    cpu += cpuMs;
    peak = Math.max(peak, peakRss);
    if (done.end !== 'done') throw new Error(`The bootstrap ended with ${done.end}: ${done.message}`);
    if (!done.again && done.pulled === 0) break;
    if (second.workspace.replica.db.statements.value<number>('SELECT count(*) FROM evidence') === rows) break;
  }
  keep('bootstrap', (rows / (performance.now() - began)) * 1000);
  keep('bootstrap server', (rows / server) * 1000);
  keep('bootstrap cpu', cpu);
  keep('bootstrap memory', (peak - before) / 2 ** 20);
  first.close();
  second.close();
}

/** The counter taken last by as many writers, rows of their keys alone: what the order of the feed costs by itself. */
async function bareFeed(admin: pg.Pool): Promise<number> {
  await admin.query(
    'CREATE TABLE bare_head (tenant int PRIMARY KEY, n bigint NOT NULL) WITH (fillfactor = 50)',
  );
  await admin.query('CREATE TABLE bare_row (id uuid PRIMARY KEY, seq bigint NOT NULL)');
  await admin.query('INSERT INTO bare_head VALUES (1, 0)');
  const until = performance.now() + seconds * 1000;
  let done = 0;
  await Promise.all(
    Array.from({ length: writers }, async () => {
      const client = await admin.connect();
      try {
        while (performance.now() < until) {
          await client.query('BEGIN');
          await client.query(
            `WITH head AS (UPDATE bare_head SET n = n + $1 WHERE tenant = 1 RETURNING n)
             INSERT INTO bare_row SELECT gen_random_uuid(), n - at FROM head, generate_series(0, $1 - 1) AS at`,
            [rowsOfPush],
          );
          await client.query('COMMIT');
          done += 1;
        }
      } finally {
        client.release();
      }
    }),
  );
  return done / seconds;
}
