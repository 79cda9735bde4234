import { freePort } from '../database/embedded/free-port.ts';
import type { ServerLog } from '../http/log.ts';
import { defaultLimits, type EdgeLimits, shareOf } from '../http/limits.ts';
import type { OidcConfiguration } from '../identity/oidc.ts';
import { openDatabase, type OpenDatabase, type Place, requireMigrated } from '../open-database.ts';
import type { Beats } from '../processes/beats.ts';
import { EdgeProcesses } from '../processes/edge-processes.ts';
import { listen, type Listening, portOf } from '../processes/listen.ts';
import { beginEpoch } from '../store/postgres-store.ts';
import { finishRestore, isRestoring } from './backup/restore.ts';
import { beginHousekeeping } from './house.ts';
import { OwnDatabase } from './own-database.ts';

/** How a server listens, and whom it trusts. */
export interface StartOptions extends Place {
  readonly host: string;
  /** A free one where it is 0. */
  readonly port: number;
  readonly version: string;
  readonly log: ServerLog;
  /** Processes that answer requests. One is this process itself; more are made by it. */
  readonly processes: number;
  readonly tls?: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly oidc?: OidcConfiguration | undefined;
  readonly limits?: EdgeLimits;
  /** When one of several processes counts as hanging. */
  readonly beats?: Beats;
  readonly trustProxy?: boolean;
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** Takes no more requests, finishes those that it has, and closes the database. */
  close(): Promise<void>;
}

/** Connections of all processes together, as far as each has enough: PostgreSQL takes 100 unless it is told otherwise. */
const connections = 48;
const mostConnections = 24;
const fewestConnections = 4;

/** Starts the server: database, migrations, edge. One server works on a packaged database at a time. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const isAlone = options.processes === 1;
  const database = await openDatabase(options, { migrate: true, connections: isAlone ? mostConnections : 4 });
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
    const stopHousekeeping = await beginHousekeeping(database);
    closing.push(() => Promise.resolve(stopHousekeeping()));
    const answering = await (isAlone ? answerHere : answerInProcesses)(database, options);
    closing.push(() => answering.close());
    return { url: urlOf(answering.port, options), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Who answers requests, and where. */
interface Answering {
  readonly port: number;
  close(): Promise<void>;
}

async function answerHere(database: OpenDatabase, options: StartOptions): Promise<Answering> {
  const app = await listen(database, listeningOf(options, options.port), options.log);
  return { port: portOf(app), close: () => app.close() };
}

async function answerInProcesses(database: OpenDatabase, options: StartOptions): Promise<Answering> {
  const { processes: count, log, beats } = options;
  // Told beforehand: a process that takes the place of another has to listen where the others do.
  const port = options.port === 0 ? await freePort() : options.port;
  const work = {
    ...listeningOf({ ...options, limits: shareOf(options.limits ?? defaultLimits, count) }, port),
    data: options.data,
    serverUrl: database.serverUrl,
    connections: Math.max(fewestConnections, Math.min(mostConnections, Math.floor(connections / count))),
  };
  const processes = await EdgeProcesses.start(count, work, log, beats);
  return { port, close: () => processes.close() };
}

function listeningOf(options: StartOptions, port: number): Listening {
  const { host, version, tls = null, oidc = null, limits = defaultLimits, trustProxy = false } = options;
  return { host, port, version, tls, oidc, limits, trustProxy };
}

function urlOf(port: number, { host, tls }: StartOptions): string {
  const shown = ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${tls === undefined ? 'http' : 'https'}://${shown}:${port}`;
}
