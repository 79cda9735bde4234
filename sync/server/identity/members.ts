import { v7 as uuid } from 'uuid';
import type pg from 'pg';
import { type Acting, type Sql, transact } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import { checkPassword, hashPassword } from './password.ts';
import type { TenantRole } from './tenant-roles.ts';

/** A new person of a tenant. Without a password they sign in through an issuer. */
export interface PersonWish {
  readonly email: string;
  readonly fullName?: string;
  readonly role: TenantRole;
  readonly password?: string;
}

/** Makes a tenant. Throws `CONFLICT` where its short name is taken. */
export async function createTenant(
  pool: pg.Pool,
  wish: { readonly name: string; readonly slug: string; readonly maxUsers?: number },
): Promise<{ readonly tenantId: string }> {
  const tenantId = uuid();
  await transact(pool, { tenantId }, async (sql) => {
    const taken = await sql.first('SELECT 1 FROM governance.find_tenant($1)', [wish.slug]);
    if (taken !== null) {
      throw new ServerError(
        'CONFLICT',
        `There is an organisation "${wish.slug}" already. Nothing was changed.`,
      );
    }
    await sql.run('INSERT INTO governance.tenants (id, name, slug, max_users) VALUES ($1, $2, $3, $4)', [
      tenantId,
      wish.name,
      wish.slug,
      wish.maxUsers ?? 100,
    ]);
    await sql.run('INSERT INTO governance.subscriptions (id, tenant_id) VALUES ($1, $2)', [uuid(), tenantId]);
  });
  return { tenantId };
}

/**
 * Adds a person to a tenant; a person who is known by this address becomes a member, and keeps their own password. Throws
 * `QUOTA` where the tenant is full, `CONFLICT` where they are a member.
 */
export async function addPerson(
  pool: pg.Pool,
  acting: Acting & { readonly tenantId: string },
  wish: PersonWish,
): Promise<{ readonly userId: string; readonly isNew: boolean }> {
  if (wish.password !== undefined) checkPassword(wish.password, wish.email);
  const hash = wish.password === undefined ? null : await hashPassword(wish.password);
  const known = await pool.query<{ user_id: string }>('SELECT user_id FROM governance.find_person($1)', [
    wish.email,
  ]);
  const userId = known.rows[0]?.user_id ?? uuid();
  const isNew = known.rows.length === 0;
  await transact(pool, acting, async (sql) => {
    await reserveSeat(sql);
    if (isNew) await insertPerson(sql, userId, wish, hash);
    await joinTenant(sql, acting.tenantId, userId, wish.role, acting.userId ?? null);
  });
  return { userId, isNew };
}

/** Writes a new person and what they prove themselves with. The credentials' wall is the person's own. */
export async function insertPerson(
  sql: Sql,
  userId: string,
  person: { readonly email: string; readonly fullName?: string },
  passwordHash: string | null,
): Promise<void> {
  await sql.run('INSERT INTO governance.users (id, email, full_name) VALUES ($1, $2, $3)', [
    userId,
    person.email,
    person.fullName ?? null,
  ]);
  const before = await sql.first<{ id: string }>("SELECT current_setting('app.user_id', true) AS id");
  await sql.run("SELECT set_config('app.user_id', $1, true)", [userId]);
  await sql.run(
    'INSERT INTO governance.user_credentials (user_id, password_hash, password_changed_at) VALUES ($1, $2, now())',
    [userId, passwordHash],
  );
  await sql.run("SELECT set_config('app.user_id', $1, true)", [before?.id ?? '']);
}

/** Makes a person an active member. Throws `CONFLICT` where they are one. */
export async function joinTenant(
  sql: Sql,
  tenantId: string,
  userId: string,
  role: TenantRole,
  invitedBy: string | null,
): Promise<void> {
  const joined = await sql.run(
    `INSERT INTO governance.memberships (id, tenant_id, user_id, role, invited_by, accepted_at)
     VALUES ($1, $2, $3, $4, $5, now())
     ON CONFLICT (tenant_id, user_id) DO UPDATE SET role = excluded.role, status = 'active', accepted_at = now()
       WHERE memberships.status <> 'active'`,
    [uuid(), tenantId, userId, role, invitedBy],
  );
  if (joined === 0) {
    throw new ServerError(
      'CONFLICT',
      'This person is a member of the organisation already. Nothing was changed.',
    );
  }
}

/**
 * Holds the tenant's row until the transaction ends and throws `QUOTA` where it has no seat left: two that join at once
 * cannot both take the last one. Open invitations hold a seat; `accepting` is one that becomes a member now.
 */
export async function reserveSeat(
  sql: Sql,
  now: Date = new Date(),
  accepting: string | null = null,
): Promise<void> {
  const tenant = await sql.first<{ max_users: number }>(
    'SELECT max_users FROM governance.tenants WHERE id = governance.current_tenant() FOR UPDATE',
  );
  if (tenant === null) throw new ServerError('NOT_FOUND', 'There is no such organisation.');
  if ((await seatsTaken(sql, now, accepting)) < tenant.max_users) return;
  throw new ServerError(
    'QUOTA',
    `The organisation has room for ${tenant.max_users} people and they are all there or invited. Nothing was changed. Remove somebody, or ask for a larger plan.`,
    { maxUsers: tenant.max_users },
  );
}

/** Seats of the transaction's tenant that are taken: active members and open invitations, `but` the one that is named. */
export async function seatsTaken(sql: Sql, now: Date, but: string | null = null): Promise<number> {
  const taken = await sql.first<{ n: number }>(
    `SELECT (SELECT count(*) FROM governance.memberships WHERE status = 'active')::int
          + (SELECT count(*) FROM governance.invitations
              WHERE accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $1 AND id IS DISTINCT FROM $2::uuid)::int AS n`,
    [now, but],
  );
  return taken?.n ?? 0;
}
