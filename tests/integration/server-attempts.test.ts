import { expect, test } from 'vitest';
import { Attempts } from '../../sync/server/identity/attempts.ts';
import { PendingSignIns } from '../../sync/server/identity/pending-sign-ins.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { testIdentity } from '../helpers/server-identity.ts';

describeWithPostgres('what several processes over one database count and keep together', (postgres) => {
  test('tries come in a burst, then one at a time, however many processes are asked and however many at once', async () => {
    const identity = testIdentity(await postgres.database());
    const rate = { burst: 5, everyMs: 10_000 };
    const processes = Array.from({ length: 3 }, () => new Attempts(identity, 'person', rate));
    const tried = async (times: number) => {
      const all = Array.from({ length: times }, (_, at) => processes[at % 3]).filter(
        (each) => each !== undefined,
      );
      const done = await Promise.allSettled(all.map((each) => each.take('a@b.example')));
      return done.filter(({ status }) => status === 'fulfilled').length;
    };
    expect(await tried(30)).toBe(5);
    await expect(processes[0]?.take('a@b.example')).rejects.toMatchObject({
      code: 'BUSY',
      details: { retryAfter: 10 },
    });
    identity.later(9_999);
    expect(await tried(3)).toBe(0);
    identity.later(1);
    expect(await tried(3)).toBe(1);
    await processes[1]?.take('somebody else');
    await new Attempts(identity, 'address', rate).take('a@b.example');
    await processes[2]?.clear('a@b.example');
    expect(await tried(30)).toBe(5);
  });

  test('tries that nobody has to remember are forgotten; keys stand as hashes', async () => {
    const database = await postgres.database();
    const identity = testIdentity(database);
    const attempts = new Attempts(identity, 'person', { burst: 2, everyMs: 1000 });
    for (let n = 0; n < 10; n += 1) await attempts.take(`secret-${n}`);
    const kept = async () => (await database.admin.query('SELECT t::text FROM governance.attempts t')).rows;
    expect(await kept()).toHaveLength(10);
    expect(JSON.stringify(await kept())).not.toContain('secret');
    identity.later(120_000);
    await attempts.take('next');
    expect(await kept()).toHaveLength(1);
  });

  test('a sign-in on its way is taken once, by one of all who ask, in its own step, and not when it is old', async () => {
    const database = await postgres.database();
    const identity = testIdentity(database);
    const processes = Array.from({ length: 4 }, () => new PendingSignIns(identity));
    await processes[0]?.keep('begun', 'state', { codeVerifier: 'a secret' });
    const shown = await database.admin.query('SELECT t::text AS text FROM governance.pending_sign_ins t');
    expect(JSON.stringify(shown.rows)).not.toMatch(/state|a secret/);
    expect(await processes[1]?.take('proven', 'state')).toBeNull();
    const taken = await Promise.all(processes.map((each) => each.take('begun', 'state')));
    expect(taken.filter((value) => value !== null)).toEqual([{ codeVerifier: 'a secret' }]);
    await processes[0]?.keep('begun', 'old', {});
    identity.later(600_001);
    expect(await processes[1]?.take('begun', 'old')).toBeNull();
    await processes[0]?.keep('begun', 'older', {});
    identity.later(600_001);
    await processes[0]?.keep('begun', 'new', {});
    const left = await database.admin.query('SELECT count(*)::int AS n FROM governance.pending_sign_ins');
    expect(left.rows).toEqual([{ n: 1 }]);
  });

  test('a value that was put under another key is not opened', async () => {
    const database = await postgres.database();
    const identity = testIdentity(database);
    const pending = new PendingSignIns(identity);
    await pending.keep('begun', 'mine', { userId: 'x' });
    await pending.keep('proven', 'other', { userId: 'y' });
    await database.admin.query(
      `UPDATE governance.pending_sign_ins SET sealed =
         (SELECT sealed FROM governance.pending_sign_ins AS other WHERE other.key <> pending_sign_ins.key)`,
    );
    await expect(pending.take('proven', 'other')).rejects.toThrow();
  });
});
