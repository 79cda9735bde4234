import type { Sql } from '../database/pool.ts';
import { type TenantRole, tenantRoles } from './tenant-roles.ts';

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
