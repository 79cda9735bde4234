import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replayRemote } from '../../db/replica/exchange/replay.ts';
import { examine } from '../../db/replica/care/doctor.ts';
import { readCursors } from '../../db/replica/sync/cursors.ts';
import { closeWorkspace, openWorkspace, type OpenWorkspace } from '../../db/replica/workspace/workspace.ts';
import { openPool } from '../../sync/server/database/pool.ts';
import { openDatabase, type OpenDatabase } from '../../sync/server/open-database.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { type FaultProxy, startFaultProxy } from '../helpers/fault-proxy.ts';
import { HttpLaptop } from '../helpers/http-laptop.ts';
import { type Failpoint, KillableLaptop } from '../helpers/killable-laptop.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { startSyncServer, type SyncServer } from '../helpers/sync-server.ts';

/** Kills in this run; many of them by `WORKBENCH_CLIENT_KILLS=200 npx vitest run tests/integration/client-kill.test.ts`. */
const kills = Number(process.env['WORKBENCH_CLIENT_KILLS'] ?? 9);
/**
 * A laptop is killed so often before another one starts from nothing, so that first fetches are hit, too. All of them are brought to the
 * same end: of many kills more hit one laptop.
 */
const killsOfLaptop = Math.max(3, Math.ceil(kills / 20));
const rowsOfOthers = 6000;

/** Each is another place of a cycle; three in a row hit one laptop, the first of them its first fetch. */
const failpoints: readonly Failpoint[] = [
  { call: 'pull', fault: 'pass', nth: 1, later: 30 },
  { call: 'push', fault: 'lose', nth: 1, later: 0 },
  { call: 'push', fault: 'drop', nth: 2, later: 0 },
  { call: 'pull', fault: 'half', nth: 2, later: 0 },
  { call: 'push', fault: 'pass', nth: 3, later: 2 },
  { call: 'pull', fault: 'pass', nth: 3, later: 5 },
  { call: 'hello', fault: 'lose', nth: 1, later: 0 },
  { call: 'pull', fault: 'pass', nth: 2, later: 0 },
  { call: 'push', fault: 'lose', nth: 4, later: 10 },
  { call: 'hello', fault: 'pass', nth: 2, later: 1 },
  { call: 'pull', fault: 'drop', nth: 4, later: 20 },
];

