import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { needsAccount } from './database/embedded/account.ts';
import { ServerError } from './errors.ts';
import type { IdentityKeys } from './identity/context.ts';

/** Everything of a server that is not in its database. */
export interface DataFolder {
  readonly path: string;
  readonly secrets: Secrets;
  readonly keys: IdentityKeys;
  /** PostgreSQL's own files, where the packaged one is used. */
  readonly cluster: string;
  /** Ids of purged rows. Outside the database, so that no backup of it can bring back what was purged. */
  readonly purgeLedger: string;
  /** Files that laptops have sent, by tenant and hash. */
  readonly files: string;
}

const secret = z.string().regex(/^[\w-]{43}$/);
const secretsSchema = z.strictObject({
  v: z.literal(1),
  /** Of the packaged database's superuser. */
  postgres: secret,
  /** Of the role that the server signs in as. */
  server: secret,
  signing: secret,
  sealing: secret,
});
export type Secrets = z.infer<typeof secretsSchema>;

/** Where a server's data goes unless it is told. Root's own home is closed to the account that PostgreSQL needs. */
export function defaultDataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment['WORKBENCH_SERVER_DATA'];
  if (given !== undefined && given !== '') return given;
  if (needsAccount()) return '/var/lib/stratmaster-workbench';
  return join(
    environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'),
    'stratmaster-workbench',
    'server',
  );
}

/** Opens the folder, making it and its secrets on first use. Throws `UNAVAILABLE` where the secrets cannot be read. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  await mkdir(path, { recursive: true });
  // Another account may have to get through to the database's own folder, and may list nothing on the way.
  await chmod(path, needsAccount() ? 0o711 : 0o700);
  const secrets = await readSecrets(join(path, 'secrets.json'));
  return {
    path,
    secrets,
    keys: {
      signing: Buffer.from(secrets.signing, 'base64url'),
      sealing: Buffer.from(secrets.sealing, 'base64url'),
    },
    cluster: join(path, 'postgres'),
    purgeLedger: join(path, 'purged.ndjson'),
    files: join(path, 'files'),
  };
}

async function readSecrets(file: string): Promise<Secrets> {
  try {
    return secretsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
      throw new ServerError(
        'UNAVAILABLE',
        `The secrets in ${file} cannot be read. Put the file back from a copy.`,
        {},
        error,
      );
    }
  }
  const fresh = () => randomBytes(32).toString('base64url');
  const made: Secrets = { v: 1, postgres: fresh(), server: fresh(), signing: fresh(), sealing: fresh() };
  try {
    await writeFile(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Another process made them in the meantime: its secrets are the ones.
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return readSecrets(file);
    throw error;
  }
  const folder = await open(join(file, '..'));
  await folder.sync();
  await folder.close();
  return made;
}
