import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { lackOfBinaries } from '../../sync/server/database/embedded/binaries.ts';
import { type Cluster, startCluster } from '../../sync/server/database/embedded/cluster.ts';
import { migrateUp } from '../../sync/server/database/migrate.ts';
import { openPool } from '../../sync/server/database/pool.ts';
import { prepareRoles, roles, urlAs } from '../../sync/server/database/roles.ts';

/** A database of its own for a test, migrated to the newest step. */
export interface TestDatabase {
  readonly adminUrl: string;
  /** For the role that the server signs in as. */
  readonly serverUrl: string;
  /** Signed in as a superuser: sees and may do everything. */
  readonly admin: pg.Pool;
  /** Signed in as the server: row-level security holds. */
  readonly server: pg.Pool;
}

/** The PostgreSQL of a test file. */
export interface TestPostgres {
  /** A copy of the migrated template, or an empty database. Dropped with the server. */
  database(kind?: 'migrated' | 'empty'): Promise<TestDatabase>;
  /** Ends the server's process as a power cut would and starts it again over the same files. */
  crash(): Promise<void>;
}

const password = 'password of a test';
const template = 'workbench_template';

/**
 * `describe` with one real PostgreSQL for all of its tests: started before them in a folder and on a port of its own,
 * stopped and removed after them. Where none can run the tests are skipped, and the title says what is lacking.
 */
export function describeWithPostgres(title: string, define: (postgres: TestPostgres) => void): void {
  const lack = lackOfBinaries();
  const shown = lack === null ? title : `${title} (skipped: ${lack})`;
  describe.skipIf(lack !== null)(`${shown}`, () => {
    const server = new TestServer();
    beforeAll(() => server.start());
    afterAll(() => server.stop());
    define(server);
  });
}

class TestServer implements TestPostgres {
  #folder = '';
  readonly #pools: pg.Pool[] = [];
  #cluster: Cluster | null = null;
  #made = 0;
  readonly #endWithProcess = () => {
    if (this.#cluster !== null) process.kill(this.#cluster.pid, 'SIGQUIT');
  };

  async start(): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), 'workbench-postgres-'));
    // PostgreSQL may run under another account, which has to get through to its own folder.
    chmodSync(this.#folder, 0o711);
    process.once('exit', this.#endWithProcess);
    await this.#startCluster();
    await prepareRoles(this.#url('postgres'), password);
    await this.#query('postgres', `CREATE DATABASE ${template}`);
    await prepareRoles(this.#url(template), null);
    await migrateUp(this.#url(template));
  }

  async database(kind: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase> {
    this.#made += 1;
    const name = `test_${this.#made}`;
    await this.#query(
      'postgres',
      `CREATE DATABASE ${name}${kind === 'migrated' ? ` TEMPLATE ${template}` : ''}`,
    );
    await prepareRoles(this.#url(name), null);
    const adminUrl = this.#url(name);
    const serverUrl = urlAs(adminUrl, roles.server, password);
    return { adminUrl, serverUrl, admin: this.#pool(adminUrl), server: this.#pool(serverUrl) };
  }

  async crash(): Promise<void> {
    const crashed = this.#cluster;
    if (crashed === null) return;
    process.kill(crashed.pid, 'SIGQUIT');
    await crashed.stop();
    await this.#startCluster(crashed.port);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
    await this.#cluster?.stop();
    this.#cluster = null;
    process.off('exit', this.#endWithProcess);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #startCluster(port?: number): Promise<void> {
    this.#cluster = await startCluster({
      folder: join(this.#folder, 'data'),
      password,
      ...(port === undefined ? {} : { port }),
      // Nothing here has to outlive the machine; a crash of the process alone loses nothing.
      settings: { fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB', max_connections: '120' },
    });
  }

  #pool(url: string): pg.Pool {
    const pool = openPool({ url });
    this.#pools.push(pool);
    return pool;
  }

  async #query(database: string, text: string): Promise<void> {
    const pool = openPool({ url: this.#url(database), max: 1 });
    try {
      await pool.query(text);
    } finally {
      await pool.end();
    }
  }

  #url(database: string): string {
    if (this.#cluster === null) throw new Error('The database of these tests is not running.');
    return `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${this.#cluster.port}/${database}`;
  }
}
