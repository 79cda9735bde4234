import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { conflictsOf, valuesOf } from '../../sync/core/row-state.ts';
import { decodeRow } from '../../sync/core/row-wire.ts';
import { openPool } from '../../sync/server/database/pool.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres, type TestDatabase, type TestPostgres } from '../helpers/postgres.ts';
import { longestPause, slowPool } from '../helpers/slow-pool.ts';

const writers = 8;
const turns = 12;
const rowsOfTurn = 4;

async function begin(postgres: TestPostgres) {
  const database = await postgres.database();
  const { tenant, users } = await makeTenant(database.admin, { ada: 'analyst' });
  const pool = openPool({ url: database.serverUrl, max: writers + 2 });
  const epoch = await beginEpoch(pool);
  const environment = testEnvironment();
  const slow = new PostgresStore(slowPool(pool));
  const quick = new PostgresStore(pool);
  const laptop = (store: PostgresStore) =>
    new TestLaptop(store, environment, { tenant, user: users.ada }, epoch);
  return { database, pool, tenant, laptop, slow, quick };
}

/** Follows a feed by a query of its own until the writers are done and nothing more comes; answers with what it was given. */
async function follow(
  writing: Promise<unknown>,
  next: (cursor: string) => Promise<readonly { readonly seq: string; readonly id: string }[]>,
): Promise<Set<string>> {
  const given = new Set<string>();
  let [cursor, done] = ['0', false];
  void writing.then(() => (done = true));
  for (;;) {
    const last = done;
    const rows = await next(cursor);
    for (const { id } of rows) given.add(id);
    cursor = rows.at(-1)?.seq ?? cursor;
    if (last && rows.length === 0) return given;
    if (rows.length === 0) await sleep(2);
  }
}

/** Writers that number their rows by a sequence, as slow as ours. Answers with how many of their rows a reader never saw. */
async function lostBySequence({ admin }: TestDatabase, table: string, gate: string): Promise<number> {
  await admin.query(
    `CREATE TABLE ${table} (seq bigserial PRIMARY KEY, id uuid NOT NULL, xid xid8 NOT NULL DEFAULT pg_current_xact_id())`,
  );
  const written: string[] = [];
  const write = async () => {
    for (let turn = 0; turn < turns; turn += 1) {
      const client = await admin.connect();
      try {
        await client.query('BEGIN');
        await client.query('SELECT pg_current_xact_id()');
        for (let row = 0; row < rowsOfTurn; row += 1) {
          await sleep(Math.random() * longestPause);
          const id = randomUUID();
          await client.query(`INSERT INTO ${table} (id) VALUES ($1)`, [id]);
          written.push(id);
        }
        await sleep(Math.random() * longestPause);
        await client.query('COMMIT');
      } finally {
        client.release();
      }
    }
  };
  const writing = Promise.all(Array.from({ length: writers }, write));
  const given = await follow(writing, async (cursor) => {
    const { rows } = await admin.query<{ seq: string; id: string }>(
      `SELECT seq, id FROM ${table} WHERE seq > $1 ${gate} ORDER BY seq`,
      [cursor],
    );
    return rows;
  });
  await writing;
  return written.filter((id) => !given.has(id)).length;
}

