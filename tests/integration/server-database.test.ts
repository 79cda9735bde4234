import { existsSync, mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCluster } from '../../sync/server/database/embedded/cluster.ts';
import { HeldCluster } from '../../sync/server/database/embedded/held-cluster.ts';
import { migrateDown, migrateUp, migrationStates } from '../../sync/server/database/migrate.ts';
import { type Acting, openPool, transact } from '../../sync/server/database/pool.ts';
import { withClient } from '../../sync/server/open-database.ts';
import { tenantWall } from '../../db/central/row-security.ts';
import { migrations } from '../../db/central/migrations/registry.ts';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { describeUnless } from '../helpers/lacking.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';

/** Everything that a schema consists of, as text: objects, columns, constraints, indexes, policies, functions, rights. */
const fingerprint = `
  SELECT 'column' AS kind, table_schema || '.' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
         || ' ' || coalesce(column_default, '') AS text
    FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema', 'migration')
  UNION ALL SELECT 'constraint', conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'migration')
  UNION ALL SELECT 'index', indexdef FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'migration')
  UNION ALL SELECT 'policy', schemaname || '.' || tablename || ' ' || policyname FROM pg_policies
  UNION ALL SELECT 'function', oid::regprocedure::text || md5(prosrc) FROM pg_proc
    WHERE pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  UNION ALL SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
  UNION ALL SELECT 'type', typnamespace::regnamespace || '.' || typname FROM pg_type
    WHERE typnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'migration')
  UNION ALL SELECT 'schema', nspname || coalesce(nspacl::text, '') FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' AND nspname <> 'migration'
  ORDER BY 1, 2`;

describeWithPostgres('the central database', (postgres) => {
  test('is a PostgreSQL of version 15 or newer', async () => {
    const { server } = await postgres.database();
    const shown = await server.query<{ version: number }>(
      "SELECT current_setting('server_version_num')::int AS version",
    );
    expect(shown.rows[0]?.version).toBeGreaterThanOrEqual(150_000);
  });

  test('each step forward is undone by its step back, and can be done again', async () => {
    const { adminUrl, admin } = await postgres.database('empty');
    const at = async () => JSON.stringify((await admin.query(fingerprint)).rows, null, 1);
    const empty = await at();
    expect(await migrateUp(adminUrl)).toEqual(migrations.map(({ name }) => name));
    const full = await at();
    expect(full).not.toBe(empty);
    const down = await migrateDown(adminUrl, migrations.length + 1);
    expect(down).toEqual(migrations.map(({ name }) => name).toReversed());
    expect(await at()).toBe(empty);
    await migrateUp(adminUrl);
    expect(await at()).toBe(full);
    expect((await migrationStates(adminUrl)).every(({ appliedAt }) => appliedAt !== null)).toBe(true);
  });

  test('the server signs in as a role that owns nothing and is above nothing', async () => {
    const { server } = await postgres.database();
    const role = await server.query(
      `SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
              (SELECT count(*)::int FROM pg_class WHERE relowner = pg_roles.oid) AS owned,
              (SELECT count(*)::int FROM pg_auth_members WHERE member = pg_roles.oid) AS memberships
         FROM pg_roles WHERE rolname = current_user`,
    );
    expect(role.rows).toEqual([
      {
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
        owned: 0,
        memberships: 0,
      },
    ]);
    await expect(server.query('CREATE TABLE central.mine (x int)')).rejects.toThrow('permission denied');
    await expect(server.query('CREATE TABLE public.mine (x int)')).rejects.toThrow('permission denied');
    await expect(server.query('SET ROLE workbench_owner')).rejects.toThrow('permission denied');
  });

  test('a table behind the wall shows and takes one tenant, also for its owner; backups read all of it', async () => {
    const { admin, server } = await postgres.database();
    const [first, second] = ['0198c5f0-0000-7000-8000-000000000001', '0198c5f0-0000-7000-8000-000000000002'];
    const owned = [
      'SET LOCAL ROLE workbench_owner',
      'CREATE TABLE central.walled (tenant_id uuid NOT NULL, word text)',
      ...tenantWall('central.walled'),
    ];
    await transact(admin, {}, async (sql) => {
      for (const statement of owned) await sql.run(statement);
    });
    const put = (acting: string, tenant: string) =>
      transact(server, { tenantId: acting }, (sql) =>
        sql.run("INSERT INTO central.walled VALUES ($1, 'a word')", [tenant]),
      );
    await put(first, first);
    await put(second, second);
    await expect(put(first, second)).rejects.toThrow('row-level security');
    const seenAs = (role: string, acting: Acting) =>
      transact(admin, acting, async (sql) => {
        await sql.run(`SET LOCAL ROLE ${role}`);
        return (await sql.rows<{ tenant_id: string }>('SELECT tenant_id FROM central.walled ORDER BY 1')).map(
          (row) => row.tenant_id,
        );
      });
    for (const role of ['workbench_server', 'workbench_owner']) {
      expect(await seenAs(role, { tenantId: first })).toEqual([first]);
      expect(await seenAs(role, {})).toEqual([]);
    }
    expect(await seenAs('workbench_backup', {})).toEqual([first, second]);
    await expect(
      transact(server, { tenantId: first }, (sql) =>
        sql.run('UPDATE central.walled SET tenant_id = $1', [second]),
      ),
    ).rejects.toThrow('row-level security');
  });

  test('for whom a transaction acts ends with it', async () => {
    const { server } = await postgres.database();
    const tenantId = '0198c5f0-0000-7000-8000-000000000001';
    const inside = await transact(server, { tenantId }, (sql) =>
      sql.first<{ tenant: string }>('SELECT governance.current_tenant() AS tenant'),
    );
    expect(inside?.tenant).toBe(tenantId);
    const after = await server.query('SELECT governance.current_tenant() AS tenant');
    expect(after.rows).toEqual([{ tenant: null }]);
  });

  test('what was committed is there after the process was ended as by a power cut', async () => {
    const { adminUrl } = await postgres.database('empty');
    const before = openPool({ url: adminUrl });
    await before.query('CREATE TABLE kept AS SELECT 1 AS x');
    await before.end();
    await postgres.crash();
    const after = openPool({ url: adminUrl });
    expect((await after.query('SELECT x FROM kept')).rows).toEqual([{ x: 1 }]);
    await after.end();
  });
});

