import type pg from 'pg';
import { migrationStates } from '../database/migrate.ts';
import { roles } from '../database/roles.ts';
import { type OpenDatabase, withClient } from '../open-database.ts';
import { listTenants } from './tenants.ts';

/** Something that is not as it should be, with what to do. */
export interface Problem {
  readonly code: string;
  readonly sentence: string;
}

/** State of a server, for people and for monitoring. Sizes in bytes. */
export interface Health {
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  readonly database: { readonly version: string; readonly bytes: number; readonly connections: number };
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly bytes: number }[];
  /** What is kept for laptops that have not come by: rows that left a scope, purged rows; and laptops that were retired. */
  readonly tombstones: { readonly exits: number; readonly purged: number; readonly retired: number };
  readonly slow: readonly { readonly pid: number; readonly seconds: number; readonly state: string }[];
}

type Check = (client: pg.Client, database: OpenDatabase) => Promise<Problem[]>;

/** Looks at everything that can be looked at while the server runs. Changes nothing. */
export async function examineServer(database: OpenDatabase): Promise<Health> {
  return withClient(database.adminUrl, async (client) => {
    const problems: Problem[] = [];
    for (const check of checks) {
      problems.push(...(await check(client, database)));
      // What a missing step would have made cannot be looked at.
      if (problems.some(({ code }) => code === 'migration-missing')) break;
    }
    const [about] = await rowsOf<{ version: string; bytes: string; connections: number }>(
      client,
      `SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes,
              (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database()) AS connections`,
    );
    const tables = await rowsOf<{ name: string; rows: string; bytes: string }>(
      client,
      `SELECT schemaname || '.' || relname AS name, n_live_tup AS rows, pg_total_relation_size(relid) AS bytes
         FROM pg_stat_user_tables WHERE schemaname IN ('governance', 'central') ORDER BY bytes DESC LIMIT 20`,
    );
    const [kept] = problems.some(({ code }) => code === 'migration-missing')
      ? []
      : await rowsOf<{ exits: number; purged: number; retired: number }>(
          client,
          `SELECT (SELECT count(*)::int FROM central.sync_exit) AS exits,
                  (SELECT count(*)::int FROM central.sync_purge JOIN central.sync_row USING (tenant_id, entity, id)) AS purged,
                  (SELECT count(*)::int FROM central.sync_client WHERE retired) AS retired`,
        );
    return {
      ok: problems.length === 0,
      problems,
      database: {
        version: about?.version ?? '',
        bytes: Number(about?.bytes ?? 0),
        connections: about?.connections ?? 0,
      },
      tombstones: kept ?? { exits: 0, purged: 0, retired: 0 },
      tables: tables.map(({ name, rows, bytes }) => ({ name, rows: Number(rows), bytes: Number(bytes) })),
      slow: await rowsOf(
        client,
        `SELECT pid, extract(epoch FROM now() - xact_start)::int AS seconds, state FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND now() - xact_start > interval '10 seconds'
          ORDER BY xact_start`,
      ),
    };
  });
}

const checks: readonly Check[] = [
  migrationsApplied,
  rolesAreHumble,
  wallsStand,
  partitionsAhead,
  auditChainsHold,
  digestsAgree,
  nothingHoldsBack,
];

async function migrationsApplied(_client: pg.Client, { adminUrl }: OpenDatabase): Promise<Problem[]> {
  const missing = (await migrationStates(adminUrl)).filter(({ appliedAt }) => appliedAt === null);
  return missing.map(({ name }) => ({
    code: 'migration-missing',
    sentence: `The step ${name} is missing. Run "workbench server migrate".`,
  }));
}

async function rolesAreHumble(client: pg.Client): Promise<Problem[]> {
  const proud = await rowsOf<{ name: string }>(
    client,
    `SELECT rolname AS name FROM pg_roles WHERE rolname = ANY ($1) AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)
     UNION SELECT rolname FROM pg_roles r JOIN pg_class c ON c.relowner = r.oid WHERE rolname = $2`,
    [Object.values(roles), roles.server],
  );
  return proud.map(({ name }) => ({
    code: 'role-too-strong',
    sentence: `The database role ${name} may do more than it should. Take its attributes back with ALTER ROLE.`,
  }));
}

