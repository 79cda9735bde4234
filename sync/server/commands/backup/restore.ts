import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { migrations } from '../../../../db/central/migrations/registry.ts';
import pg from 'pg';
import { openDataFolder } from '../../data-folder.ts';
import { copyIn } from '../../database/copy.ts';
import { ownsFolder, runningPostmaster } from '../../database/embedded/postmaster.ts';
import { migrateDown, migrateUp, migrateUpTo } from '../../database/migrate.ts';
import { transact } from '../../database/pool.ts';
import { prepareRoles, roles } from '../../database/roles.ts';
import { ServerError } from '../../errors.ts';
import { replayPurges } from '../../feed/replay-purges.ts';
import { isNew, type OpenDatabase, openDatabase, type Place, withClient } from '../../open-database.ts';
import { openFeed } from '../../open-feed.ts';
import { beginEpoch } from '../../store/postgres-store.ts';
import {
  type BackupHeader,
  damaged,
  fileSchema,
  isEnd,
  linesOf,
  parseLine,
  tableSchema,
  verifyBackupFile,
} from './format.ts';
import { listTenants } from '../tenants.ts';
import { BlobFiles } from '../../blobs/blob-files.ts';
import type { BackupSecret } from './backup-key.ts';
import { copyStatement } from './tables.ts';

/** What a restore did. */
export interface Restored {
  readonly at: string;
  readonly rows: number;
  /** Documents that are back with their bytes. */
  readonly files: number;
  readonly epoch: string;
  /** Rows that were purged again, because the backup was older than their purge. */
  readonly purged: number;
  /** Where the database that was there is kept. */
  readonly kept: string | null;
}

/** A setting of the database that stands there from the first restored row until the last purge is replayed. */
const pendingKey = 'restore.pending';

/**
 * Puts a backup into an empty database and finishes it: schema of this version, a new epoch, everybody signed out, every purge since
 * the backup done again. Until all of it is done the server does not open. With `replace` the packaged database that is there is
 * put aside under another name first. Throws `CONFLICT` where the database holds something.
 */
export async function restoreBackup(
  place: Place,
  file: string,
  options: { readonly replace: boolean; readonly secret?: BackupSecret },
): Promise<Restored> {
  const secret = options.secret ?? null;
  const { header, rows, files } = await verifyBackupFile(file, secret);
  refuseNewer(header);
  const kept = options.replace ? await putAside(place) : null;
  const database = await openDatabase(place, { migrate: 'never' });
  try {
    const { adminUrl, folder } = database;
    if (!(await isNew(adminUrl))) {
      // A restore that failed leaves a schema without a row.
      if ((await listTenants(adminUrl)).length === 0) await migrateDown(adminUrl, migrations.length);
      else
        throw new ServerError(
          'CONFLICT',
          'The database holds something already. Nothing was changed. Restore into another data folder, or use --replace.',
        );
    }
    await prepareRoles(adminUrl, folder.secrets.server);
    await migrateUpTo(adminUrl, header.migrations.at(-1) ?? '');
    await withClient(adminUrl, (client) =>
      load(client, header, linesOf(file, secret), new BlobFiles(folder.files)),
    );
    await migrateUp(adminUrl);
    const { epoch, purged } = await finishRestore(database, `restored from the backup of ${header.at}`);
    const total = Object.values(rows).reduce((sum, each) => sum + each, 0);
    return { at: header.at, rows: total, files, epoch, purged, kept };
  } finally {
    await database.close();
  }
}

/** True for a database whose restore was not finished. */
export async function isRestoring({ pool }: OpenDatabase): Promise<boolean> {
  const found = await pool.query('SELECT 1 FROM governance.system_config WHERE key = $1', [pendingKey]);
  return found.rowCount !== 0;
}

/** Begins a new epoch and replays the purges. Harmless to begin again: the server does so where a restore was interrupted. */
export async function finishRestore(
  database: OpenDatabase,
  reason: string,
): Promise<{ readonly epoch: string; readonly purged: number }> {
  const { pool } = database;
  const epoch = await beginEpoch(pool, reason);
  const { store, environment, ledger } = openFeed(database);
  let purged = 0;
  for (const [tenant, rows] of Map.groupBy(await ledger.read(), (row) => row.tenant)) {
    const isKnown = await transact(pool, { tenantId: tenant }, (sql) =>
      sql.first('SELECT 1 FROM governance.tenants WHERE id = $1', [tenant]),
    );
    if (isKnown !== null) purged += await replayPurges(store, environment, tenant, rows);
  }
  await transact(pool, {}, async (sql) => {
    await sql.run('DELETE FROM governance.system_config WHERE key = $1', [pendingKey]);
    await sql.run('SELECT governance.record_event($1)', [
      {
        event_type: 'system_event',
        event_category: 'system',
        action: 'server.restored',
        resource_type: 'sync_epoch',
        resource_id: epoch,
        details: { reason, purged },
      },
    ]);
  });
  return { epoch, purged };
}

