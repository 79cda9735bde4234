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

/** The role of a person in the transaction's tenant while person, membership and tenant are all active; else null. */
export async function activeRole(sql: Sql, userId: string): Promise<TenantRole | null> {
  const found = await sql.first<{ role: string }>(
    `SELECT m.role FROM governance.memberships m
       JOIN governance.users u ON u.id = m.user_id JOIN governance.tenants t ON t.id = m.tenant_id
      WHERE m.user_id = $1 AND m.tenant_id = governance.current_tenant() AND m.status = 'active'
        AND u.status = 'active' AND u.deleted_at IS NULL AND t.status = 'active' AND t.deleted_at IS NULL`,
    [userId],
  );
  return tenantRoles.find((role) => role === found?.role) ?? null;
}
