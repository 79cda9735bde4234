import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { BlobFiles } from '../blobs/blob-files.ts';
import { Blobs } from '../blobs/blobs.ts';
import { transact } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import { createEdge } from '../http/server.ts';
import type { ServerLog } from '../http/log.ts';
import { defaultLimits, type EdgeLimits } from '../http/limits.ts';
import { privacySettingsOf } from '../identity/devices.ts';
import { type OidcConfiguration, OidcSignIn } from '../identity/oidc.ts';
import { forgetOldSessions } from '../identity/sessions.ts';
import { type OpenDatabase, openDatabase, type Place, requireMigrated } from '../open-database.ts';
import { openFeed } from '../open-feed.ts';
import { beginEpoch } from '../store/postgres-store.ts';
import { runRetention } from '../retention/retention.ts';
import { finishRestore, isRestoring } from './backup/restore.ts';
import { collectEverywhere } from './collect.ts';
import { OwnDatabase } from './own-database.ts';
import { listTenants } from './tenants.ts';

/** How a server listens, and whom it trusts. */
export interface StartOptions extends Place {
  readonly host: string;
  readonly port: number;
  readonly version: string;
  readonly log: ServerLog;
  readonly tls?: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly oidc?: OidcConfiguration | undefined;
  readonly limits?: EdgeLimits;
  readonly trustProxy?: boolean;
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** Takes no more requests, finishes those that it has, and closes the database. */
  close(): Promise<void>;
}

const hourMs = 3_600_000;
/** A file may arrive before the row that names it. */
const dayMs = 24 * hourMs;

/** Starts the server: database, migrations, edge. One server works on a packaged database at a time. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const database = await openDatabase(options, { migrate: true, connections: 24 });
  const closing: (() => Promise<unknown>)[] = [() => database.close()];
  const close = async () => {
    for (const step of closing.splice(0).toReversed()) await step();
  };
  try {
    await requireMigrated(database.adminUrl);
    if (database.cluster !== null) {
      const own = await OwnDatabase.take(database, database.cluster, options.log);
      closing.push(() => own.release());
    }
    if (await isRestoring(database)) await finishRestore(database, 'restore finished at start');
    else await beginEpoch(database.pool);
    await keepHouse(database);
    const housekeeping = setInterval(() => void keepHouse(database).catch(() => undefined), hourMs);
    closing.push(() => Promise.resolve(clearInterval(housekeeping)));
    const forget = () => void collectEverywhere(database).catch(() => undefined);
    const forgetting = setInterval(forget, dayMs);
    closing.push(() => Promise.resolve(clearInterval(forgetting)));
    await collectEverywhere(database);
    const app = await edgeOver(database, options);
    closing.push(() => app.close());
    await listen(app, options);
    return { url: urlOf(app, options), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function edgeOver(database: OpenDatabase, options: StartOptions): Promise<FastifyInstance> {
  const { identity } = database;
  return createEdge({
    identity,
    log: options.log,
    feed: openFeed(database),
    listenUrl: database.serverUrl,
    blobs: blobsOf(database),
    version: options.version,
    limits: options.limits ?? defaultLimits,
    trustProxy: options.trustProxy ?? false,
    oidc: options.oidc === undefined ? null : new OidcSignIn(identity, options.oidc),
    ...(options.tls === undefined
      ? {}
      : {
          tls: {
            cert: await readFile(options.tls.certFile, 'utf8'),
            key: await readFile(options.tls.keyFile, 'utf8'),
          },
        }),
  });
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

function blobsOf({ pool, folder }: OpenDatabase): Blobs {
  return new Blobs(pool, new BlobFiles(folder.files));
}

async function listen(app: FastifyInstance, { host, port }: StartOptions): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw new ServerError(
      'UNAVAILABLE',
      `The server cannot listen at ${host}:${port}. Nothing was changed. Choose another --port.`,
      {},
      error,
    );
  }
}

function urlOf(app: FastifyInstance, { host, tls }: StartOptions): string {
  const { port } = app.server.address() as AddressInfo;
  const shown = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${tls === undefined ? 'http' : 'https'}://${shown}:${port}`;
}
