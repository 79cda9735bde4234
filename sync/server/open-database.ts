import pg from 'pg';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { HeldCluster } from './database/embedded/held-cluster.ts';
import { migrateUp, migrationStates } from './database/migrate.ts';
import { applicationName, openPool } from './database/pool.ts';
import { prepareRoles, roles, urlAs } from './database/roles.ts';
import { ServerError } from './errors.ts';
import type { Identity } from './identity/context.ts';

/** Which database: the packaged one in the data folder, or any other by its address. */
export interface Place {
  readonly data: string;
  readonly databaseUrl?: string | undefined;
}

/** A database as a process of the server works with it. */
export interface ServerDatabase {
  readonly folder: DataFolder;
  readonly serverUrl: string;
  /** Signed in as the server. */
  readonly pool: pg.Pool;
  readonly identity: Identity;
  close(): Promise<void>;
}

/** A server's database, open for one command or for the server itself. */
export interface OpenDatabase extends ServerDatabase {
  /** For what only the owner may do: migrations, backups, restores. */
  readonly adminUrl: string;
  /** The packaged database, where it is that. */
  readonly cluster: HeldCluster | null;
}

const database = 'workbench';

/**
 * Opens the database and brings its roles and its schema to this version: always with `migrate`, else only where it was never
 * migrated, or not at all. A packaged database ends with the `close` of the last who uses it.
 */
export async function openDatabase(
  place: Place,
  options: { readonly migrate?: boolean | 'never'; readonly connections?: number } = {},
): Promise<OpenDatabase> {
  const folder = await openDataFolder(place.data);
  const cluster =
    place.databaseUrl === undefined
      ? await HeldCluster.hold({ folder: folder.cluster, password: folder.secrets.postgres })
      : null;
  let adminUrl: string;
  try {
    adminUrl = cluster === null ? (place.databaseUrl ?? '') : await ownDatabase(cluster, folder);
    if (options.migrate === true || (options.migrate !== 'never' && (await isNew(adminUrl)))) {
      await prepareRoles(adminUrl, folder.secrets.server);
      await migrateUp(adminUrl);
    }
  } catch (error) {
    await cluster?.release();
    throw error;
  }
  const serverUrl = urlAs(adminUrl, roles.server, folder.secrets.server);
  const joined = over(folder, serverUrl, options.connections ?? 4);
  return {
    ...joined,
    adminUrl,
    cluster,
    close: async () => {
      await joined.close();
      await cluster?.release();
    },
  };
}

/** Joins a database that another process of the same server has opened, and keeps open. */
export async function joinDatabase(at: {
  readonly data: string;
  readonly serverUrl: string;
  readonly connections: number;
}): Promise<ServerDatabase> {
  return over(await openDataFolder(at.data), at.serverUrl, at.connections);
}

function over(folder: DataFolder, serverUrl: string, connections: number): ServerDatabase {
  const pool = openPool({ url: serverUrl, max: connections });
  const identity = { pool, now: () => Date.now(), keys: folder.keys };
  return { folder, serverUrl, pool, identity, close: () => pool.end() };
}

async function ownDatabase(cluster: HeldCluster, folder: DataFolder): Promise<string> {
  const at = `127.0.0.1:${cluster.port}`;
  const maintenance = `postgresql://postgres:${folder.secrets.postgres}@${at}/postgres`;
  await withClient(maintenance, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (found.rowCount !== 0) return;
    await client.query(`CREATE DATABASE ${database}`).catch((error: unknown) => {
      // 42P04: another process made it in the meantime.
      if (!(error instanceof pg.DatabaseError && error.code === '42P04')) throw error;
    });
  });
  return `postgresql://postgres:${folder.secrets.postgres}@${at}/${database}`;
}

/** True for a database in which nothing was made yet. */
export async function isNew(adminUrl: string): Promise<boolean> {
  const seen = await withClient(adminUrl, (client) =>
    client.query<{ there: boolean }>("SELECT to_regclass('migration.kysely_migration') IS NOT NULL AS there"),
  );
  return seen.rows[0]?.there !== true;
}

/** Throws `UNAVAILABLE` where this version's schema is another than the database's. */
export async function requireMigrated(adminUrl: string): Promise<void> {
  const missing = (await migrationStates(adminUrl)).filter(({ appliedAt }) => appliedAt === null);
  if (missing.length === 0) return;
  throw new ServerError(
    'UNAVAILABLE',
    'The database is of an older version. Run "workbench server migrate" first.',
    {
      missing: missing.length,
    },
  );
}

/** Runs `work` on a connection of its own. Throws `UNAVAILABLE` where there is none to be had. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new ServerError(
      'UNAVAILABLE',
      'The database cannot be reached with this address. Nothing was changed. Check --database-url and that it runs.',
      {},
      error,
    );
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
