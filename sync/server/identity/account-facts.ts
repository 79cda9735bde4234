import type { AccountAnswer } from '../../protocol/people.ts';
import { transact } from '../database/pool.ts';
import { actingAs, type Identity, type Principal } from './context.ts';
import { mayUse } from './roles.ts';
import { signInAgain } from './sessions.ts';

interface AccountRow {
  readonly tenant_id: string;
  readonly slug: string;
  readonly name: string;
  readonly email: string;
  readonly full_name: string | null;
  readonly has_password: boolean;
  readonly password_changed_at: string | null;
  readonly mfa_enabled: boolean;
  readonly codes: number;
}

/** Who a sign-in is, what protects it, and what its role lets it see of others. */
export async function accountOf(identity: Identity, principal: Principal): Promise<AccountAnswer> {
  const row = await transact(identity.pool, actingAs(principal), (sql) =>
    sql.first<AccountRow>(
      `SELECT t.id AS tenant_id, t.slug, t.name, u.email, u.full_name, c.password_hash IS NOT NULL AS has_password,
              c.password_changed_at, c.mfa_enabled,
              CASE WHEN c.mfa_enabled THEN cardinality(c.mfa_recovery_hashes) ELSE 0 END AS codes
         FROM governance.tenants t, governance.users u JOIN governance.user_credentials c ON c.user_id = u.id
        WHERE t.id = governance.current_tenant() AND u.id = $1`,
      [principal.userId],
    ),
  );
  if (row === null) throw signInAgain();
  return {
    tenant: { id: row.tenant_id, slug: row.slug, name: row.name },
    user: { id: principal.userId, email: row.email, fullName: row.full_name },
    role: principal.role,
    hasPassword: row.has_password,
    passwordChangedAt: row.password_changed_at,
    secondFactor: row.mfa_enabled,
    recoveryCodesLeft: row.codes,
    deviceId: principal.deviceId,
    managesPeople: mayUse(principal, 'manage-people'),
    readsAudit: mayUse(principal, 'read-audit'),
  };
}
