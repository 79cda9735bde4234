import { privacySettingsSchema } from '../../core/privacy-settings.ts';
import { transact } from '../database/pool.ts';
import type { OpenDatabase } from '../open-database.ts';
import { type Collected, collectTombstones, defaultOfflineDays } from '../store/tombstones.ts';
import { listTenants } from './tenants.ts';

/** What a collection came to in one organisation. */
export interface TenantCollected extends Collected {
  readonly tenant: string;
}

/** Forgets in every organisation what no laptop has to be told any more. A deadlock with a push is tried again at the next run. */
export async function collectEverywhere({
  pool,
  identity,
  adminUrl,
}: Pick<OpenDatabase, 'pool' | 'identity' | 'adminUrl'>): Promise<TenantCollected[]> {
  const all: TenantCollected[] = [];
  for (const { id, slug } of await listTenants(adminUrl)) {
    const collected = await transact(pool, { tenantId: id }, async (sql) => {
      const tenant = await sql.first<{ settings: unknown }>(
        'SELECT privacy_settings AS settings FROM governance.tenants WHERE id = $1',
        [id],
      );
      const { devices } = privacySettingsSchema.parse(tenant?.settings ?? {});
      const offlineDays = devices.max_offline_days ?? defaultOfflineDays;
      return collectTombstones(sql, id, { now: identity.now(), offlineDays });
    });
    all.push({ tenant: slug, ...collected });
  }
  return all;
}
