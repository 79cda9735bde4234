import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { type Cluster, startCluster } from '../../sync/server/database/embedded/cluster.ts';
import { migrateUp } from '../../sync/server/database/migrate.ts';
import { openPool } from '../../sync/server/database/pool.ts';
import { prepareRoles, roles, urlAs } from '../../sync/server/database/roles.ts';
import { folderMadeOnce } from './made-once.ts';

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
/** Nothing here has to outlive the machine; a crash of the process alone loses nothing. */
const settings = { fsync: 'off', full_page_writes: 'off', shared_buffers: '64MB', max_connections: '120' };

const urlOf = (port: number, database: string): string =>
  `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

/** The files of a PostgreSQL that is not running, with the roles and a migrated template. */
async function makeFiles(folder: string): Promise<void> {
  const cluster = await startCluster({ folder, password, settings });
  try {
    const maintenance = urlOf(cluster.port, 'postgres');
    await prepareRoles(maintenance, password);
    await query(maintenance, `CREATE DATABASE ${template}`);
    await prepareRoles(urlOf(cluster.port, template), null);
    await migrateUp(urlOf(cluster.port, template));
  } finally {
    await cluster.stop();
  }
}

async function query(url: string, text: string): Promise<void> {
  const pool = openPool({ url, max: 1 });
  try {
    await pool.query(text);
  } finally {
    await pool.end();
  }
}

/** A PostgreSQL in a folder and on a port of its own, with a migrated template. */
export class TestServer implements TestPostgres {
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
    await folderMadeOnce('postgres', join(this.#folder, 'data'), makeFiles);
    await this.#startCluster();
  }

  async database(kind: 'migrated' | 'empty' = 'migrated'): Promise<TestDatabase> {
    this.#made += 1;
    const name = `test_${this.#made}`;
    await this.create(name, kind === 'migrated' ? template : 'template1');
    const { admin: adminUrl, server: serverUrl } = this.urls(name);
    return { adminUrl, serverUrl, admin: this.#pool(adminUrl), server: this.#pool(serverUrl) };
  }

  /** Makes a database as a copy of another, to which nobody may be connected; null: of the migrated template. */
  async create(name: string, of: string | null): Promise<void> {
    await query(this.#url('postgres'), `CREATE DATABASE ${name} TEMPLATE ${of ?? template}`);
    await prepareRoles(this.#url(name), null);
  }

  /** Ends a database and whoever is connected to it. */
  async drop(name: string): Promise<void> {
    await query(this.#url('postgres'), `DROP DATABASE ${name} WITH (FORCE)`);
  }

  /** Where a database is, for a superuser and for the role that the server signs in as. */
  urls(name: string): { readonly admin: string; readonly server: string } {
    const admin = this.#url(name);
    return { admin, server: urlAs(admin, roles.server, password) };
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
      settings,
    });
  }

  #pool(url: string): pg.Pool {
    const pool = openPool({ url });
    this.#pools.push(pool);
    return pool;
  }

  #url(database: string): string {
    if (this.#cluster === null) throw new Error('The database of these tests is not running.');
    return urlOf(this.#cluster.port, database);
  }
}
