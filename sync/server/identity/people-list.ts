import type { PeopleAnswer } from '../../protocol/people.ts';
import { type Sql, transact } from '../database/pool.ts';
import { actingAs, type Identity, type Principal } from './context.ts';
import { seatsTaken } from './members.ts';
import { mayUse } from './roles.ts';

/**
 * The members of a tenant, with devices and keys: one's own, or everybody's for who manages people. Those also see open invitations
 * and seats.
 */
export function peopleSeenBy(identity: Identity, principal: Principal): Promise<PeopleAnswer> {
  const manages = mayUse(principal, 'manage-people');
  const owner = manages ? null : principal.userId;
  const now = new Date(identity.now());
  return transact(identity.pool, actingAs(principal), async (sql) => ({
    people: await sql.rows<PeopleAnswer['people'][number]>(
      `SELECT u.id, u.email, u.full_name AS "fullName", m.role, m.status
         FROM governance.memberships m JOIN governance.users u ON u.id = m.user_id
        WHERE m.status <> 'removed' ORDER BY u.email`,
    ),
    devices: await sql.rows<PeopleAnswer['devices'][number]>(
      `SELECT d.id, d.user_id AS user, d.name, d.platform, d.encrypted, d.registered_at AS "registeredAt",
              d.revoked_at AS "revokedAt", coalesce(max(s.last_activity), d.registered_at) AS "lastSeen",
              coalesce(bool_or(s.is_active AND s.expires_at > $2), false) AS "signedIn"
         FROM governance.devices d LEFT JOIN governance.user_sessions s ON s.device_id = d.id
        WHERE $1::uuid IS NULL OR d.user_id = $1 GROUP BY d.id ORDER BY d.registered_at`,
      [owner, now],
    ),
    keys: await sql.rows<PeopleAnswer['keys'][number]>(
      `SELECT id, user_id AS user, name, scopes, project_id AS project, status, last_used_at AS "lastUsedAt", expires_at AS "expiresAt"
         FROM governance.api_keys WHERE $1::uuid IS NULL OR user_id = $1 ORDER BY created_at`,
      [owner],
    ),
    invitations: manages ? await openInvitations(sql, now) : [],
    seats: manages ? { taken: await seatsTaken(sql, now), most: await mostPeople(sql) } : null,
  }));
}

function openInvitations(sql: Sql, now: Date): Promise<PeopleAnswer['invitations']> {
  return sql.rows<PeopleAnswer['invitations'][number]>(
    `SELECT i.id, i.email, i.role, coalesce(u.full_name, u.email) AS "invitedBy", i.expires_at AS "expiresAt"
       FROM governance.invitations i LEFT JOIN governance.users u ON u.id = i.invited_by
      WHERE i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $1 ORDER BY i.created_at`,
    [now],
  );
}

async function mostPeople(sql: Sql): Promise<number> {
  const tenant = await sql.first<{ max_users: number }>(
    'SELECT max_users FROM governance.tenants WHERE id = governance.current_tenant()',
  );
  return tenant?.max_users ?? 0;
}