describeUnless(lackOfBinaries(), 'a database folder', () => {
  test('is made once; a database that outlived its owner is taken over, not started twice', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'workbench-cluster-'));
    chmodSync(parent, 0o711);
    const options = { folder: join(parent, 'data'), password: 'pass word' };
    const first = await startCluster(options);
    const second = await startCluster(options);
    expect([second.pid, second.port]).toEqual([first.pid, first.port]);
    await second.stop();
    expect(existsSync(join(options.folder, 'postmaster.pid'))).toBe(false);
    const third = await startCluster(options);
    expect(third.pid).not.toBe(first.pid);
    await third.stop();
    rmSync(parent, { recursive: true, force: true });
  });

  test('is stopped by the last who uses it, whoever started it, and never under another', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'workbench-cluster-'));
    chmodSync(parent, 0o711);
    const options = { folder: join(parent, 'data'), password: 'pass word' };
    const runs = () => existsSync(join(options.folder, 'postmaster.pid'));
    const first = await HeldCluster.hold(options);
    const second = await HeldCluster.hold(options);
    expect(second.port).toBe(first.port);
    await first.release();
    expect(runs()).toBe(true);
    await second.release();
    expect(runs()).toBe(false);
    // Many that come and go at once: nobody's database is stopped while it is in use.
    await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const held = await HeldCluster.hold(options);
        const url = `postgresql://postgres:pass%20word@127.0.0.1:${held.port}/postgres`;
        const shown = await withClient(url, (client) =>
          client.query<{ index: number }>('SELECT $1::int AS index, pg_sleep($2)', [index, index / 20]),
        );
        expect(shown.rows[0]?.index).toBe(index);
        await held.release();
      }),
    );
    expect(runs()).toBe(false);
    rmSync(parent, { recursive: true, force: true });
  });

  test('that PostgreSQL cannot use is refused in its own words', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'workbench-cluster-'));
    chmodSync(parent, 0o711);
    const settings = { shared_buffers: 'plenty' };
    await expect(startCluster({ folder: join(parent, 'data'), password: 'x', settings })).rejects.toThrow(
      /invalid value for parameter "shared_buffers"/,
    );
    rmSync(parent, { recursive: true, force: true });
  });
});
