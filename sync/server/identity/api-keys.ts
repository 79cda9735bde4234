import { v7 as uuid } from 'uuid';
import { type Sql, transact } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import { actingAs, type Identity, type KeyScope, type Origin, type Principal } from './context.ts';
import { accountClosed } from './devices.ts';
import { requireCapability, requireWhole, roleMay } from './roles.ts';
import { hashSecret, newSecret, sameText } from './secrets.ts';
import { signInAgain } from './sessions.ts';
import { activeRole } from './standing.ts';

const marker = 'wbk';

/** What a new key may do, for whom, from where and until when. */
export interface KeyWish {
  readonly name: string;
  readonly userId: string;
  readonly projectId?: string;
  readonly scopes: readonly KeyScope[];
  readonly allowedAddresses?: readonly string[];
  readonly expiresAt?: number;
}

/** True for a text that has the form of a key. */
export function isApiKey(text: string): boolean {
  return text.startsWith(`${marker}_`);
}

/** Makes a key: `wbk_<prefix>_<secret>`, shown this once. Of the secret only its SHA-256 is kept. */
export async function createApiKey(
  sql: Sql,
  tenantId: string,
  wish: KeyWish,
): Promise<{ readonly id: string; readonly key: string }> {
  if (wish.scopes.length === 0) {
    throw new ServerError('FORBIDDEN', 'A key may not do more than what makes it. No key was made.');
  }
  const role = await activeRole(sql, wish.userId);
  if (role === null) throw noSuchPerson();
  if (wish.scopes.includes('admin') && !roleMay(role, 'manage-people')) {
    throw new ServerError('FORBIDDEN', 'A key may not do more than its person. No key was made.', { role });
  }
  const [id, prefix, secret] = [uuid(), newSecret(6).replaceAll(/[_-]/g, 'x'), newSecret(32)];
  const key = `${marker}_${prefix}_${secret}`;
  await sql.run(
    `INSERT INTO governance.api_keys
       (id, tenant_id, owner_kind, user_id, project_id, name, key_prefix, key_hash, scopes, allowed_ips, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      id,
      tenantId,
      wish.projectId === undefined ? 'user' : 'project',
      wish.userId,
      wish.projectId ?? null,
      wish.name,
      prefix,
      hashSecret(key),
      [...wish.scopes],
      wish.allowedAddresses === undefined ? null : [...wish.allowedAddresses],
      wish.expiresAt === undefined ? null : new Date(wish.expiresAt),
    ],
  );
  return { id, key };
}

interface KeyRow {
  readonly id: string;
  readonly project_id: string | null;
  readonly user_id: string;
  readonly scopes: string[];
  readonly status: string;
  readonly expires_at: string | null;
  readonly from_here: boolean;
  readonly stale: boolean;
}

/** Whom a key speaks for. Throws `UNAUTHENTICATED`, also from an address that the key is not for, and `CLIENT_RETIRED` for a removed person. */
export async function principalOfKey(identity: Identity, key: string, origin: Origin): Promise<Principal> {
  const prefix = key.split('_')[1] ?? '';
  const known = await identity.pool.query<{ tenant_id: string; user_id: string; key_hash: string }>(
    'SELECT tenant_id, user_id, key_hash FROM governance.find_api_key($1)',
    [prefix],
  );
  const found = known.rows[0];
  if (found === undefined || !sameText(hashSecret(key), found.key_hash)) throw signInAgain();
  const who = { tenantId: found.tenant_id, userId: found.user_id };
  return transact(identity.pool, actingAs(who, origin), async (sql) => {
    const now = new Date(identity.now());
    const row = await sql.first<KeyRow>(
      `SELECT id, user_id, project_id, scopes, status, expires_at,
              allowed_ips IS NULL OR coalesce($2::inet <<= ANY (allowed_ips), false) AS from_here,
              last_used_at IS NULL OR last_used_at < $3::timestamptz - interval '1 minute' AS stale
         FROM governance.api_keys WHERE key_prefix = $1`,
      [prefix, origin.address ?? null, now],
    );
    const role = await activeRole(sql, who.userId);
    if (row === null || !row.from_here) throw signInAgain();
    if (role === null) throw await accountClosed(sql, who.userId);
    if (row.status !== 'active') throw signInAgain();
    if (row.expires_at !== null && Date.parse(row.expires_at) <= now.getTime()) throw signInAgain();
    if (row.stale) {
      // Not at each use: a script that calls a thousand times a minute would write a thousand rows.
      await sql.run(
        `UPDATE governance.api_keys SET last_used_at = $2, last_used_ip = $3, usage_count = usage_count + 1 WHERE id = $1`,
        [row.id, now, origin.address ?? null],
      );
    }
    return {
      ...who,
      role,
      via: 'api_key',
      credentialId: row.id,
      projectId: row.project_id ?? undefined,
      deviceId: null,
      scopes: row.scopes.filter((scope): scope is KeyScope => ['read', 'write', 'admin'].includes(scope)),
    };
  });
}

/** Revokes a key and ends what was signed in with it: one's own, or any where people are one's to manage. Throws `NOT_FOUND`. */
export async function revokeApiKey(
  identity: Identity,
  principal: Principal,
  id: string,
  origin: Origin,
): Promise<void> {
  requireWhole(principal);
  await transact(identity.pool, actingAs(principal, origin), async (sql) => {
    const row = await sql.first<{ user_id: string }>(
      'SELECT user_id FROM governance.api_keys WHERE id = $1',
      [id],
    );
    if (row === null) throw new ServerError('NOT_FOUND', 'There is no such key in this organisation.');
    if (row.user_id !== principal.userId) requireCapability(principal, 'manage-people');
    await sql.run(
      `UPDATE governance.api_keys SET status = 'revoked', revoked_at = $2, revoked_by = $3 WHERE id = $1`,
      [id, new Date(identity.now()), principal.userId],
    );
    await sql.run(
      `UPDATE governance.user_sessions SET is_active = false, revoked_reason = 'key revoked'
        WHERE metadata->>'keyId' = $1::text AND is_active`,
      [id],
    );
  });
}

function noSuchPerson(): ServerError {
  return new ServerError('NOT_FOUND', 'There is no such person in this organisation. No key was made.');
}
