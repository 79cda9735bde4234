import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { expect, test } from 'vitest';
import { RequestRefused } from '../../sync/server/feed/environment.ts';
import { openPool } from '../../sync/server/database/pool.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';

/** Rows in this run; many by `WORKBENCH_RACE_ROWS=10000000 npx vitest run tests/integration/server-races-long.test.ts`. */
const rows = Number(process.env['WORKBENCH_RACE_ROWS'] ?? 20_000);
const writers = 8;
const rowsOfPush = 250;
const pageRows = 5000;
/** A backend is ended so often, in milliseconds. */
const endEvery = 400;

interface Followed {
  /** Rows that came, and how often a number was missing before the next one. */
  readonly given: number;
  readonly gaps: number;
  readonly last: bigint;
}

/**
 * Follows a scope by the feed's own order until the writers are done. Every row is written once and the counter leaves no number out, so
 * that a row which became visible after a higher number had been read is a gap: no list of rows has to be kept.
 */
async function follow(
  pool: pg.Pool,
  { tenant, scope }: { readonly tenant: string; readonly scope: string },
  from: bigint,
  isDone: () => boolean,
): Promise<Followed> {
  let [last, given, gaps] = [from, 0, 0];
  for (;;) {
    const wasDone = isDone();
    const page = await pool.query<{ seq: string }>(
      'SELECT seq FROM central.sync_row WHERE tenant_id = $1 AND scope = $2 AND seq > $3 ORDER BY seq LIMIT $4',
      [tenant, scope, String(last), pageRows],
    );
    for (const { seq } of page.rows) {
      if (BigInt(seq) !== last + 1n) gaps += 1;
      last = BigInt(seq);
      given += 1;
    }
    if (page.rows.length > 0) continue;
    if (wasDone) return { given, gaps, last };
    await sleep(2);
  }
}

describeWithPostgres('a long race', (postgres) => {
  test(
    `[P4] ${rows} rows by ${writers} writers, while backends are ended and another database holds a transaction open: none is missed`,
    { timeout: 120_000 + rows / 2 },
    async () => {
      const [database, elsewhere] = [await postgres.database(), await postgres.database('empty')];
      const { tenant, users } = await makeTenant(database.admin, { ada: 'analyst' });
      const pool = openPool({ url: database.serverUrl, max: writers });
      const epoch = await beginEpoch(pool);
      const store = new PostgresStore(pool);
      const environment = testEnvironment();
      const laptop = () => new TestLaptop(store, environment, { tenant, user: users.ada }, epoch);
      const { session, scope } = await laptop().makeSession();

      // It has a transaction number, so that whoever waits for older transactions waits for it.
      const idle = await elsewhere.admin.connect();
      await idle.query('BEGIN; SELECT pg_current_xact_id()');

      let [left, working, ended] = [rows, writers, 0];
      const write = async (): Promise<void> => {
        const writer = laptop();
        while (left > 0) {
          const count = Math.min(rowsOfPush, left);
          left -= count;
          const entries = Array.from({ length: count }, () =>
            writer.insert('evidence', scope, { session_id: session }),
          );
          const request = writer.request([writer.transaction(entries)]);
          for (let answered = false; !answered;) {
            try {
              const { lastMutation, lastHash } = await writer.send(request);
              writer.last = BigInt(lastMutation);
              writer.hash = lastHash;
              answered = true;
            } catch (error) {
              // Its backend was ended: sent again, as a laptop does.
              if (error instanceof RequestRefused) throw error;
            }
          }
        }
        working -= 1;
      };
      const writing = Promise.all(Array.from({ length: writers }, write));
      const ending = (async () => {
        while (working > 0) {
          await sleep(endEvery * Math.random() * 2);
          const found = await database.admin.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'workbench_server'
               AND state <> 'idle' AND datname = current_database() ORDER BY random() LIMIT 1`,
          );
          ended += found.rowCount ?? 0;
        }
      })();
      // The session's own row is the second that was ever written.
      const followed = await follow(database.admin, { tenant, scope }, 2n, () => working === 0);
      await Promise.all([writing, ending]);
      expect(followed).toEqual({ given: rows, gaps: 0, last: BigInt(rows) + 2n });
      expect(ended).toBeGreaterThan(0);
      const held = await idle.query<{ open: boolean }>(
        'SELECT pg_current_xact_id_if_assigned() IS NOT NULL AS open',
      );
      expect(held.rows).toEqual([{ open: true }]);
      idle.release(true);
      await pool.end();
    },
  );

  test('a page of the feed is read by its index, however many rows there are', async () => {
    const database = await postgres.database();
    const { tenant } = await makeTenant(database.admin, { ada: 'analyst' });
    await database.admin.query(
      `ALTER TABLE central.sync_row DISABLE TRIGGER ALL;
       INSERT INTO central.sync_row (tenant_id, entity, id, scope, seq, state, hash, foreign_seq)
         SELECT '${tenant}', 6, gen_random_uuid(), 'session:' || (n % 50), n, '{}', '', n FROM generate_series(1, 50000) AS n;
       ANALYZE central.sync_row`,
    );
    const plan = await database.admin.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT seq FROM central.sync_row WHERE tenant_id = '${tenant}' AND scope = 'session:7' AND seq > 30000
         ORDER BY seq LIMIT 100`,
    );
    const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toContain('sync_row_feed');
    expect(text).not.toMatch(/Seq Scan|Sort/);
  });
});
