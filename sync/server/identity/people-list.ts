import type { z } from 'zod';
import type { peopleAnswerSchema } from '../../protocol/auth.ts';
import { transact } from '../database/pool.ts';
import { actingAs, type Identity, type Principal } from './context.ts';
import { roleMay } from './roles.ts';

type People = z.infer<typeof peopleAnswerSchema>;

/** The members of a tenant, with devices and keys: one's own, or everybody's for who manages people. */
export function peopleSeenBy(identity: Identity, principal: Principal): Promise<People> {
  const owner = roleMay(principal.role, 'manage-people') ? null : principal.userId;
  return transact(identity.pool, actingAs(principal), async (sql) => ({
    people: await sql.rows<People['people'][number]>(
      `SELECT u.id, u.email, u.full_name AS "fullName", m.role, m.status
         FROM governance.memberships m JOIN governance.users u ON u.id = m.user_id
        WHERE m.status <> 'removed' ORDER BY u.email`,
    ),
    devices: await sql.rows<People['devices'][number]>(
      `SELECT id, user_id AS user, name, encrypted, registered_at AS "registeredAt", revoked_at AS "revokedAt"
         FROM governance.devices WHERE $1::uuid IS NULL OR user_id = $1 ORDER BY registered_at`,
      [owner],
    ),
    keys: await sql.rows<People['keys'][number]>(
      `SELECT id, user_id AS user, name, scopes, status, last_used_at AS "lastUsedAt", expires_at AS "expiresAt"
         FROM governance.api_keys WHERE $1::uuid IS NULL OR user_id = $1 ORDER BY created_at`,
      [owner],
    ),
  }));
}