describeUnless(lackOfBinaries(), 'a laptop that is killed while it syncs', () => {
  const base = mkdtempSync(join(tmpdir(), 'client-kill-'));
  let server: SyncServer;
  let database: OpenDatabase;
  let admin: pg.Pool;
  let proxy: FaultProxy;
  let key = '';
  const laptops: KillableLaptop[] = [];

  beforeAll(async () => {
    server = await startSyncServer();
    server.cli('create-user', 'ada@example.org', '--tenant', 'corran', '--role', 'analyst');
    key = (server.cli('create-key', 'ada@example.org', '--tenant', 'corran') as { key: string }).key;
    // One laptop runs at a time: what passes is the newest one's, or that of the one that is drained.
    proxy = await startFaultProxy(
      server.url,
      (passing) => laptops.at(-1)?.judge(passing) ?? { fault: 'pass' },
    );
    database = await openDatabase({ data: server.data });
    admin = openPool({ url: database.adminUrl, max: 1 });
  });

  afterAll(async () => {
    await admin.end();
    await database.close();
    await proxy.close();
    await server.stop();
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  });

  function withWorkspace<T>({ folder }: KillableLaptop, look: (workspace: OpenWorkspace) => T): T {
    const workspace = openWorkspace({ folder });
    try {
      return look(workspace);
    } finally {
      closeWorkspace(workspace);
    }
  }

  /** Rows of the server that stand below the laptop's cursors and that the laptop does not have in that version. */
  async function missingBelowCursors(laptop: KillableLaptop): Promise<string[]> {
    const { cursors, here } = withWorkspace(laptop, ({ replica: { db } }) => ({
      cursors: readCursors(db).filter(({ scope }) => /^(tenant$|project:|session:)/.test(scope)),
      here: new Map(
        db.statements
          .all<{ id: string; seq: number; hash: string }>(
            'SELECT lower(hex(row)) AS id, seq, hash FROM sync_rows',
          )
          .map((row) => [row.id, row]),
      ),
    }));
    const { rows } = await admin.query<{ id: string; seq: string }>(
      `SELECT replace(r.id::text, '-', '') AS id, seq FROM central.sync_row AS r
         JOIN unnest($1::text[], $2::bigint[]) AS c (scope, upto) ON r.scope = c.scope AND r.seq <= c.upto`,
      [cursors.map(({ scope }) => scope), cursors.map(({ seq }) => seq)],
    );
    return rows.flatMap(({ id, seq }) => {
      const row = here.get(id);
      // A row without its hash is known to be asked for by name.
      return row === undefined || (row.seq < Number(seq) && row.hash !== '') ? [id] : [];
    });
  }

  /** Titles of all evidence and the registers of all sessions, as one side has them. */
  const evidence = "SELECT title FROM evidence WHERE title LIKE 'laptop-%#%' ORDER BY title";
  const others = "SELECT count(*) AS n FROM evidence WHERE title = 'of another laptop'";
  const registers =
    "SELECT title, research_question AS at FROM research_sessions WHERE title LIKE 'laptop-%' ORDER BY title";

  test(
    `${kills} times, at any message: no edit is lost or doubled, no cursor is ahead of its rows, nothing is fetched twice`,
    { timeout: 300_000 + kills * 20_000 },
    async () => {
      const other = await HttpLaptop.greet(server.url, key);
      const { session, scope } = await other.makeSession();
      let written = 0;
      const writeMore = async (count: number): Promise<void> => {
        const end = written + count;
        while (written < end) {
          const entries = Array.from({ length: Math.min(1000, end - written) }, () =>
            other.insert('evidence', scope, { session_id: session, title: 'of another laptop' }),
          );
          await other.push(other.transaction(entries));
          written += entries.length;
        }
      };
      await writeMore(rowsOfOthers);
      for (let kill = 0; kill < kills; kill += 1) {
        if (kill % killsOfLaptop === 0) {
          laptops.push(new KillableLaptop(join(base, `laptop-${laptops.length}`), () => proxy.url, key));
        }
        const laptop = laptops.at(-1);
        const failpoint = failpoints[kill % failpoints.length];
        if (laptop === undefined || failpoint === undefined) throw new Error('There is a laptop.');
        expect(await laptop.workUntil(failpoint), JSON.stringify(failpoint)).toBe(true);
        expect(withWorkspace(laptop, (workspace) => examine(workspace, replayRemote).problems)).toEqual([]);
        expect(await missingBelowCursors(laptop)).toEqual([]);
        await writeMore(100);
      }
      // Twice: what the last one sends has to reach the first.
      for (const laptop of [...laptops, ...laptops]) await laptop.drain();

      expect(laptops.flatMap(({ fetchedAgain }) => fetchedAgain)).toEqual([]);
      const central = async <R extends object>(text: string): Promise<R[]> =>
        (await admin.query<R & pg.QueryResultRow>(text.replace(/FROM (\w+)/, 'FROM central.$1'))).rows;
      const titles = (await central<{ title: string }>(evidence)).map(({ title }) => title).toSorted();
      expect(new Set(titles).size).toBe(titles.length);
      const onServer = new Set(titles);
      for (const { name, rows } of laptops) {
        expect([...rows].filter((n) => !onServer.has(`${name}#${n}`))).toEqual([]);
      }
      // At most the row that was being saved at each kill was not told.
      const told = laptops.reduce((sum, { rows }) => sum + rows.size, 0);
      expect(titles.length).toBeLessThanOrEqual(told + kills);
      expect(told).toBeGreaterThan(kills);
      const values = await central<{ title: string; at: string }>(registers);
      for (const { name, register } of laptops) {
        // One that was killed before it had said anything may have no session.
        const at = Number(values.find(({ title }) => title === name)?.at.slice('at '.length) ?? -1);
        expect(at, name).toBeGreaterThanOrEqual(register);
      }
      for (const laptop of laptops) {
        withWorkspace(laptop, ({ replica: { db } }) => {
          const here = db.statements.all<{ title: string }>(evidence).map(({ title }) => title);
          expect(here.toSorted()).toEqual(titles);
          expect(db.statements.value<number>(others)).toBe(written);
          expect(db.statements.all(registers)).toEqual(values);
        });
      }
      const chains = await admin.query(
        `SELECT (SELECT count(*)::int FROM central.sync_client WHERE last_mutation > 0) AS clients,
                count(*)::int - count(DISTINCT stamp)::int AS twice, count(*) FILTER (WHERE status = 'refused')::int AS refused
           FROM central.sync_result`,
      );
      expect(chains.rows).toEqual([{ clients: laptops.length + 1, twice: 0, refused: 0 }]);
      expect(server.cli('doctor')).toMatchObject({ ok: true });
    },
  );
});
