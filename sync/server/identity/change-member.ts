import type { ChangePersonRequest } from '../../protocol/people.ts';
import { type Sql, transact } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import { actingAs, type Identity, type Origin, type Principal } from './context.ts';
import { reserveSeat } from './members.ts';
import { requireCapability, requireToGrant } from './roles.ts';
import { activeRole } from './standing.ts';
import { endSessionsOf } from './sessions.ts';
import { type TenantRole, tenantRoles } from './tenant-roles.ts';

/**
 * Changes a member: another role; suspended, who keeps the role and is signed out until readmitted; removed, whose keys end too. The
 * last owner stays, and an owner is an owner's to change. Throws `FORBIDDEN`, `NOT_FOUND`, `CONFLICT`, and `QUOTA` where
 * no seat is left for somebody who comes back.
 */
export async function changeMember(
  identity: Identity,
  principal: Principal,
  change: ChangePersonRequest,
  origin: Origin,
): Promise<void> {
  requireCapability(principal, 'manage-people');
  await transact(identity.pool, actingAs(principal, origin), async (sql) => {
    await sql.first('SELECT 1 FROM governance.tenants WHERE id = governance.current_tenant() FOR UPDATE');
    // Whoever waited for this may have lost their own role to who held it before.
    const role = (await activeRole(sql, principal.userId)) ?? 'viewer';
    requireCapability({ ...principal, role }, 'manage-people');
    const before = await memberOf(sql, change.user);
    requireToGrant(role, before.role);
    if (change.do === 'role') {
      requireToGrant(role, change.role);
      if (change.role !== 'owner') await requireAnotherOwner(sql, change.user, before);
      await sql.run('UPDATE governance.memberships SET role = $2 WHERE user_id = $1', [
        change.user,
        change.role,
      ]);
    } else if (change.do === 'readmit') {
      if (before.status === 'suspended') await readmit(identity, sql, change.user);
    } else {
      await requireAnotherOwner(sql, change.user, before);
      if (change.do === 'suspend') await suspend(sql, principal, change.user);
      else await remove(identity, sql, principal, change.user);
    }
  });
}

interface Member {
  readonly role: TenantRole;
  readonly status: string;
}

async function memberOf(sql: Sql, userId: string): Promise<Member> {
  const row = await sql.first<{ role: string; status: string }>(
    "SELECT role, status FROM governance.memberships WHERE user_id = $1 AND status <> 'removed'",
    [userId],
  );
  const role = tenantRoles.find((each) => each === row?.role);
  if (row === null || role === undefined)
    throw new ServerError('NOT_FOUND', 'There is no such person in this organisation.');
  return { role, status: row.status };
}

async function suspend(sql: Sql, principal: Principal, userId: string): Promise<void> {
  if (userId === principal.userId) {
    throw new ServerError('CONFLICT', 'You cannot suspend yourself. Nothing was changed.');
  }
  await sql.run("UPDATE governance.memberships SET status = 'suspended' WHERE user_id = $1", [userId]);
  await endSessionsOf(sql, userId, 'suspended');
}

async function readmit(identity: Identity, sql: Sql, userId: string): Promise<void> {
  await reserveSeat(sql, new Date(identity.now()));
  await sql.run("UPDATE governance.memberships SET status = 'active' WHERE user_id = $1", [userId]);
}

/** Whoever is removed comes back by a new invitation only: keys end, and so does what was sent to them before. */
async function remove(identity: Identity, sql: Sql, principal: Principal, userId: string): Promise<void> {
  const now = new Date(identity.now());
  await sql.run("UPDATE governance.memberships SET status = 'removed' WHERE user_id = $1", [userId]);
  await endSessionsOf(sql, userId, 'removed from the organisation');
  await sql.run(
    `UPDATE governance.api_keys SET status = 'revoked', revoked_at = $3, revoked_by = $2
      WHERE user_id = $1 AND status = 'active'`,
    [userId, principal.userId, now],
  );
  await sql.run(
    `UPDATE governance.invitations SET revoked_at = $2
      WHERE lower(email) = (SELECT lower(email) FROM governance.users WHERE id = $1) AND accepted_at IS NULL AND revoked_at IS NULL`,
    [userId, now],
  );
}

async function requireAnotherOwner(sql: Sql, but: string, { role }: Member): Promise<void> {
  if (role !== 'owner') return;
  const other = await sql.first(
    "SELECT 1 FROM governance.memberships WHERE role = 'owner' AND status = 'active' AND user_id <> $1",
    [but],
  );
  if (other !== null) return;
  throw new ServerError(
    'CONFLICT',
    'An organisation keeps one owner at least. Nothing was changed. Name another owner first.',
  );
}
