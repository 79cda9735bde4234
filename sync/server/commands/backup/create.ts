import { createHash } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import type pg from 'pg';
import { copyOut } from '../../database/copy.ts';
import { migrationStates } from '../../database/migrate.ts';
import { transact } from '../../database/pool.ts';
import { roles } from '../../database/roles.ts';
import { type OpenDatabase, withClient } from '../../open-database.ts';
import { type BackupSecret, newBackupKey } from './backup-key.ts';
import { base64Lines, isThere, storedFiles } from './files.ts';
import { type BackupHeader, endOfTable, verifyBackupFile } from './format.ts';
import { seal } from './seal.ts';
import { copyStatement, partitionsOf, tablesOf } from './tables.ts';

/** What a backup holds. */
export interface BackupMade {
  readonly file: string;
  readonly bytes: number;
  readonly rows: number;
  /** Documents, with their bytes. */
  readonly files: number;
  readonly encrypted: boolean;
  /** Laptops whose edits up to this backup are settled. */
  readonly clients: number;
}

interface Reached {
  readonly tenant_id: string;
  readonly client_id: string;
  readonly last_mutation: string;
}

/**
 * Writes every row of every tenant as one snapshot sees them, while the server runs. The file is complete or not there. It is read
 * again to its end; only then do laptops learn that their edits are in a backup and need not be kept for another push. Memory holds a
 * few parts, whatever the size. Without a secret the file is not encrypted.
 */
export async function createBackup(
  database: OpenDatabase,
  file: string,
  secret: BackupSecret | null = null,
): Promise<BackupMade> {
  const unfinished = `${file}.part`;
  const reached: Reached[] = [];
  const sealing = secret === null ? null : await newBackupKey(secret);
  try {
    await withClient(database.adminUrl, async (client) => {
      const migrations = (await migrationStates(database.adminUrl)).filter(
        ({ appliedAt }) => appliedAt !== null,
      );
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const header: BackupHeader = {
        format: 'stratmaster-workbench server backup',
        v: 2,
        at: new Date().toISOString(),
        migrations: migrations.map(({ name }) => name),
        partitions: await partitionsOf(client),
      };
      await client.query(`SET LOCAL ROLE ${roles.backup}`);
      reached.push(...(await lastMutations(client)));
      const target = await open(unfinished, 'w', 0o600);
      try {
        const content = Readable.from(contentOf(client, header, database.folder.files));
        const written = target.createWriteStream();
        if (sealing === null) await pipeline(content, createZstdCompress(), written);
        else {
          const { header, key } = sealing;
          await pipeline(
            content,
            createZstdCompress(),
            (packed: AsyncIterable<Buffer>) => seal(packed, header, key),
            written,
          );
        }
      } finally {
        await target.close().catch(() => undefined);
      }
      await client.query('COMMIT');
    });
    const { rows, files } = await verifyBackupFile(unfinished, secret);
    await makeDurable(unfinished, file);
    await settle(database, reached);
    const { size } = await stat(file);
    return {
      file,
      bytes: size,
      rows: Object.values(rows).reduce((sum, each) => sum + each, 0),
      files,
      encrypted: secret !== null,
      clients: reached.length,
    };
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function* contentOf(client: pg.Client, header: BackupHeader, folder: string): AsyncGenerator<Buffer> {
  const sum = createHash('sha256');
  const rows: Record<string, number> = {};
  const written = (part: Buffer | string): Buffer => {
    const bytes = Buffer.from(part);
    sum.update(bytes);
    return bytes;
  };
  yield written(`${JSON.stringify(header)}\n`);
  for (const table of await tablesOf(client)) {
    yield written(`${JSON.stringify({ table: table.name, columns: table.columns })}\n`);
    let count = 0;
    for await (const part of copyOut(client, copyStatement(table, 'TO STDOUT')) as AsyncIterable<Buffer>) {
      for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) count += 1;
      yield written(part);
    }
    rows[table.name] = count;
    yield written(`${endOfTable}\n`);
  }
  let files = 0;
  for (const stored of await storedFiles(client)) {
    if (!(await isThere(folder, stored))) continue;
    const { tenant, hash, size } = stored;
    yield written(`${JSON.stringify({ tenant, file: hash, size })}\n`);
    for await (const line of base64Lines(folder, stored)) yield written(line);
    yield written(`${endOfTable}\n`);
    files += 1;
  }
  yield Buffer.from(`${JSON.stringify({ end: { rows, files, sha256: sum.digest('hex') } })}\n`);
}

async function lastMutations(client: pg.Client): Promise<Reached[]> {
  const found = await client.query<Reached>(
    'SELECT tenant_id, client_id, last_mutation FROM central.sync_client WHERE last_mutation > backed_up',
  );
  return found.rows;
}

/** Says of each laptop's edits up to the snapshot that they are in a backup that was read again. */
async function settle({ pool }: OpenDatabase, reached: readonly Reached[]): Promise<void> {
  for (const { tenant_id: tenantId, client_id: client, last_mutation: mutation } of reached) {
    await transact(pool, { tenantId }, (sql) =>
      sql.run('UPDATE central.sync_client SET backed_up = greatest(backed_up, $2) WHERE client_id = $1', [
        client,
        mutation,
      ]),
    );
  }
}

async function makeDurable(unfinished: string, file: string): Promise<void> {
  const written = await open(unfinished, 'r+');
  await written.sync();
  await written.close();
  await rename(unfinished, file);
  const folder = await open(dirname(file));
  await folder.sync();
  await folder.close();
}
