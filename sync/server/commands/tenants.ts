import { randomInt } from 'node:crypto';
import { transact } from '../database/pool.ts';
import { roles } from '../database/roles.ts';
import { ServerError } from '../errors.ts';
import { createApiKey } from '../identity/api-keys.ts';
import type { KeyScope } from '../identity/context.ts';
import { invite } from '../identity/invitations.ts';
import { addPerson, createTenant } from '../identity/members.ts';
import { foreignRoles } from '../identity/roles.ts';
import { type TenantRole, tenantRoles } from '../identity/tenant-roles.ts';
import { type OpenDatabase, withClient } from '../open-database.ts';

/** A tenant as the administrator of the server sees it. */
export interface TenantLine {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly status: string;
}

/** Every tenant. Needs the administrator's address: the server itself sees one tenant at a time. */
export async function listTenants(adminUrl: string): Promise<TenantLine[]> {
  return withClient(adminUrl, async (client) => {
    await client.query(`SET ROLE ${roles.backup}`);
    const found = await client.query<TenantLine>(
      'SELECT id, slug, name, status FROM governance.tenants WHERE deleted_at IS NULL ORDER BY slug',
    );
    return found.rows;
  });
}

/** Makes a tenant; the short name is made from the name where none is given. */
export async function makeTenant(
  { pool }: OpenDatabase,
  wish: { readonly name: string; readonly slug?: string | undefined; readonly maxUsers?: number | undefined },
): Promise<{ readonly tenantId: string; readonly slug: string }> {
  const slug = wish.slug ?? slugOf(wish.name);
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(slug)) {
    throw new ServerError(
      'BAD_REQUEST',
      'A short name has small letters, digits and hyphens. Nothing was made.',
    );
  }
  const { maxUsers } = wish;
  return {
    ...(await createTenant(pool, { name: wish.name, slug, ...(maxUsers === undefined ? {} : { maxUsers }) })),
    slug,
  };
}

/** Adds a person; without a password one is made and shown this once. */
export async function makeUser(
  database: OpenDatabase,
  wish: {
    readonly tenant: string;
    readonly email: string;
    readonly role: string;
    readonly fullName?: string | undefined;
    readonly password?: string | undefined;
    /** Signs in through an issuer only. */
    readonly withoutPassword?: boolean | undefined;
  },
): Promise<{ readonly userId: string; readonly password: string | null }> {
  const tenantId = await tenantIdOf(database, wish.tenant);
  const password = wish.withoutPassword === true ? undefined : (wish.password ?? madePassword());
  const { userId, isNew } = await addPerson(
    database.pool,
    { tenantId },
    {
      email: wish.email,
      role: roleNamed(wish.role),
      ...(wish.fullName === undefined ? {} : { fullName: wish.fullName }),
      ...(password === undefined ? {} : { password }),
    },
  );
  return { userId, password: isNew && wish.password === undefined ? (password ?? null) : null };
}

/** Makes a key for a person. */
export async function makeKey(
  database: OpenDatabase,
  wish: {
    readonly tenant: string;
    readonly email: string;
    readonly name: string;
    readonly scopes: readonly string[];
    readonly days?: number | undefined;
    /** Id of the project that the key belongs to and reaches. */
    readonly project?: string | undefined;
  },
): Promise<{ readonly id: string; readonly key: string }> {
  const tenantId = await tenantIdOf(database, wish.tenant);
  const found = await database.pool.query<{ user_id: string }>(
    'SELECT user_id FROM governance.find_person($1)',
    [wish.email],
  );
  const userId = found.rows[0]?.user_id;
  if (userId === undefined)
    throw new ServerError('NOT_FOUND', 'Nobody is known by this address. No key was made.');
  const scopes = wish.scopes.filter((scope): scope is KeyScope => ['read', 'write', 'admin'].includes(scope));
  if (scopes.length === 0 || scopes.length !== wish.scopes.length) {
    throw new ServerError('BAD_REQUEST', 'Scopes are read, write and admin. No key was made.');
  }
  return transact(database.pool, { tenantId }, (sql) =>
    createApiKey(sql, tenantId, {
      name: wish.name,
      userId,
      scopes,
      ...(wish.project === undefined ? {} : { projectId: wish.project }),
      ...(wish.days === undefined ? {} : { expiresAt: Date.now() + wish.days * 86_400_000 }),
    }),
  );
}

/** Invites somebody and answers with the token that they accept with. */
export async function makeInvitation(
  database: OpenDatabase,
  wish: { readonly tenant: string; readonly email: string; readonly role: string },
): Promise<{ readonly id: string; readonly token: string; readonly expiresAt: string }> {
  const tenantId = await tenantIdOf(database, wish.tenant);
  const made = await invite(
    database.identity,
    { tenantId },
    { email: wish.email, role: roleNamed(wish.role) },
  );
  return { ...made, expiresAt: new Date(made.expiresAt).toISOString() };
}

/** The id of a tenant by its short name. Throws `NOT_FOUND`. */
export async function tenantIdOf({ pool }: Pick<OpenDatabase, 'pool'>, slug: string): Promise<string> {
  const found = await pool.query<{ tenant_id: string }>('SELECT * FROM governance.find_tenant($1)', [slug]);
  const id = found.rows[0]?.tenant_id;
  if (id !== undefined) return id;
  throw new ServerError('NOT_FOUND', `There is no organisation "${slug}". Nothing was changed.`);
}

/** A role by our name for it, or by another system's. */
function roleNamed(name: string): TenantRole {
  const own = tenantRoles.find((role) => role === name);
  const role = own ?? (Object.hasOwn(foreignRoles, name) ? foreignRoles[name]?.tenant : undefined);
  if (role !== undefined) return role;
  throw new ServerError('BAD_REQUEST', `There is no role "${name}". Roles are ${tenantRoles.join(', ')}.`);
}

function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036F]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63);
}

/** Five groups of four letters and digits that are told apart easily: 100 bits. */
function madePassword(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789ACDEFGH';
  const group = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: 5 }, group).join('-');
}
