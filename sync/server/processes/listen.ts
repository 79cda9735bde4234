import type { FastifyInstance } from 'fastify';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { BlobFiles } from '../blobs/blob-files.ts';
import { Blobs } from '../blobs/blobs.ts';
import { ServerError } from '../errors.ts';
import type { ServerLog } from '../http/log.ts';
import { createEdge } from '../http/server.ts';
import { OidcSignIn } from '../identity/oidc.ts';
import type { ServerDatabase } from '../open-database.ts';
import { openFeed } from '../open-feed.ts';
import type { EdgeWork } from './work.ts';

/** How a process listens, and whom it trusts. */
export type Listening = Omit<EdgeWork, 'data' | 'serverUrl' | 'connections'>;

/** The edge over a database, listening. Throws `UNAVAILABLE` where it cannot. */
export async function listen(
  database: ServerDatabase,
  { host, port, tls, oidc, ...settings }: Listening,
  log: ServerLog,
): Promise<FastifyInstance> {
  const { identity, serverUrl } = database;
  const app = await createEdge({
    ...settings,
    identity,
    log,
    feed: openFeed(database),
    listenUrl: serverUrl,
    blobs: blobsOf(database),
    oidc: oidc === null ? null : new OidcSignIn(identity, oidc),
    ...(tls === null
      ? {}
      : { tls: { cert: await readFile(tls.certFile, 'utf8'), key: await readFile(tls.keyFile, 'utf8') } }),
  });
  try {
    await app.listen({ host, port });
    return app;
  } catch (error) {
    await app.close();
    throw new ServerError(
      'UNAVAILABLE',
      `The server cannot listen at ${host}:${port}. Nothing was changed. Choose another --port.`,
      {},
      error,
    );
  }
}

/** The files that rows name, in the server's folder. */
export function blobsOf({ pool, folder }: Pick<ServerDatabase, 'pool' | 'folder'>): Blobs {
  return new Blobs(pool, new BlobFiles(folder.files));
}

/** The port that an edge got. */
export function portOf(app: FastifyInstance): number {
  return (app.server.address() as AddressInfo).port;
}
