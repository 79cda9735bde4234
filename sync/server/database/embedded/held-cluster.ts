import pg from 'pg';
import { ServerError } from '../../errors.ts';
import { applicationName } from '../pool.ts';
import { type Cluster, type ClusterOptions, startCluster } from './cluster.ts';

/** Advisory lock in the database `postgres`, shared by every process that uses the packaged database. */
const inUse = 7_463_829;
const mostAttempts = 20;

/**
 * The packaged database in use by this process. Several may use it at once, the server and commands beside it; the last to
 * release it stops it. A lock that is a connection's counts them: it ends with its process, however that ends.
 */
export class HeldCluster {
  readonly #options: ClusterOptions;
  #cluster: Cluster;
  #client: pg.Client;

  private constructor(options: ClusterOptions, cluster: Cluster, client: pg.Client) {
    this.#options = options;
    this.#cluster = cluster;
    this.#client = client;
  }

  /** Starts it or joins those who use it. Throws as `startCluster`. */
  static async hold(options: ClusterOptions): Promise<HeldCluster> {
    const { cluster, client } = await startAndJoin(options);
    return new HeldCluster(options, cluster, client);
  }

  /** Port of 127.0.0.1. */
  get port(): number {
    return this.#cluster.port;
  }

  /** Starts it once more on its port, where it ended under its user. */
  async startAgain(): Promise<void> {
    const { cluster, client } = await startAndJoin({ ...this.#options, port: this.#cluster.port });
    await this.#client.end().catch(() => undefined);
    this.#cluster = cluster;
    this.#client = client;
  }

  /** Stops the database unless somebody else uses it. */
  async release(): Promise<void> {
    try {
      await this.#client.query('SELECT pg_advisory_unlock_shared($1)', [inUse]);
      const alone = await this.#client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
        inUse,
      ]);
      // Stopped with the lock in hand: who wants to join now waits for it, is cut off, and starts the database itself.
      if (alone.rows[0]?.mine === true) await this.#cluster.stop();
    } catch {
      // The connection broke with the database: there is nothing left to stop.
    } finally {
      await this.#client.end().catch(() => undefined);
    }
  }
}

async function startAndJoin(options: ClusterOptions): Promise<{ cluster: Cluster; client: pg.Client }> {
  for (let attempt = 1; ; attempt += 1) {
    const cluster = await startCluster(options);
    try {
      return { cluster, client: await join(cluster, options.password) };
    } catch (error) {
      // Its last user stopped it between the start and the lock.
      if (attempt < mostAttempts) continue;
      throw new ServerError(
        'UNAVAILABLE',
        'The database takes no more connections. Nothing was changed. End what else uses it.',
        {},
        error,
      );
    }
  }
}

async function join({ port }: Cluster, password: string): Promise<pg.Client> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    application_name: applicationName,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT pg_advisory_lock_shared($1)', [inUse]);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
