import { v7 as uuid } from 'uuid';
import { describe, expect, test } from 'vitest';
import { type Sql, transact } from '../../sync/server/database/pool.ts';
import { describeWithPostgres, type TestDatabase, type TestPostgres } from '../helpers/postgres.ts';

interface Tenant {
  readonly tenantId: string;
  readonly userId: string;
}

/** Two tenants of one person each, written the way the server writes: acting for the tenant itself. */
async function twoTenants({ server }: TestDatabase): Promise<[Tenant, Tenant]> {
  const make = async (slug: string): Promise<Tenant> => {
    const acting = { tenantId: uuid(), userId: uuid() };
    await transact(server, acting, async (sql) => {
      await fill(sql, acting, slug);
    });
    return acting;
  };
  return [await make('north'), await make('south')];
}

async function fill(sql: Sql, { tenantId, userId }: Tenant, slug: string): Promise<void> {
  await sql.run('INSERT INTO governance.tenants (id, name, slug) VALUES ($1, $2, $2)', [tenantId, slug]);
  await sql.run('INSERT INTO governance.users (id, email, full_name) VALUES ($1, $2, $3)', [
    userId,
    `person@${slug}.example`,
    `Person of ${slug}`,
  ]);
  await sql.run('INSERT INTO governance.memberships (id, tenant_id, user_id, role) VALUES ($1, $2, $3, $4)', [
    uuid(),
    tenantId,
    userId,
    'owner',
  ]);
  await sql.run('INSERT INTO governance.subscriptions (id, tenant_id) VALUES ($1, $2)', [uuid(), tenantId]);
  await sql.run('INSERT INTO governance.user_credentials (user_id, password_hash) VALUES ($1, $2)', [
    userId,
    'hash of a password',
  ]);
  await sql.run("INSERT INTO governance.external_identities VALUES ('https://issuer.example', $1, $2)", [
    slug,
    userId,
  ]);
  await sql.run('INSERT INTO governance.devices (id, tenant_id, user_id, name) VALUES ($1, $2, $3, $4)', [
    uuid(),
    tenantId,
    userId,
    'a laptop',
  ]);
  await sql.run(
    `INSERT INTO governance.user_sessions (id, tenant_id, user_id, method, token_hash, expires_at)
     VALUES ($1, $2, $3, 'password', 'hash of a token', now() + interval '1 day')`,
    [uuid(), tenantId, userId],
  );
  await sql.run(
    `INSERT INTO governance.api_keys (id, tenant_id, owner_kind, user_id, name, key_prefix, key_hash)
     VALUES ($1, $2, 'user', $3, 'a key', $4, 'hash of a key')`,
    [uuid(), tenantId, userId, `prefix-${slug}`],
  );
  await sql.run(
    `INSERT INTO governance.invitations (id, tenant_id, email, role, token_hash, expires_at)
     VALUES ($1, $2, 'next@example.org', 'viewer', $3, now() + interval '1 day')`,
    [uuid(), tenantId, `hash of ${slug}`],
  );
}

const ofNoTenant = new Set(['institutions', 'system_config', 'attempts', 'pending_sign_ins']);

