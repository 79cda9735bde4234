import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { HeldCluster } from '../database/embedded/held-cluster.ts';
import { applicationName } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import type { ServerLog } from '../http/log.ts';
import type { OpenDatabase } from '../open-database.ts';

const ownLock = 7_463_828;
/** The database needs a moment to notice that an owner was killed. */
const attempts = 30;
const pauseMs = 100;

/**
 * The packaged database in the hands of one server. A lock that is a connection's says so: it ends with the process, however that
 * ends. Where the database ends under the server it is started again on the same port; requests are told to try again meanwhile.
 */
export class OwnDatabase {
  readonly #database: OpenDatabase;
  readonly #log: ServerLog;
  readonly #cluster: HeldCluster;
  #client: pg.Client;
  #isClosing = false;

  private constructor(database: OpenDatabase, cluster: HeldCluster, client: pg.Client, log: ServerLog) {
    this.#database = database;
    this.#cluster = cluster;
    this.#client = client;
    this.#log = log;
    this.#watch(client);
  }

  /** Throws `CONFLICT` where another server has it. */
  static async take(database: OpenDatabase, cluster: HeldCluster, log: ServerLog): Promise<OwnDatabase> {
    return new OwnDatabase(database, cluster, await lock(database), log);
  }

  /** Gives the lock back. */
  async release(): Promise<void> {
    this.#isClosing = true;
    await this.#client.end();
  }

  #watch(client: pg.Client): void {
    client.once('end', () => {
      if (!this.#isClosing) void this.#bringBack();
    });
  }

  async #bringBack(): Promise<void> {
    this.#log.write('error', 'database.ended', {});
    while (!this.#isClosing) {
      try {
        await this.#cluster.startAgain();
        this.#client = await lock(this.#database);
        this.#watch(this.#client);
        this.#log.write('info', 'database.back', {});
        return;
      } catch (error) {
        this.#log.write('error', 'database.not_back', {
          message: error instanceof Error ? error.message : '',
        });
        await pause(1000);
      }
    }
  }
}

async function lock({ serverUrl }: OpenDatabase): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: serverUrl, application_name: applicationName });
  client.on('error', () => undefined);
  await client.connect();
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const taken = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [ownLock]);
    if (taken.rows[0]?.mine === true) return client;
    await pause(pauseMs);
  }
  await client.end();
  throw new ServerError(
    'CONFLICT',
    'Another server works on this data folder. Nothing was changed. Stop it first.',
  );
}
