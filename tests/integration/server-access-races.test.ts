import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { entitySpec } from '../../db/catalogue/catalogue.ts';
import { setPolicy } from '../../sync/server/commands/policy.ts';
import { openPool } from '../../sync/server/database/pool.ts';
import { RequestRefused } from '../../sync/server/feed/environment.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres, type TestPostgres } from '../helpers/postgres.ts';
import { slowPool } from '../helpers/slow-pool.ts';

const rounds = 16;

async function begin(postgres: TestPostgres, altered: (text: string) => string = (text) => text) {
  const database = await postgres.database();
  const { tenant, users } = await makeTenant(database.admin, { ada: 'analyst', bob: 'analyst' });
  const pool = openPool({ url: database.serverUrl });
  const epoch = await beginEpoch(pool);
  const environment = testEnvironment();
  const quick = new PostgresStore(pool);
  const slow = new PostgresStore(slowPool(pool, altered));
  const laptop = (store: PostgresStore, user: string) =>
    new TestLaptop(store, environment, { tenant, user }, epoch);
  return { database, pool, tenant, users, laptop, quick, slow };
}

/** What came of a push: the number of its last row, or null where it was refused. */
async function numberOf(
  pushing: Promise<{ results: { seq?: string | undefined }[] }>,
): Promise<bigint | null> {
  try {
    const { results } = await pushing;
    return results[0]?.seq === undefined ? null : BigInt(results[0].seq);
  } catch (error) {
    if (error instanceof RequestRefused && error.code === 'FORBIDDEN') return null;
    throw error;
  }
}

/** Takes a membership away while its person pushes. Answers with how many pushes were numbered after it was gone, and before. */
async function losingMembership(postgres: TestPostgres, altered?: (text: string) => string) {
  const { database, pool, users, laptop, quick, slow } = await begin(postgres, altered);
  const { session, scope } = await laptop(quick, users.bob).makeSession();
  const set = (status: string) =>
    database.admin.query('UPDATE governance.memberships SET status = $1 WHERE user_id = $2', [
      status,
      users.bob,
    ]);
  let [late, inTime] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const bob = laptop(slow, users.bob);
    const entry = bob.insert('evidence', scope, { session_id: session });
    const pushing = numberOf(bob.push(bob.transaction([entry])));
    await sleep(Math.random() * 120);
    await set('suspended');
    const head = await database.admin.query<{ n: string }>('SELECT n FROM central.sync_head');
    const number = await pushing;
    if (number !== null && number > BigInt(head.rows[0]?.n ?? 0)) late += 1;
    else if (number !== null) inTime += 1;
    await set('active');
  }
  await pool.end();
  return { late, inTime };
}

/** The same with a role in a project, which its owner takes away by a push of their own. */
async function losingRole(postgres: TestPostgres, altered?: (text: string) => string) {
  const { pool, users, laptop, quick, slow } = await begin(postgres, altered);
  const ada = laptop(quick, users.ada);
  const { project, session, scope } = await ada.makeSession();
  const members = entitySpec('project_members').n;
  let [late, inTime] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const joined = ada.insert('project_members', `project:${project}`, {
      project_id: project,
      author_id: users.bob,
      role: 'editor',
    });
    const joining = ada.transaction([joined]);
    await ada.push(joining);
    const bob = laptop(slow, users.bob);
    const entry = bob.insert('evidence', scope, { session_id: session });
    const pushing = numberOf(bob.push(bob.transaction([entry])));
    await sleep(Math.random() * 120);
    const base = [joining.stamp];
    const leaving = ada.transaction([
      { op: 'delete', entity: members, row: joined.row, scope: joined.scope, base, stamps: base },
    ]);
    const left = await numberOf(ada.push(leaving));
    const number = await pushing;
    if (left === null) throw new Error('The owner could not take the role away.');
    if (number !== null && number > left) late += 1;
    else if (number !== null) inTime += 1;
  }
  await pool.end();
  return { late, inTime };
}

/** Sets stricter settings while somebody pushes what they forbid. Answers with how many were numbered after they held, and before. */
async function tightening(
  postgres: TestPostgres,
  altered: { readonly push?: (text: string) => string; readonly set?: (text: string) => string },
) {
  const { database, pool, tenant, users, laptop, quick, slow } = await begin(postgres, altered.push);
  const { session, scope } = await laptop(quick, users.bob).makeSession();
  const setter = { pool: slowPool(pool, altered.set) };
  let [late, inTime, refused] = [0, 0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const bob = laptop(slow, users.bob);
    const entry = bob.insert('evidence', scope, { session_id: session, summary: 'not from now on' });
    const pushing = numberOf(bob.push(bob.transaction([entry])));
    await sleep(Math.random() * 120);
    await setPolicy(setter, `t-${tenant}`, { classes: { content: { sync: 'withhold' } } });
    const head = await database.admin.query<{ n: string }>('SELECT n FROM central.sync_head');
    const number = await pushing;
    if (number === null) refused += 1;
    else if (number > BigInt(head.rows[0]?.n ?? 0)) late += 1;
    else inTime += 1;
    await setPolicy({ pool }, `t-${tenant}`, {});
  }
  await pool.end();
  return { late, inTime, refused };
}

describeWithPostgres('access that is taken away while its holder pushes', (postgres) => {
  test('[P24] nothing is numbered after a membership was taken away', async () => {
    expect((await losingMembership(postgres)).late).toBe(0);
  });

  test('without the lock on the membership something is: the test can see what it is after', async () => {
    const unlocked = (text: string) => text.replace('FOR SHARE', '');
    expect((await losingMembership(postgres, unlocked)).late).toBeGreaterThan(0);
  });

  test('[P24] nothing is numbered after a role in a project was taken away', async () => {
    const { late, inTime } = await losingRole(postgres);
    expect(late).toBe(0);
    expect(inTime).toBeLessThan(rounds);
  });

  test('without the look under the counter something is', async () => {
    const unseen = (text: string) =>
      text === 'SELECT central.check_access_unchanged($1, $2, $3, $4, $5)'
        ? 'SELECT num_nulls($1::bigint, $2::int[], $3::text[], $4::int, $5::uuid[])'
        : text;
    expect((await losingRole(postgres, unseen)).late).toBeGreaterThan(0);
  });

  test('[P25] nothing that stricter settings forbid is numbered after they were set', async () => {
    const { late, inTime, refused } = await tightening(postgres, {});
    expect(late).toBe(0);
    expect(inTime + refused).toBe(rounds);
    expect(refused).toBeGreaterThan(0);
  });

  test('without the look at their version something is', async () => {
    const push = (text: string) =>
      text === 'SELECT central.check_policy_unchanged($1)' ? 'SELECT $1::int' : text;
    expect((await tightening(postgres, { push })).late).toBeGreaterThan(0);
  });

  test('where the settings are set without the counter something is', async () => {
    const set = (text: string) => (text.includes('central.sync_head') ? 'SELECT $1::uuid' : text);
    expect((await tightening(postgres, { set })).late).toBeGreaterThan(0);
  });
});