async function wallsStand(client: pg.Client): Promise<Problem[]> {
  const open = await rowsOf<{ name: string }>(
    client,
    `SELECT oid::regclass::text AS name FROM pg_class WHERE relnamespace::regnamespace::text IN ('governance', 'central')
        AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)`,
  );
  return open.map(({ name }) => ({
    code: 'wall-open',
    sentence: `The table ${name} has no row-level security. Turn it on before the server is used.`,
  }));
}

async function partitionsAhead(client: pg.Client): Promise<Problem[]> {
  const short = await rowsOf<{ name: string }>(
    client,
    `SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relkind = 'p'
        AND c.relnamespace::regnamespace::text IN ('governance', 'central')
        AND to_regclass(c.oid::regclass::text || to_char((now() AT TIME ZONE 'UTC') + interval '1 month', '"_"YYYY"_"MM')) IS NULL`,
  );
  return short.map(({ name }) => ({
    code: 'partition-missing',
    sentence: `The table ${name} has no partition for next month. Start the server: it makes them.`,
  }));
}

async function auditChainsHold(client: pg.Client, { adminUrl }: OpenDatabase): Promise<Problem[]> {
  const problems: Problem[] = [];
  const tenants = [
    ...(await listTenants(adminUrl)),
    { id: '00000000-0000-0000-0000-000000000000', slug: 'the server' },
  ];
  for (const { id, slug } of tenants) {
    const [broken] = await rowsOf<{ at: string | null }>(client, 'SELECT governance.verify_audit($1) AS at', [
      id,
    ]);
    if (broken?.at != null) {
      problems.push({
        code: 'audit-broken',
        sentence: `The audit log of ${slug} was changed or is not whole at entry ${broken.at}. Compare it with a backup.`,
      });
    }
  }
  return problems;
}

/** Count and exclusive or of each scope, counted again over its rows. */
async function digestsAgree(client: pg.Client): Promise<Problem[]> {
  const [feed] = await rowsOf<{ there: boolean }>(
    client,
    "SELECT to_regclass('central.sync_row') IS NOT NULL AS there",
  );
  if (feed?.there !== true) return [];
  const differing = await rowsOf<{ tenant: string; scope: string }>(
    client,
    `SELECT s.tenant_id AS tenant, s.scope FROM central.sync_scope s LEFT JOIN (
        SELECT tenant_id, scope, count(*) AS n, bit_xor(('x' || left(hash, 16))::bit(64)::bigint) AS x
          FROM central.sync_row GROUP BY 1, 2
      ) r USING (tenant_id, scope)
      WHERE s.n <> coalesce(r.n, 0) OR s.xor64 <> coalesce(r.x, 0)`,
  );
  return differing.map(({ tenant, scope }) => ({
    code: 'digest-differs',
    sentence: `The digest of ${scope} of organisation ${tenant} is not that of its rows. Restore a backup, and keep this database.`,
  }));
}

async function nothingHoldsBack(client: pg.Client): Promise<Problem[]> {
  const held = await rowsOf<{ pid: number; minutes: number }>(
    client,
    `SELECT pid, (extract(epoch FROM now() - xact_start) / 60)::int AS minutes FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid() AND now() - xact_start > interval '10 minutes'`,
  );
  return held.map(({ pid, minutes }) => ({
    code: 'long-transaction',
    sentence: `A transaction of process ${pid} has been open for ${minutes} minutes and keeps old rows alive. End it.`,
  }));
}

async function rowsOf<R extends object>(
  client: pg.Client,
  text: string,
  values: unknown[] = [],
): Promise<R[]> {
  return (await client.query<R & pg.QueryResultRow>(text, values)).rows;
}
