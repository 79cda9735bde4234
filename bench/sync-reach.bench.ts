import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { createHost, type Host } from '../main/host/host.ts';
import type { HostClient } from '../preload/contract/contract.ts';
import { openPool } from '../sync/server/database/pool.ts';
import { openDatabase } from '../sync/server/open-database.ts';
import { filesWith } from '../tests/helpers/files-with.ts';
import { startSyncServer, type SyncServer } from '../tests/helpers/sync-server.ts';
import { inFolder, median, quantile, report } from './harness.ts';

const edits = 30;
const purged = 1000;
const words = 'Ormsby kept the ledger of the drowned';

/** One laptop of the bench: a whole host with its threads and its background sync. */
interface Laptop {
  readonly folder: string;
  readonly client: HostClient;
}

/**
 * How soon what one laptop does has reached another one that is online: real hosts, a real server with its PostgreSQL, news over
 * WebSocket. A single edit until the other laptop shows it; a purge until the words are in no table of the server and in no file.
 */
export async function run(): Promise<boolean> {
  return inFolder(async (folder) => {
    process.env['WORKBENCH_MODEL_DIR'] = join(folder, 'no-model');
    const server = await startSyncServer();
    const hosts: Host[] = [];
    try {
      const { password } = server.cli('create-user', 'ada@example.org', '--tenant', 'corran') as {
        password: string;
      };
      const laptop = async (name: string): Promise<Laptop> => {
        const host = createHost({
          mode: 'browser',
          threads: true,
          configFolder: join(folder, `${name}-config`),
        });
        hosts.push(host);
        const client = host.client(name);
        await client.workspaces.create({ path: join(folder, name), name, sample: false });
        await client.sync.connect({ url: server.url, credentials: { email: 'ada@example.org', password } });
        return { folder: join(folder, name), client };
      };
      const [here, there] = [await laptop('here'), await laptop('there')];
      const session = await here.client.edits.add({
        entity: 'research_sessions',
        values: { title: 'S', research_question: 'Q?' },
      });
      const reached = await editsUntilShown(here, there, session.id);
      const seconds = await purgeUntilGone(server, here, there, session.id);
      return report(
        'sync-reach',
        [
          below('a single edit reaches a second laptop', median(reached), 'ms', 1000),
          below('  of twenty, nineteen within', quantile(reached, 0.95), 'ms', 1000),
          below(`a purge of ${purged} rows is gone everywhere`, seconds, 's', 10),
        ],
        [
          `${edits} edits, each after both laptops were idle; 400 ms of it the laptop waits for more to be typed`,
          'gone: from the tables, the log and the results of the server, and from every byte of both workspaces',
        ],
      );
    } finally {
      for (const host of hosts) await host.close();
      await server.stop();
    }
  });
}

function below(what: string, value: number, unit: string, bound: number) {
  return { what, value, unit, reach: { bound, side: 'below' as const } };
}

async function until(holds: () => Promise<boolean> | boolean, every = 5): Promise<void> {
  while (!(await holds())) await pause(every);
}

async function areIdle(...laptops: readonly Laptop[]): Promise<void> {
  for (const { client } of laptops) {
    await until(async () => {
      const { state, waiting } = await client.sync.status();
      return state === 'idle' && waiting === 0;
    });
  }
}

/** Milliseconds from each edit until the other laptop answers with it. */
async function editsUntilShown(here: Laptop, there: Laptop, session_id: string): Promise<number[]> {
  const { id } = await here.client.edits.add({ entity: 'evidence', values: { session_id, title: 'begin' } });
  const titleThere = async (): Promise<unknown> => {
    const { rows } = await there.client.rows.list({ entity: 'evidence' });
    return rows.find((row) => row.id === id)?.['title'];
  };
  await until(async () => (await titleThere()) === 'begin', 50);
  const times: number[] = [];
  for (let at = 0; at < edits; at += 1) {
    await areIdle(here, there);
    // Somewhere in the pause between two cycles.
    await pause(200 + Math.random() * 600);
    const began = performance.now();
    await here.client.edits.edit({ entity: 'evidence', ids: [id], values: { title: `edit ${at}` } });
    await until(async () => (await titleThere()) === `edit ${at}`);
    times.push(performance.now() - began);
  }
  return times;
}

/** Seconds from the purge until its words are nowhere. */
async function purgeUntilGone(
  server: SyncServer,
  here: Laptop,
  there: Laptop,
  session_id: string,
): Promise<number> {
  const ids: string[] = [];
  for (let at = 0; at < purged; at += 1) {
    const values = { session_id, title: `${words} ${at}`, summary: words };
    ids.push((await here.client.edits.add({ entity: 'evidence', values })).id);
  }
  await here.client.edits.remove({ entity: 'evidence', ids });
  await areIdle(here);
  await until(
    async () => (await there.client.rows.list({ entity: 'evidence', trash: true })).total >= purged,
    50,
  );
  await areIdle(here, there);
  const database = await openDatabase({ data: server.data });
  const admin = openPool({ url: database.adminUrl, max: 1 });
  try {
    if ((await serverHolds(admin)) === 0) throw new Error('The words never came to the server.');
    const began = performance.now();
    await here.client.edits.purge({ entity: 'evidence', ids });
    await until(
      async () =>
        filesOf(here).length === 0 && filesOf(there).length === 0 && (await serverHolds(admin)) === 0,
      50,
    );
    return (performance.now() - began) / 1000;
  } finally {
    await admin.end();
    await database.close();
  }
}

function filesOf({ folder }: Laptop): string[] {
  return existsSync(folder) ? filesWith(folder, words) : [];
}

/** Rows of any table of the server in which the words stand. */
async function serverHolds(admin: pg.Pool): Promise<number> {
  const { rows } = await admin.query<{ n: number }>(
    `SELECT sum((xpath('/row/n/text()', query_to_xml(format(
        'SELECT count(*) AS n FROM %s AS t WHERE t::text LIKE %L', oid::regclass, $1::text), false, true, '')))[1]::text::int)::int AS n
       FROM pg_class WHERE relnamespace::regnamespace::text IN ('governance', 'central')
        AND relkind IN ('r', 'p') AND NOT relispartition`,
    [`%${words}%`],
  );
  return rows[0]?.n ?? 0;
}
