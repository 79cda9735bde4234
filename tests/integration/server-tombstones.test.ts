import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { protocolVersion } from '../../sync/protocol/messages.ts';
import { transact } from '../../sync/server/database/pool.ts';
import { hello } from '../../sync/server/feed/hello.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { collectTombstones, leastDays } from '../../sync/server/store/tombstones.ts';
import { makeTenant, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres, type TestPostgres } from '../helpers/postgres.ts';

const dayMs = 86_400_000;

async function begin(postgres: TestPostgres) {
  const database = await postgres.database();
  const { tenant, users } = await makeTenant(database.admin, { ada: 'analyst' });
  const store = new PostgresStore(database.server);
  const environment = testEnvironment();
  const epoch = await beginEpoch(database.server);
  const laptop = () => new TestLaptop(store, environment, { tenant, user: users.ada }, epoch);
  const greet = (of: TestLaptop, have: Readonly<Record<string, string>>) =>
    hello(store, environment, of.principal, {
      v: protocolVersion,
      client: of.client,
      epoch,
      app: 'test',
      schema: 1,
      lastMutation: String(of.last),
      lastHash: of.hash,
      settled: '0',
      have: Object.entries(have).map(([scope, seq]) => ({ scope, scopeEpoch: 0, seq })),
      now: environment.now(),
    });
  /** A collection some days from now. */
  const collect = (days: number, offlineDays = 1000) =>
    transact(database.server, { tenantId: tenant }, (sql) =>
      collectTombstones(sql, tenant, { now: environment.now() + days * dayMs, offlineDays }),
    );
  return { database, tenant, greet, collect, ada: laptop(), second: laptop() };
}

describeWithPostgres('tombstones', (postgres) => {
  test('[P21] live until every laptop has passed them and for ninety days; then the floor says who begins anew', async () => {
    const { ada, second, greet, collect, database, tenant } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    const rows = Array.from({ length: 3 }, () => ada.insert('evidence', scope, { session_id: session }));
    await ada.push(ada.transaction(rows));
    const [gone] = rows;
    if (gone === undefined) throw new RangeError('There are three rows.');
    const before = (await ada.pull({ [scope]: '0' })).trailer.next[scope] ?? '0';
    await ada.push(ada.transaction([{ op: 'purge', entity: gone.entity, row: gone.row, scope }]));
    const later = ada.transaction([ada.insert('evidence', scope, { session_id: session })]);
    await ada.push(later);
    const { trailer } = await ada.pull({ [scope]: before });
    const after = trailer.next[scope] ?? '0';
    expect(trailer.floor).toBeUndefined();
    await greet(ada, { [scope]: after });
    await greet(second, { [scope]: before });
    expect((await collect(leastDays + 1)).purged).toBe(0);
    await greet(second, { [scope]: after });
    expect((await collect(leastDays - 1)).purged).toBe(0);
    expect(await collect(leastDays + 1)).toMatchObject({ retired: 0, purged: 1, scopes: 1 });
    const there = await ada.pull({ [scope]: after });
    expect(Number(there.trailer.floor?.[scope])).toBeGreaterThan(Number(before));
    expect(there.trailer.digest?.[scope]?.n).toBe('4');
    const { rows: counted } = await database.admin.query<{ n: string }>(
      `SELECT bit_xor(('x' || left(hash, 16))::bit(64)::bigint) = (SELECT xor64 FROM central.sync_scope WHERE tenant_id = $1 AND scope = $2) AS n
       FROM central.sync_row WHERE tenant_id = $1 AND scope = $2`,
      [tenant, scope],
    );
    expect(counted[0]?.n).toBe(true);
    expect((await second.pull({ [scope]: before })).trailer.bootstrap).toEqual([scope]);
    const greeted = await greet(second, { [scope]: before });
    expect(greeted.scopes.find((each) => each.scope === scope)?.do).toBe('bootstrap');
    // That it was purged is remembered without its line: nothing brings it back.
    const late = ada.update({ entity: gone.entity, row: gone.row, scope }, [[10, 'late', []]]);
    expect((await ada.push(ada.transaction([late]))).results[0]?.code).toBe('PURGED');
    const again = ada.insert('evidence', scope, { session_id: session }, gone.row);
    expect((await ada.push(ada.transaction([again]))).results[0]?.code).toBe('PURGED');
  });

  test('[P21] who holds a scope as it stands stands behind what was forgotten, though that had its last number', async () => {
    const { ada, greet, collect } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    const row = ada.insert('evidence', scope, { session_id: session });
    await ada.push(ada.transaction([row]));
    await ada.push(ada.transaction([{ op: 'purge', entity: row.entity, row: row.row, scope }]));
    await greet(ada, { [scope]: (await ada.pull({ [scope]: '0' })).trailer.next[scope] ?? '0' });
    expect((await collect(leastDays + 1)).purged).toBe(1);
    const { trailer } = await ada.pull({ [scope]: '0' });
    expect(trailer.next).toEqual(trailer.floor);
    expect((await ada.pull(trailer.next)).trailer.bootstrap).toBeUndefined();
  });

  test('[P21] a laptop that was away for too long is not waited for, and is told that its name is spent', async () => {
    const { ada, second, greet, collect } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    const row = ada.insert('evidence', scope, { session_id: session });
    await ada.push(ada.transaction([row]));
    await greet(second, { [scope]: '1' });
    await ada.push(ada.transaction([{ op: 'purge', entity: row.entity, row: row.row, scope }]));
    await greet(ada, { [scope]: '9' });
    expect(await collect(leastDays + 1, 200)).toMatchObject({ retired: 0, purged: 0 });
    expect(await collect(201, 200)).toMatchObject({ retired: 2, purged: 1 });
    await expect(greet(second, { [scope]: '1' })).rejects.toMatchObject({ code: 'CLIENT_RETIRED' });
  });

  test('[P18] [P21] exits go the same way, and a laptop that has never said where it stands keeps everything', async () => {
    const { ada, second, greet, collect } = await begin(postgres);
    const { session, scope, project } = await ada.makeSession();
    const other = randomUUID();
    await ada.push(ada.transaction([ada.insert('projects', `project:${other}`, { name: 'B' }, other)]));
    const document = ada.insert('artifacts', `project:${project}`, { content_hash: 'a'.repeat(64) });
    const use = ada.insert('evidence', scope, { session_id: session, artifact_id: document.row });
    await ada.push(ada.transaction([document, use]));
    const move = ada.update({ entity: 5, row: session, scope }, [[3, other.replaceAll('-', ''), []]]);
    await ada.push(ada.transaction([move]));
    expect((await ada.pull({ [`project:${project}`]: '1' })).rows.map(({ i }) => i)).toEqual([document.row]);
    await second.push(second.transaction([]));
    await greet(ada, { [`project:${project}`]: '99' });
    expect((await collect(leastDays + 1)).exits).toBe(0);
    await greet(second, {});
    expect((await collect(leastDays + 1)).exits).toBe(1);
    expect((await ada.pull({ [`project:${project}`]: '1' })).trailer.bootstrap).toEqual([
      `project:${project}`,
    ]);
  });
});
