import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import * as tar from 'tar';
import { z } from 'zod';
import { BlobStore } from '../blobs/blob-store.ts';
import { syncFile, syncFolder } from '../files/write-durably.ts';
import { newToken, readKeyFile, writeKeyFile } from '../keys/key-file.ts';
import { newestErased } from '../log/erased.ts';
import { type Covered, readLedger } from '../log/purge.ts';
import { closeDb, openForReading } from '../sqlite/open.ts';
import { layoutOf } from '../workspace/layout.ts';
import type { OpenWorkspace } from '../workspace/workspace.ts';
import { filesInUse } from '../blobs/erased-files.ts';

const manifestSchema = z.object({
  v: z.literal(1),
  name: z.string(),
  at: z.string(),
  schemaVersion: z.number(),
  encrypted: z.boolean(),
  /** How much of what was erased in the workspace is gone from the backup: the newest number among `erased`. */
  erased: z.number().int().default(0),
});

/** What a backup says of itself without a key. */
export type BackupManifest = z.infer<typeof manifestSchema>;

const manifestName = 'backup.json';
const members = /^(backup\.json|workspace\.db|keys\.json|blobs(\/[0-9a-f]{2}(\/[0-9a-f]+)?)?)\/?$/;

/** A backup file that cannot be used, in words that are safe to show. */
export class BackupError extends Error {
  override readonly name: string = 'BackupError';
}

/** What is there is no whole backup of any version: nothing can be got out of it. */
export class DamagedBackupError extends BackupError {
  constructor(cause?: unknown) {
    super('This is no backup of a workspace, or it is damaged. Choose another one.', { cause });
  }
}

/**
 * Writes one file with everything of a workspace: its database as a consistent copy, its key file, its blobs. An encrypted workspace
 * stays encrypted in it, under the same key. The file gets its name when it is whole.
 */
export function createBackup(
  workspace: OpenWorkspace,
  file: string,
  name: string,
): { file: string; bytes: number } {
  const { layout, replica } = workspace;
  mkdirSync(dirname(file), { recursive: true });
  const staging = mkdtempSync(join(layout.temporary, 'backup-'));
  const partial = `${file}.partial`;
  try {
    replica.db.sqlite.prepare('VACUUM INTO ?').run(join(staging, 'workspace.db'));
    copyFileSync(layout.keys, join(staging, 'keys.json'));
    if (existsSync(layout.blobs)) linkFolder(layout.blobs, join(staging, 'blobs'));
    else mkdirSync(join(staging, 'blobs'));
    const manifest: BackupManifest = {
      v: 1,
      name: workspace.dataKey === null ? name : '',
      at: new Date(replica.now()).toISOString(),
      schemaVersion: replica.schemaVersion,
      encrypted: workspace.dataKey !== null,
      erased: newestErased(replica.db),
    };
    packBackup(staging, manifest, partial);
    renameSync(partial, file);
    syncFolder(dirname(file));
    return { file, bytes: statSync(file).size };
  } finally {
    rmSync(staging, { recursive: true, force: true });
    rmSync(partial, { force: true });
  }
}

/** Writes a backup's file, durably, of a folder that holds its members, the manifest among them. */
export function packBackup(folder: string, manifest: BackupManifest, file: string): void {
  writeFileSync(join(folder, manifestName), JSON.stringify(manifest));
  tar.create({ sync: true, file, cwd: folder, portable: true }, [
    manifestName,
    'workspace.db',
    'keys.json',
    'blobs',
  ]);
  syncFile(file);
}