function refuseNewer({ migrations: held }: BackupHeader): void {
  const known = migrations.map(({ name }) => name);
  if (held.every((name, at) => known[at] === name)) return;
  throw new ServerError(
    'BAD_REQUEST',
    'This backup is of a newer version of the server. Nothing was changed. Update the server, then restore it.',
  );
}

/** Puts the packaged database that is there aside. Throws `CONFLICT` where it runs. */
async function putAside(place: Place): Promise<string | null> {
  if (place.databaseUrl !== undefined) {
    throw new ServerError('BAD_REQUEST', 'With --database-url name an empty database: it is not replaced.');
  }
  const { cluster, secrets } = await openDataFolder(place.data);
  if (!existsSync(cluster)) return null;
  const running = await runningPostmaster(cluster);
  if (running !== null && (await ownsFolder(running.port, { folder: cluster, password: secrets.postgres }))) {
    throw new ServerError(
      'CONFLICT',
      'The server runs on this data folder. Nothing was changed. Stop it first.',
    );
  }
  const kept = `${cluster}.before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  await rename(cluster, kept);
  return kept;
}

/** Fills every table in one transaction. Triggers wait: what they would write is in the backup. */
async function load(
  client: pg.Client,
  header: BackupHeader,
  lines: AsyncGenerator<Buffer>,
  files: BlobFiles,
): Promise<void> {
  await client.query('BEGIN');
  await client.query(`SET LOCAL ROLE ${roles.owner}`);
  for (const { name, parent, bound } of header.partitions) {
    const there = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
      name,
    ]);
    if (there.rows[0]?.there === true) continue;
    // Names and bounds were checked by the header's schema: they hold nothing but letters, digits and times.
    await client.query(`CREATE TABLE ${name} PARTITION OF ${parent} ${bound}`);
    await client.query(`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`);
    await client.query(`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`);
  }
  const filled = await loadTables(client, lines, files);
  await client.query(
    "UPDATE governance.user_sessions SET is_active = false, revoked_reason = 'server restored' WHERE is_active",
  );
  await client.query('INSERT INTO governance.system_config (key, value) VALUES ($1, $2)', [
    pendingKey,
    header.at,
  ]);
  for (const table of filled) {
    await client.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
    await client.query(`ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`);
  }
  await client.query('COMMIT');
}

async function loadTables(
  client: pg.Client,
  lines: AsyncGenerator<Buffer>,
  files: BlobFiles,
): Promise<string[]> {
  const filled: string[] = [];
  const next = async (): Promise<Buffer | null> => {
    const line = await lines.next();
    return line.done === true ? null : line.value;
  };
  await next();
  for (let line = await next(); line !== null; line = await next()) {
    const text = line.toString('utf8');
    if (text.startsWith('{"end":')) break;
    if (text.startsWith('{"tenant":')) {
      const { tenant, file } = parseLine(fileSchema, text);
      if (!(await files.put(tenant, file, bytesOf(next)))) throw damaged();
      continue;
    }
    const { table, columns } = parseLine(tableSchema, text);
    await client.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`);
    await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await copyIn(client, copyStatement({ name: table, columns }, 'FROM STDIN'), rowsOf(next));
    await resetIdentity(client, table);
    filled.push(table);
  }
  return filled;
}

/** The rows of one table, put together into parts of a size that is worth sending. */
async function* rowsOf(next: () => Promise<Buffer | null>): AsyncGenerator<Buffer> {
  let part: Buffer[] = [];
  let size = 0;
  for (let line = await next(); line !== null; line = await next()) {
    if (isEnd(line)) break;
    part.push(line, newline);
    size += line.length + 1;
    if (size > 65_536) {
      yield Buffer.concat(part);
      part = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(part);
}

/** The bytes of one document. */
async function* bytesOf(next: () => Promise<Buffer | null>): AsyncGenerator<Buffer> {
  for (let line = await next(); line !== null && !isEnd(line); line = await next()) {
    yield Buffer.from(line.toString('latin1'), 'base64');
  }
}

const newline = Buffer.from('\n');

/** Counters of identity columns go on after the highest number that was filled in. */
async function resetIdentity(client: pg.Client, table: string): Promise<void> {
  const found = await client.query<{ column: string; sequence: string }>(
    `SELECT attname::text AS column, pg_get_serial_sequence($1, attname::text) AS sequence
       FROM pg_attribute WHERE attrelid = $1::regclass AND attidentity <> ''`,
    [table],
  );
  for (const { column, sequence } of found.rows) {
    await client.query(
      `SELECT setval($1, greatest(1, coalesce((SELECT max(${pg.escapeIdentifier(column)}) FROM ${table}), 1)))`,
      [sequence],
    );
  }
}
