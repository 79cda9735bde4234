import type { Sql } from '../database/pool.ts';
import { type TenantRole, tenantRoles } from './tenant-roles.ts';

/**
 * Condition on a session `s` that was opened with a key: the key is still good, at a time and for an address that stand in these two
 * parameters. A session ends with its key, whatever ends that.
 */
export const keyHolds = (now: string, address: string): string => `(s.metadata->>'keyId' IS NULL OR EXISTS (
  SELECT FROM governance.api_keys k WHERE k.id = (s.metadata->>'keyId')::uuid AND k.status = 'active'
    AND (k.expires_at IS NULL OR k.expires_at > ${now}::timestamptz)
    AND (k.allowed_ips IS NULL OR coalesce(${address}::inet <<= ANY (k.allowed_ips), false))))`;

/**
 * The role of a person, who stands in this parameter, in the transaction's tenant while person, membership and tenant are all active; else
 * null. A part of a statement.
 */
export const roleOf = (user: string): string => `(SELECT m.role FROM governance.memberships m
    JOIN governance.users u ON u.id = m.user_id JOIN governance.tenants t ON t.id = m.tenant_id
   WHERE m.user_id = ${user} AND m.tenant_id = governance.current_tenant() AND m.status = 'active'
     AND u.status = 'active' AND u.deleted_at IS NULL AND t.status = 'active' AND t.deleted_at IS NULL)`;

/** What `roleOf` says of a person. */
export async function activeRole(sql: Sql, userId: string): Promise<TenantRole | null> {
  const found = await sql.first<{ role: string | null }>(`SELECT ${roleOf('$1')} AS role`, [userId]);
  return knownRole(found?.role);
}

/** A role as the database has it; null for none, and for one that this build does not know. */
export function knownRole(name: string | null | undefined): TenantRole | null {
  return tenantRoles.find((role) => role === name) ?? null;
}