/** What a backup says of itself, without the rest of it. Throws `BackupError`. */
export function readManifest(file: string, temporary: string): BackupManifest {
  const folder = mkdtempSync(join(temporary, 'manifest-'));
  try {
    return unpackBackup(file, folder, (path) => path === manifestName);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Blobs never change once they have their names, so a link is as good as a copy where the file system has links. */
function linkFolder(from: string, to: string): void {
  try {
    cpSync(from, to, { recursive: true, filter: (source, target) => !linked(source, target) });
  } catch (error) {
    rmSync(to, { recursive: true, force: true });
    cpSync(from, to, { recursive: true });
    if (!existsSync(to)) throw error;
  }
}

function linked(source: string, target: string): boolean {
  if (statSync(source).isDirectory()) return false;
  linkSync(source, target);
  return true;
}

/**
 * Unpacks a backup, only the members that one has, into an empty folder. Throws `DamagedBackupError` where it is none or not whole, and
 * `BackupError` where another version of the program made it. A full disk and the like say nothing of the backup and are thrown as they are.
 */
export function unpackBackup(
  file: string,
  folder: string,
  takes: (path: string) => boolean = (path) => members.test(path),
): BackupManifest {
  if (!existsSync(file)) throw new BackupError('There is no file at this place. Choose a backup file.');
  mkdirSync(folder, { recursive: true });
  try {
    tar.extract({ sync: true, file, cwd: folder, strict: true, filter: takes });
  } catch (error) {
    throw isOfTheSystem(error) ? error : new DamagedBackupError(error);
  }
  const manifest = join(folder, manifestName);
  if (!existsSync(manifest)) throw new DamagedBackupError();
  return parseManifest(readFileSync(manifest, 'utf8'));
}

function parseManifest(text: string): BackupManifest {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch (error) {
    throw new DamagedBackupError(error);
  }
  const { success, data } = manifestSchema.safeParse(said);
  if (success) return data;
  throw new BackupError(
    'This backup was made by another version of the Workbench. Restore it with that version, or choose another one.',
  );
}

/** True for what the file system answered, as against what the archive's reader found. */
function isOfTheSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/**
 * Opens a backup as if it were to be used: database, integrity, and every blob against its hash. Answers with what is wrong; an empty list
 * means that it can be restored. Without the key of an encrypted one only its outside can be looked at, and that is said.
 */
export function verifyBackup(file: string, dataKey: Uint8Array | null, temporary: string): string[] {
  mkdirSync(temporary, { recursive: true });
  const folder = mkdtempSync(join(temporary, 'verify-'));
  try {
    const manifest = unpackBackup(file, folder);
    if (manifest.encrypted && dataKey === null)
      return ['The backup is encrypted: unlock its workspace to verify it.'];
    const layout = layoutOf(folder);
    const key = manifest.encrypted ? dataKey : null;
    const db = openForReading({ path: layout.database, dataKey: key });
    try {
      const problems =
        db.sqlite.pragma('integrity_check', { simple: true }) === 'ok' ? [] : ['Its database is damaged.'];
      const blobs = new BlobStore({ folder: layout.blobs, temporaryFolder: layout.temporary, dataKey: key });
      const bad = [...filesInUse(db)].filter((hash) => !blobs.verify(hash)).length;
      return bad === 0 ? problems : [...problems, `${bad} of its files are missing or damaged.`];
    } finally {
      closeDb(db);
    }
  } catch (error) {
    return [error instanceof Error ? error.message : 'The backup cannot be opened.'];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Puts a backup into a new folder, which gets a token of its own: opening it mints a new replica id. `ledger` names rows that were purged
 * after the backup was made; they are answered with, and the caller purges them before the workspace is used.
 */
export function restoreBackup(file: string, into: string, ledger: string | null): readonly Covered[] {
  const layout = layoutOf(into);
  if (existsSync(layout.database))
    throw new BackupError('There is a workspace at this place already. Choose an empty folder.');
  mkdirSync(dirname(into), { recursive: true });
  const staging = `${into}.restoring`;
  rmSync(staging, { recursive: true, force: true });
  try {
    unpackBackup(file, staging);
    const keys = layoutOf(staging).keys;
    const known = readKeyFile(keys);
    if (known === null) throw new BackupError('The backup has no key file. Choose another one.');
    writeKeyFile(keys, { ...known, token: newToken() });
    rmSync(join(staging, manifestName), { force: true });
    if (existsSync(into)) rmSync(into, { recursive: false, force: true });
    renameSync(staging, into);
    syncFolder(dirname(into));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return ledger === null ? [] : readLedger(ledger);
}