describeWithPostgres('pushes that overlap', (postgres) => {
  test('[P4] a reader who follows the counter misses nothing, and no number is missing', async () => {
    const { database, pool, laptop, slow, quick } = await begin(postgres);
    const maker = laptop(quick);
    const { session, scope } = await maker.makeSession();
    const written: string[] = [];
    const write = async () => {
      const writer = laptop(slow);
      for (let turn = 0; turn < turns; turn += 1) {
        const entries = Array.from({ length: rowsOfTurn }, () =>
          writer.insert('evidence', scope, { session_id: session }),
        );
        await writer.push(writer.transaction(entries));
        written.push(...entries.map(({ row }) => row));
      }
    };
    const writing = Promise.all(Array.from({ length: writers }, write));
    const reader = laptop(quick);
    const given = await follow(writing, async (cursor) => {
      const { rows } = await reader.pull({ [scope]: cursor });
      return rows.map(({ s, i }) => ({ seq: s, id: i }));
    });
    await writing;
    expect(written.filter((id) => !given.has(id))).toEqual([]);
    expect(written.length).toBe(writers * turns * rowsOfTurn);
    const numbers = await database.admin.query(
      `SELECT count(*)::int AS n, max(seq)::int AS last, (SELECT n::int FROM central.sync_head) AS head FROM central.sync_log`,
    );
    const all = written.length + 2;
    expect(numbers.rows[0]).toEqual({ n: all, last: all, head: all });
    const digest = await database.admin.query(
      `SELECT s.n = count(*) AND s.xor64 = bit_xor(('x' || left(hash, 16))::bit(64)::bigint) AS same
       FROM central.sync_row JOIN central.sync_scope AS s USING (tenant_id, scope) GROUP BY s.n, s.xor64, scope`,
    );
    expect(digest.rows.map((row: { same: boolean }) => row.same)).toEqual([true, true]);
    await pool.end();
  });

  test('the same race loses rows for a reader who follows a sequence: the test can see what it is after', async () => {
    const database = await postgres.database();
    expect(await lostBySequence(database, 'naive', '')).toBeGreaterThan(0);
  });

  test('and for one who also waits for older transactions to end', async () => {
    const database = await postgres.database();
    const gate = 'AND xid < pg_snapshot_xmin(pg_current_snapshot())';
    expect(await lostBySequence(database, 'gated', gate)).toBeGreaterThan(0);
  });

  test('[MR28] rows that several make and change at once keep everybody’s work', async () => {
    const { pool, laptop, slow, quick } = await begin(postgres);
    const maker = laptop(quick);
    const { session, scope } = await maker.makeSession();
    const shared: string[] = Array.from({ length: 3 }, () => randomUUID());
    const laptops = Array.from({ length: writers }, () => laptop(slow));
    const answers = await Promise.all(
      laptops.map(async (each, at) => {
        // Each in another order: rows are locked in one order whatever the push says.
        const order = at % 2 === 0 ? shared : shared.toReversed();
        const made = order.map((id) =>
          each.insert('evidence', scope, { session_id: session, title: `by ${at}` }, id),
        );
        return each.push(
          each.transaction(made),
          each.transaction([
            each.update({ entity: 6, row: String(order[0]), scope }, [[`26/k${at}`, [at], []]]),
          ]),
        );
      }),
    );
    expect(answers.flatMap(({ results }) => results).every(({ st }) => st !== 'refused')).toBe(true);
    const { rows } = await maker.pull({}, { want: [{ scope, scopeEpoch: 0, seq: '0', whole: true }] });
    const states = rows.filter(({ i }) => shared.includes(i)).map(decodeRow);
    expect(states.length).toBe(shared.length);
    for (const state of states) {
      const titles = conflictsOf(state).flatMap(({ cell, lost }) => (cell === '10' ? [lost.value] : []));
      expect(new Set([valuesOf(state).known.get(10), ...titles]).size).toBe(writers);
    }
    const keys = states.flatMap((state) => Object.keys(valuesOf(state).known.get(26) as object));
    expect(keys.length).toBe(writers);
    await pool.end();
  });

  test('[P5] [MR28] large pushes of the same rows, written on the way, come out as one after the other', async () => {
    const { database, pool, laptop, slow, quick } = await begin(postgres);
    const { session, scope } = await laptop(quick).makeSession();
    const ids = Array.from({ length: 600 }, () => randomUUID());
    const push = (title: string) => {
      const author = laptop(slow);
      const rows = ids.map((id) => author.insert('evidence', scope, { session_id: session, title }, id));
      // Each has its rows in another order, and several transactions on the way to 250 rows at once.
      const mixed = title === 'a' ? rows : rows.toReversed();
      return author.push(...[0, 200, 400].map((at) => author.transaction(mixed.slice(at, at + 200))));
    };
    const answers = await Promise.all(['a', 'b', 'c'].map(push));
    const said = answers.flatMap(({ results }) => results.map(({ st }) => st));
    expect(said.toSorted()).toEqual([...Array(3).fill('applied'), ...Array(6).fill('merged')]);
    const { rows } = await database.admin.query(
      `SELECT (SELECT count(*)::int FROM central.evidence) AS shown,
              (SELECT count(*)::int FROM central.sync_row WHERE entity = 6 AND state LIKE '%"l":%') AS contested,
              (SELECT count(*)::int FROM central.sync_log WHERE entity = 6) AS versions,
              (SELECT count(*)::int FROM central.evidence AS e JOIN central.sync_row AS r ON r.id = e.id
               WHERE r.state NOT LIKE '%"' || e.title || '"%') AS wrong`,
    );
    expect(rows).toEqual([{ shown: 600, contested: 600, versions: 1800, wrong: 0 }]);
    await pool.end();
  });

  test('[P5] backends that are ended in the middle leave nothing half done', async () => {
    const { database, pool, laptop, slow, quick } = await begin(postgres);
    const maker = laptop(quick);
    const { session, scope } = await maker.makeSession();
    let [working, ended] = [true, 0];
    const killer = (async () => {
      while (working && ended < 12) {
        await sleep(150 + Math.random() * 300);
        const killed = await database.admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'workbench_server'
           AND state <> 'idle' AND datname = current_database() ORDER BY random() LIMIT 1`,
        );
        ended += killed.rowCount ?? 0;
      }
    })();
    const acknowledged: string[] = [];
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        const writer = laptop(slow);
        for (let turn = 0; turn < 6; turn += 1) {
          const entry = writer.insert('evidence', scope, { session_id: session });
          const request = writer.request([writer.transaction([entry])]);
          for (;;) {
            try {
              const answer = await writer.send(request);
              writer.last = BigInt(answer.lastMutation);
              writer.hash = answer.lastHash;
              break;
            } catch (error) {
              if (error instanceof Error && error.name === 'RequestRefused') throw error;
            }
          }
          acknowledged.push(entry.row);
        }
      }),
    );
    working = false;
    await killer;
    expect(ended).toBeGreaterThan(0);
    const { rows } = await laptop(quick).pull({ [scope]: '0' });
    expect(
      rows
        .map(({ i }) => i)
        .filter((id) => id !== session)
        .toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual(acknowledged.toSorted((a, b) => (a < b ? -1 : 1)));
    const counted = await database.admin.query(
      'SELECT (SELECT n::int FROM central.sync_head) - count(*)::int AS missing FROM central.sync_log',
    );
    expect(counted.rows[0]).toEqual({ missing: 0 });
    await pool.end();
  });

  test('[P4] nobody numbers a version but by the counter, and no tenant reaches into another', async () => {
    const { database, tenant, laptop, quick, pool } = await begin(postgres);
    const maker = laptop(quick);
    await maker.makeSession();
    const client = await database.server.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [tenant]);
      await expect(client.query('UPDATE central.sync_row SET seq = seq + 100')).rejects.toThrow(/counter/);
      await client.query('ROLLBACK');
      await client.query('BEGIN');
      await client.query(`SELECT set_config('app.tenant_id', $1, true)`, [randomUUID()]);
      expect((await client.query('SELECT 1 FROM central.sync_row')).rowCount).toBe(0);
      expect((await client.query('SELECT 1 FROM central.research_sessions')).rowCount).toBe(0);
      const into = `INSERT INTO central.sync_head (tenant_id, n) VALUES ('${tenant}', 9)`;
      await expect(client.query(into)).rejects.toThrow(/row-level security/);
      await client.query('ROLLBACK');
    } finally {
      client.release();
      await pool.end();
    }
  });
});
