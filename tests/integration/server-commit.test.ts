import type pg from 'pg';
import { expect, test } from 'vitest';
import { openPool } from '../../sync/server/database/pool.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';

/** A pool over which nobody hears what the counter answered before the commit of that transaction was sent. */
function deafPool(pool: pg.Pool): pg.Pool {
  const connect = async () => {
    const client = await pool.connect();
    const committed = Promise.withResolvers<void>();
    return new Proxy(client, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        if (name !== 'query') return value.bind(target) as unknown;
        return async (statement: string | { readonly text: string }, ...more: unknown[]) => {
          const text = typeof statement === 'string' ? statement : statement.text;
          const answered = (value as (...given: unknown[]) => Promise<unknown>).call(
            target,
            statement,
            ...more,
          );
          if (text === 'COMMIT') committed.resolve();
          const answer = await answered;
          if (text.includes('INSERT INTO central.sync_head')) await committed.promise;
          return answer;
        };
      },
    });
  };
  return { connect, query: pool.query.bind(pool) } as unknown as pg.Pool;
}

describeWithPostgres('the commit of a push', (postgres) => {
  test('[P4] is sent behind the counter, and not when the counter has answered', async () => {
    const database = await postgres.database();
    const { tenant, users } = await makeTenant(database.admin, { ada: 'analyst' });
    const pool = openPool({ url: database.serverUrl });
    const epoch = await beginEpoch(pool);
    const store = new PostgresStore(deafPool(pool));
    const ada = new TestLaptop(store, testEnvironment(), { tenant, user: users.ada }, epoch);
    const { scope, session } = await ada.makeSession();
    const { results } = await ada.push(
      ada.transaction([ada.insert('evidence', scope, { session_id: session })]),
    );
    expect(results).toMatchObject([{ st: 'applied', seq: '3' }]);
    const { rows } = await database.admin.query<{ n: string }>('SELECT n FROM central.sync_head');
    expect(rows).toEqual([{ n: '3' }]);
    await pool.end();
  });
});
