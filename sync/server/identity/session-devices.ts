import { transact } from '../database/pool.ts';
import { actingAs, type Identity, type Principal } from './context.ts';

/**
 * Names of the devices on which stamps were made, by the sessions of these stamps, as far as they are known. Everybody in the organisation
 * may ask: who holds a stamp has read what was written with it.
 */
export async function devicesOfSessions(
  identity: Identity,
  principal: Principal,
  sessions: readonly string[],
): Promise<Record<string, string>> {
  const found = await transact(identity.pool, actingAs(principal), (sql) =>
    sql.rows<{ session: string; name: string }>(
      `SELECT known.session, device.name FROM central.sync_session AS known
         JOIN central.sync_client AS client ON client.tenant_id = known.tenant_id AND client.client_id = known.client_id
         JOIN governance.devices AS device ON device.tenant_id = known.tenant_id AND device.id = client.device_id
        WHERE known.tenant_id = $1 AND known.session = ANY ($2::text[])`,
      [principal.tenantId, sessions],
    ),
  );
  return Object.fromEntries(found.map(({ session, name }) => [session, name]));
}
