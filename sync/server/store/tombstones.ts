import { serverItself } from '../feed/server-writes.ts';
import type { Sql } from '../database/pool.ts';
import type { ClientStanding } from '../feed/store.ts';

/** What a collection came to. */
export interface Collected {
  /** Laptops that have been away for too long: they take a new name when they come back. */
  readonly retired: number;
  /** Notes of rows that left a scope. */
  readonly exits: number;
  /** Lines of purged rows; their ids are remembered. */
  readonly purged: number;
  /** Scopes in which a laptop that comes from before has to begin anew. */
  readonly scopes: number;
}

/** Tombstones live at least this long. */
export const leastDays = 90;
/** Laptops are waited for so long where the organisation's settings say nothing else. */
export const defaultOfflineDays = 180;

/**
 * Up to which number a scope's tombstones may go: every laptop that is waited for has passed it, and nothing below it is younger than the
 * least time. `$2` is that time, `$3` the server itself, which holds nothing.
 */
const horizon = `passed AS (
  SELECT scope, min(seq::bigint) AS upto FROM central.sync_client, jsonb_each_text(held) AS cursor (scope, seq)
   WHERE tenant_id = $1 AND NOT retired AND user_id <> $3 GROUP BY scope
), young AS (
  SELECT scope, min(seq) - 1 AS upto FROM (
    SELECT scope, seq FROM central.sync_exit WHERE tenant_id = $1 AND at >= $2
    UNION ALL
    SELECT scope, seq FROM central.sync_purge JOIN central.sync_row USING (tenant_id, entity, id)
     WHERE tenant_id = $1 AND at >= $2) AS tombstone GROUP BY scope
), horizon AS (
  SELECT scope, least(passed.upto, young.upto, 9223372036854775806) AS upto
    FROM central.sync_scope LEFT JOIN passed USING (scope) LEFT JOIN young USING (scope) WHERE tenant_id = $1
)`;

/**
 * Forgets what only laptops from long ago would have to be told: that a row left a scope, that one was purged. Laptops that have been away
 * for longer than `offlineDays` are not waited for. A cursor below a scope's floor fetches that scope anew. To be run in a
 * transaction of the tenant. `now` in milliseconds.
 */
export async function collectTombstones(
  sql: Sql,
  tenant: string,
  { now, offlineDays }: { readonly now: number; readonly offlineDays: number },
): Promise<Collected> {
  const retired = await sql.rows(
    `UPDATE central.sync_client SET retired = true
     WHERE tenant_id = $1 AND NOT retired AND user_id <> $2 AND seen_at < to_timestamp($3::double precision / 1000) RETURNING 1`,
    [tenant, serverItself, now - offlineDays * 86_400_000],
  );
  const unsaid = await sql.first(
    'SELECT 1 FROM central.sync_client WHERE tenant_id = $1 AND NOT retired AND user_id <> $2 AND held IS NULL LIMIT 1',
    [tenant, serverItself],
  );
  // A laptop that has not said where it stands may stand anywhere.
  if (unsaid !== null) return { retired: retired.length, exits: 0, purged: 0, scopes: 0 };
  const given = [tenant, new Date(now - leastDays * 86_400_000).toISOString(), serverItself];
  const purged = await sql.rows<{ scope: string; seq: string; hash: string }>(
    `WITH ${horizon} DELETE FROM central.sync_row AS row USING central.sync_purge AS gone, horizon
     WHERE row.tenant_id = $1 AND gone.tenant_id = $1 AND row.entity = gone.entity AND row.id = gone.id
       AND horizon.scope = row.scope AND row.seq <= horizon.upto
     RETURNING row.scope, row.seq, row.hash`,
    given,
  );
  const exits = await sql.rows<{ scope: string; seq: string }>(
    `WITH ${horizon} DELETE FROM central.sync_exit AS gone USING horizon
     WHERE gone.tenant_id = $1 AND horizon.scope = gone.scope AND gone.seq <= horizon.upto RETURNING gone.scope, gone.seq`,
    given,
  );
  const floors = new Map<string, { upto: bigint; n: number; xor: bigint }>();
  for (const { scope, seq, hash } of [...purged, ...exits.map((exit) => ({ ...exit, hash: null }))]) {
    const floor = floors.get(scope) ?? { upto: 0n, n: 0, xor: 0n };
    if (BigInt(seq) > floor.upto) floor.upto = BigInt(seq);
    if (hash !== null) {
      floor.n += 1;
      floor.xor ^= BigInt(`0x${hash.slice(0, 16)}`);
    }
    floors.set(scope, floor);
  }
  for (const [scope, { upto, n, xor }] of [...floors].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    await sql.run(
      `UPDATE central.sync_scope SET floor_seq = greatest(floor_seq, $3), n = n - $4, xor64 = xor64 # $5
       WHERE tenant_id = $1 AND scope = $2`,
      [tenant, scope, String(upto), n, String(BigInt.asIntN(64, xor))],
    );
  }
  return { retired: retired.length, exits: exits.length, purged: purged.length, scopes: floors.size };
}

/** What a laptop said of itself; written only where it says something else, or was last seen an hour ago. */
export async function noteClient(
  sql: Sql,
  tenant: string,
  client: string,
  { schema, held, device }: ClientStanding,
  at: number,
): Promise<void> {
  await sql.run(
    `UPDATE central.sync_client SET held = $3, schema_version = $5, device_id = coalesce($6, device_id),
       seen_at = to_timestamp($4::double precision / 1000)
     WHERE tenant_id = $1 AND client_id = $2 AND (held IS DISTINCT FROM $3 OR schema_version IS DISTINCT FROM $5
       OR device_id IS DISTINCT FROM coalesce($6, device_id) OR seen_at < to_timestamp($4::double precision / 1000) - interval '1 hour')`,
    [tenant, client, JSON.stringify(held), at, schema, device ?? null],
  );
}
