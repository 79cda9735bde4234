import type pg from 'pg';
import { transact } from './database/pool.ts';
import type { FeedEnvironment } from './feed/environment.ts';
import { publishPeople, type PublishedPerson } from './feed/publish-people.ts';
import type { ServerStore } from './feed/store.ts';

/** Brings a tenant's people, as governance has them, to its laptops. Harmless to repeat: only differences are written. */
export async function publishPeopleOf(
  pool: pg.Pool,
  store: ServerStore,
  environment: FeedEnvironment,
  tenantId: string,
): Promise<number> {
  const people = await transact(pool, { tenantId }, (sql) =>
    sql.rows<PublishedPerson>(
      `SELECT u.id, u.email, u.username, u.full_name AS "fullName", u.avatar, u.orcid, u.created_at AS "createdAt", m.role,
              CASE m.status WHEN 'active' THEN u.status WHEN 'suspended' THEN 'suspended' ELSE 'inactive' END AS status
         FROM governance.memberships m JOIN governance.users u ON u.id = m.user_id ORDER BY u.id`,
    ),
  );
  return publishPeople(store, environment, tenantId, people);
}
