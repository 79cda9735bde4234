import { expect, test } from 'vitest';
import { migrateDown, migrateUp } from '../../sync/server/database/migrate.ts';
import { migrations } from '../../db/central/migrations/registry.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, sha256, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';

interface KeptRow {
  readonly scope: string;
  readonly state: string;
  readonly hash: string;
}

describeWithPostgres('rows that were kept before hashes had salts', (postgres) => {
  test('[P28] get one, with the digests of their scopes, and lose it again on the way back', async () => {
    const { admin, adminUrl, server } = await postgres.database();
    const { tenant, users } = await makeTenant(admin, { ada: 'analyst' });
    const store = new PostgresStore(server);
    const ada = new TestLaptop(
      store,
      testEnvironment(),
      { tenant, user: users.ada },
      await beginEpoch(server),
    );
    const { session, scope } = await ada.makeSession();
    for (const title of ['Änderung “x”', 'ends in a salt","x":"salt-of-the-test"}']) {
      await ada.push(ada.transaction([ada.insert('evidence', scope, { session_id: session, title })]));
    }
    const rows = async () => {
      const kept = await admin.query<KeptRow>(
        'SELECT scope, state, hash FROM central.sync_row ORDER BY entity, id',
      );
      return kept.rows;
    };
    const digest = async () => {
      const kept = await admin.query<{ xor: string; epoch: number }>(
        'SELECT xor64 AS xor, scope_epoch AS epoch FROM central.sync_scope WHERE scope = $1',
        [scope],
      );
      return kept.rows[0];
    };
    const expectWhole = async (isSalted: boolean) => {
      const kept = await rows();
      expect(kept.length).toBeGreaterThan(3);
      for (const { state, hash } of kept) {
        expect('x' in (JSON.parse(state) as object)).toBe(isSalted);
        expect(hash).toBe(sha256(state).slice(0, 32));
      }
      const xor = kept
        .filter((row) => row.scope === scope)
        .reduce((x, { hash }) => x ^ BigInt(`0x${hash.slice(0, 16)}`), 0n);
      expect(BigInt.asUintN(64, BigInt((await digest())?.xor ?? '0'))).toBe(xor);
    };
    const before = await digest();
    const step = migrations.findIndex(({ name }) => name === '0037-salted-rows');
    await expectWhole(true);
    await migrateDown(adminUrl, migrations.length - step);
    await expectWhole(false);
    await migrateUp(adminUrl);
    await expectWhole(true);
    const salts = (await rows()).map(({ state }) => (JSON.parse(state) as { x: string }).x);
    expect(new Set(salts).size).toBe(salts.length);
    for (const salt of salts) expect(salt).toMatch(/^[\w-]{16}$/);
    expect((await digest())?.epoch).toBe((before?.epoch ?? 0) + 2);
  });
});
