import { expect, test } from 'vitest';
import { valuesOf } from '../../sync/core/row-state.ts';
import { decodeRow } from '../../sync/core/row-wire.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';

describeWithPostgres('people in the feed', (postgres) => {
  test('[P10] members come by name, change once, and are nobody’s to write but the server’s', async () => {
    const { admin, server } = await postgres.database();
    const { tenant, users } = await makeTenant(admin, { ada: 'analyst', ben: 'viewer' });
    const other = await makeTenant(admin, { eve: 'owner' });
    const store = new PostgresStore(server);
    const environment = testEnvironment();
    const epoch = await beginEpoch(server);
    const ada = new TestLaptop(store, environment, { tenant, user: users.ada }, epoch);
    const publish = () => store.publishPeople(tenant, environment);
    // Two that greet at once publish each person once.
    expect((await Promise.all([publish(), publish()])).toSorted((a, b) => a - b)).toEqual([0, 2]);
    const shown = async () => {
      const { rows } = await ada.pull({ tenant: '0' });
      return new Map(rows.map((row) => [row.i, valuesOf(decodeRow(row)).known]));
    };
    const before = await shown();
    expect([...before.keys()].toSorted()).toEqual([users.ada, users.ben].toSorted());
    expect(before.has(other.users.eve)).toBe(false);
    expect(before.get(users.ben)?.get(6)).toBe('viewer');
    await admin.query(`UPDATE governance.users SET full_name = 'Ben B.' WHERE id = $1`, [users.ben]);
    await admin.query(`UPDATE governance.memberships SET status = 'removed' WHERE user_id = $1`, [users.ben]);
    expect([await publish(), await publish()]).toEqual([1, 0]);
    const after = (await shown()).get(users.ben);
    expect([after?.get(5), after?.get(7)]).toEqual(['Ben B.', 'inactive']);
    const forged = ada.insert('users', 'tenant', { email: 'me@example.org', role: 'owner' });
    expect((await ada.push(ada.transaction([forged]))).results[0]?.code).toBe('FORBIDDEN');
  });
});