async function governanceTables({ admin }: TestDatabase): Promise<string[]> {
  const found = await admin.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'governance'::regnamespace
        AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`,
  );
  return found.rows.map(({ name }) => name);
}

describeWithPostgres('governance', (postgres) => {
  describe('the wall between tenants', () => {
    wall(postgres);
  });
  describe('the audit log', () => {
    auditLog(postgres);
  });
});

function wall(postgres: TestPostgres): void {
  test('every table is behind it, its owner included, and every function with rights of its own is closed', async () => {
    const { admin } = await postgres.database();
    const open = await admin.query(
      `SELECT relname FROM pg_class WHERE relnamespace IN ('governance'::regnamespace, 'central'::regnamespace)
          AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)`,
    );
    expect(open.rows).toEqual([]);
    const functions = await admin.query(
      `SELECT p.oid::regprocedure::text FROM pg_proc p
        WHERE p.pronamespace IN ('governance'::regnamespace, 'central'::regnamespace) AND p.prosecdef
          AND (p.proowner::regrole::text NOT IN ('workbench_definer', 'workbench_owner')
            OR NOT coalesce(p.proconfig::text LIKE '%search_path=pg_catalog%', false)
            OR has_function_privilege('workbench_backup', p.oid, 'EXECUTE'))`,
    );
    expect(functions.rows).toEqual([]);
    const roles = await admin.query(
      `SELECT rolname FROM pg_roles WHERE rolname LIKE 'workbench_%' AND (rolsuper OR rolbypassrls OR rolcreaterole)`,
    );
    expect(roles.rows).toEqual([]);
  });

  test('a tenant sees in every table rows of its own and none of another; without a tenant there are none', async () => {
    const database = await postgres.database();
    const [north] = await twoTenants(database);
    for (const table of await governanceTables(database)) {
      const all = await database.admin.query(`SELECT count(*)::int AS n FROM governance.${table}`);
      const count = (acting: object) =>
        transact(database.server, acting, async (sql) => {
          const seen = await sql.first<{ n: number }>(`SELECT count(*)::int AS n FROM governance.${table}`);
          return seen?.n;
        });
      if (ofNoTenant.has(table)) continue;
      const total = (all.rows[0] as { n: number }).n;
      expect([table, total]).not.toEqual([table, 0]);
      expect([table, await count(north)]).toEqual([table, total / 2]);
      expect([table, await count({})]).toEqual([table, 0]);
    }
  });

  test('a tenant cannot write into another, move a row to it, or read its secrets', async () => {
    const database = await postgres.database();
    const [north, south] = await twoTenants(database);
    const as = (acting: object, text: string, values: unknown[]) =>
      transact(database.server, acting, (sql) => sql.run(text, values));
    await expect(
      as(north, 'INSERT INTO governance.memberships (id, tenant_id, user_id, role) VALUES ($1, $2, $3, $4)', [
        uuid(),
        south.tenantId,
        north.userId,
        'owner',
      ]),
    ).rejects.toThrow('row-level security');
    await expect(as(north, 'UPDATE governance.devices SET tenant_id = $1', [south.tenantId])).rejects.toThrow(
      'row-level security',
    );
    expect(
      await as(north, 'UPDATE governance.tenants SET max_users = 1 WHERE id = $1', [south.tenantId]),
    ).toBe(0);
    expect(
      await as(north, 'UPDATE governance.users SET email = $1 WHERE id = $2', ['x@y', south.userId]),
    ).toBe(0);
    expect(
      await as({ tenantId: north.tenantId }, 'UPDATE governance.user_credentials SET password_hash = $1', [
        'x',
      ]),
    ).toBe(0);
  });

  test('the lookups answer one question each, and are the only way across', async () => {
    const database = await postgres.database();
    const [north] = await twoTenants(database);
    const found = await database.server.query("SELECT * FROM governance.find_person('PERSON@north.example')");
    expect(found.rows).toEqual([{ user_id: north.userId, status: 'active' }]);
    const key = await database.server.query("SELECT * FROM governance.find_api_key('prefix-north')");
    expect(key.rows).toMatchObject([{ tenant_id: north.tenantId, key_hash: 'hash of a key' }]);
    const none = await database.server.query("SELECT * FROM governance.find_api_key('%')");
    expect(none.rows).toEqual([]);
  });
}

function auditLog(postgres: TestPostgres): void {
  const change = (database: TestDatabase, acting: Tenant, text: string, values: unknown[] = []) =>
    transact(database.server, { ...acting, address: '192.0.2.7', requestId: 'request-1' }, (sql) =>
      sql.run(text, values),
    );

  test('has old and new value of each changed field, who, from where, and nothing where nothing changed', async () => {
    const database = await postgres.database();
    const [north] = await twoTenants(database);
    const before = await entries(database, north, 'tenants.update');
    await change(database, north, 'UPDATE governance.tenants SET max_users = max_users');
    expect(await entries(database, north, 'tenants.update')).toEqual(before);
    await change(database, north, "UPDATE governance.tenants SET max_users = 5, domain = 'north.example'");
    const [row] = await entries(database, north, 'tenants.update');
    expect(row).toMatchObject({
      user_id: north.userId,
      actor_type: 'user',
      resource_id: north.tenantId,
      ip_address: '192.0.2.7',
      request_id: 'request-1',
    });
    expect(await valuesOf(database, north, row?.id)).toEqual([
      { field: 'domain', old: null, new: 'north.example' },
      { field: 'max_users', old: 100, new: 5 },
    ]);
  });

  test('says of a secret that it changed, and keeps neither the value nor its hash', async () => {
    const database = await postgres.database();
    const [north] = await twoTenants(database);
    await change(database, north, "UPDATE governance.user_credentials SET password_hash = 'another'");
    const [row] = await entries(database, north, 'user_credentials.update');
    expect(row).toMatchObject({ details: { not_kept: ['password_hash'] }, changes: {} });
    const everything = await database.admin.query(
      'SELECT to_jsonb(l)::text AS text FROM governance.audit_logs l UNION ALL SELECT to_jsonb(v)::text FROM governance.audit_values v',
    );
    const text = JSON.stringify(everything.rows);
    for (const secret of [
      'hash of a password',
      'another',
      'hash of a token',
      'hash of a key',
      'hash of north',
    ]) {
      expect(text).not.toContain(`"${secret}`);
    }
  });

  test('cannot be changed or written past its functions, not even by its owner', async () => {
    const database = await postgres.database();
    const [north] = await twoTenants(database);
    for (const text of [
      "UPDATE governance.audit_logs SET action = 'nothing'",
      'DELETE FROM governance.audit_logs',
      'DELETE FROM governance.audit_values',
      'TRUNCATE governance.audit_logs',
      "INSERT INTO governance.audit_chains VALUES (gen_random_uuid(), 1, '')",
      "SELECT governance.append_audit(NULL, '{}', NULL)",
    ]) {
      await expect(change(database, north, text)).rejects.toThrow('permission denied');
    }
    for (const text of [
      'TRUNCATE governance.audit_logs CASCADE',
      "UPDATE governance.audit_logs SET action = 'x'",
    ]) {
      await expect(database.admin.query(text)).rejects.toThrow('only ever appended');
    }
  });

  test('shows a change behind its back; erased values leave the chain whole', async () => {
    const database = await postgres.database();
    const [north] = await twoTenants(database);
    await change(database, north, 'UPDATE governance.tenants SET max_users = 7');
    const broken = async () => {
      const found = await database.admin.query<{ at: string | null }>(
        'SELECT governance.verify_audit($1) AS at',
        [north.tenantId],
      );
      return found.rows[0]?.at;
    };
    expect(await broken()).toBeNull();
    const erased = await transact(database.server, north, (sql) =>
      sql.first<{ n: string }>('SELECT governance.erase_audit_values(NULL, $1) AS n', [north.userId]),
    );
    expect(Number(erased?.n)).toBeGreaterThan(0);
    expect(await broken()).toBeNull();
    await database.admin.query(
      "UPDATE governance.audit_values SET new = '8' WHERE field = 'max_users' AND new = '7'",
    );
    const count = (await entries(database, north, '%')).length;
    expect(await broken()).toBe(String(count));
    await database.admin.query(
      "UPDATE governance.audit_values SET new = '7' WHERE field = 'max_users' AND new = '8'",
    );
    expect(await broken()).toBeNull();
    await database.admin.query('ALTER TABLE governance.audit_logs DISABLE TRIGGER never_changed');
    await database.admin.query(
      "UPDATE governance.audit_logs SET outcome = 'failure' WHERE n = 3 AND tenant_id = $1",
      [north.tenantId],
    );
    expect(await broken()).toBe('3');
    await database.admin.query('DELETE FROM governance.audit_logs WHERE tenant_id = $1 AND n >= 3', [
      north.tenantId,
    ]);
    expect(await broken()).toBe('3');
  });

  test('numbers concurrent changes of one tenant without gaps', async () => {
    const database = await postgres.database();
    const [north] = await twoTenants(database);
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        change(database, north, `UPDATE governance.subscriptions SET limits = jsonb_build_object('n', ${n})`),
      ),
    );
    const verified = await database.admin.query('SELECT governance.verify_audit($1) AS at', [north.tenantId]);
    expect(verified.rows).toEqual([{ at: null }]);
  });

  test('has partitions made ahead, and makes the one of this month where it is missing', async () => {
    const database = await postgres.database();
    const [north] = await twoTenants(database);
    const partitions = async () =>
      (
        await database.admin.query<{ name: string }>(
          "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'governance.audit_logs'::regclass",
        )
      ).rows.map(({ name }) => name);
    expect(await partitions()).toHaveLength(4);
    const made = await transact(database.server, north, (sql) =>
      sql.first<{ n: number }>("SELECT governance.make_partitions('governance.audit_logs', 5) AS n"),
    );
    expect(made?.n).toBe(2);
    await expect(
      database.server.query("SELECT governance.make_partitions('governance.tenants', 5)"),
    ).rejects.toThrow('not a partitioned table');
    for (const name of await partitions()) {
      await database.admin.query(`DROP TABLE ${name}`);
      await database.admin
        .query(`DROP TABLE ${name.replace('audit_logs', 'audit_values')}`)
        .catch(() => undefined);
    }
    await change(database, north, 'UPDATE governance.tenants SET max_users = 9');
    expect(await partitions()).toHaveLength(1);
    await expect(database.server.query(`SELECT * FROM ${(await partitions())[0] ?? ''}`)).rejects.toThrow(
      'permission denied',
    );
  });
}

interface Entry {
  readonly id: string;
  readonly action: string;
}

function entries(database: TestDatabase, acting: Tenant, action: string): Promise<Entry[]> {
  return transact(database.server, acting, (sql) =>
    sql.rows<Entry>('SELECT * FROM governance.audit_logs WHERE action LIKE $1 ORDER BY n', [action]),
  );
}

function valuesOf(database: TestDatabase, acting: Tenant, id: string | undefined): Promise<object[]> {
  return transact(database.server, acting, (sql) =>
    sql.rows('SELECT field, old, new FROM governance.audit_values WHERE log_id = $1 ORDER BY field', [id]),
  );
}
