import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { argon2id } from 'hash-wasm';
import { z } from 'zod';
import { ServerError } from '../../errors.ts';

/** What an operator holds to open a backup: a passphrase, or the bytes of a key file. */
export type BackupSecret =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'file'; readonly bytes: Uint8Array };

/** argon2id for a secret that is used offline and seldom: 64 MiB, three passes. */
const cost = { memorySize: 65_536, iterations: 3, parallelism: 1 } as const;
const shortestPassphrase = 12;
const keyFileBytes = 32;

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

/** The first line of an encrypted backup. Nothing in it is secret; `check` is wrong where any of it was changed. */
export const sealHeaderSchema = z.strictObject({
  format: z.literal('stratmaster-workbench encrypted backup'),
  v: z.literal(1),
  key: z.enum(['passphrase', 'file']),
  salt: hex(32),
  check: hex(32),
});
export type SealHeader = z.infer<typeof sealHeaderSchema>;

/** A new backup's key and header. The salt is random, so that no two backups have the same key. */
export async function newBackupKey(secret: BackupSecret): Promise<{ header: SealHeader; key: Buffer }> {
  if (secret.kind === 'passphrase' && secret.passphrase.length < shortestPassphrase) {
    throw new ServerError(
      'BAD_REQUEST',
      `A passphrase of a backup has at least ${shortestPassphrase} characters. Nothing was written.`,
    );
  }
  const open = {
    format: 'stratmaster-workbench encrypted backup',
    v: 1,
    key: secret.kind,
    salt: randomBytes(32).toString('hex'),
  } as const;
  const { key, check } = await derive(secret, open);
  return { header: { ...open, check: check.toString('hex') }, key };
}

/** The key of a backup whose header was read. Throws `FORBIDDEN` where the secret is another one. */
export async function keyOfBackup(header: SealHeader, secret: BackupSecret | null): Promise<Buffer> {
  const kind = header.key === 'file' ? 'key file' : 'passphrase';
  if (secret === null || secret.kind !== header.key) {
    throw new ServerError(
      'FORBIDDEN',
      `This backup is encrypted with a ${kind}. Nothing was changed. Give it, and try again.`,
      { needs: header.key },
    );
  }
  const { check: expected, ...rest } = header;
  const { key, check } = await derive(secret, rest);
  if (timingSafeEqual(check, Buffer.from(expected, 'hex'))) return key;
  throw new ServerError(
    'FORBIDDEN',
    `This ${kind} does not open the backup, or the backup's first line was changed. Nothing was changed.`,
    { needs: header.key },
  );
}

async function derive(secret: BackupSecret, header: Omit<SealHeader, 'check'>) {
  const salt = Buffer.from(header.salt, 'hex');
  const input =
    secret.kind === 'file'
      ? secret.bytes
      : await argon2id({
          ...cost,
          password: secret.passphrase.normalize('NFKC'),
          salt,
          hashLength: 32,
          outputType: 'binary',
        });
  const derived = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', input, salt, `stratmaster-workbench backup ${purpose} 1`, 32));
  const check = createHmac('sha256', derived('check')).update(JSON.stringify(header)).digest();
  return { key: derived('content'), check };
}

/** Writes a new key file that only its owner can read. Throws `CONFLICT` where the file is there. */
export async function makeKeyFile(path: string): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(`${randomBytes(keyFileBytes).toString('hex')}\n`);
    await file.sync();
    await file.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new ServerError('CONFLICT', 'There is a file of that name. It was left as it is. Name another.');
  }
}

/** The secret in a key file. Throws `BAD_REQUEST` where it is none. */
export async function readKeyFile(path: string): Promise<BackupSecret> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const found = hex(keyFileBytes).safeParse(text.trim());
  if (found.success) return { kind: 'file', bytes: Buffer.from(found.data, 'hex') };
  throw new ServerError(
    'BAD_REQUEST',
    'This is not a key file of a backup. Nothing was changed. `workbench server backup-key FILE` makes one.',
  );
}
