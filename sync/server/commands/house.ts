import { transact } from '../database/pool.ts';
import { privacySettingsOf } from '../identity/devices.ts';
import { forgetOldSessions } from '../identity/sessions.ts';
import type { OpenDatabase } from '../open-database.ts';
import { openFeed } from '../open-feed.ts';
import { blobsOf } from '../processes/listen.ts';
import { runRetention } from '../retention/retention.ts';
import { collectEverywhere } from './collect.ts';
import { listTenants } from './tenants.ts';

const hourMs = 3_600_000;
/** A file may arrive before the row that names it. */
const dayMs = 24 * hourMs;

/** Keeps house now and then until it is called off. One process of a server does so, the first. */
export async function beginHousekeeping(database: OpenDatabase): Promise<() => void> {
  await keepHouse(database);
  await collectEverywhere(database);
  const hourly = setInterval(() => void keepHouse(database).catch(() => undefined), hourMs);
  const daily = setInterval(() => void collectEverywhere(database).catch(() => undefined), dayMs);
  return () => {
    clearInterval(hourly);
    clearInterval(daily);
  };
}

/** What has to be done now and then: partitions ahead of time, sessions that are long over, files that no row names. */
async function keepHouse(database: OpenDatabase): Promise<void> {
  const { pool, identity, adminUrl } = database;
  const blobs = blobsOf(database);
  await pool.query(
    `SELECT governance.make_partitions(oid, 3) FROM pg_class
      WHERE relkind = 'p' AND relnamespace::regnamespace::text IN ('governance', 'central')`,
  );
  for (const { id } of await listTenants(adminUrl)) {
    await transact(pool, { tenantId: id }, async (sql) => {
      await forgetOldSessions(sql, identity.now());
      await sql.run(
        `SELECT governance.erase_audit_values(now() - make_interval(days => data_retention_days), NULL)
           FROM governance.tenants WHERE id = $1 AND data_retention_days IS NOT NULL`,
        [id],
      );
    });
    await blobs.collect(id, dayMs);
    await blobs.forgetAbandoned(id, identity.now());
    await retireAway(pool, id);
    await runRetention({ pool, ...openFeed(database), blobs }, id);
  }
}

/** Laptops that were away for longer than the organisation allows take another name and fetch everything anew. */
async function retireAway(pool: OpenDatabase['pool'], tenantId: string): Promise<void> {
  await transact(pool, { tenantId }, async (sql) => {
    const { max_offline_days: days } = (await privacySettingsOf(sql)).devices;
    if (days === null) return;
    await sql.run(
      `UPDATE central.sync_client SET retired = true
        WHERE tenant_id = $1 AND NOT retired AND seen_at < now() - make_interval(days => $2)`,
      [tenantId, days],
    );
  });
}
