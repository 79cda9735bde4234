import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { restoreBackup } from '../../../db/replica/care/backup.ts';
import { isWorkspace, layoutOf } from '../../../db/replica/workspace/layout.ts';
import { workspaceKeys } from '../../../db/replica/workspace/workspace.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { isHeld, readLock } from '../lock/lock-file.ts';

/** The key file of a folder, or null where there is no workspace in it. */
export function keysOf(folder: string): ReturnType<typeof workspaceKeys> {
  return isWorkspace(folder) ? workspaceKeys(folder) : null;
}

/** Refuses a folder that a new workspace cannot be made in. */
export async function refuseUsedFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  if (names.length === 0) return;
  if (isWorkspace(folder)) {
    throw new WorkbenchError('invalid-input', `There is a workspace at ${folder} already. Open it instead.`);
  }
  throw new WorkbenchError('invalid-input', `The folder ${folder} is not empty. Choose a new one.`);
}

/** Moves a workspace's whole folder aside, beside where it was. Answers with its new place. */
export function moveToTrash(folder: string): string {
  const owner = readLock(folder);
  if (owner !== null && isHeld(folder, owner)) {
    throw new WorkbenchError('workspace-in-use', 'This workspace is open elsewhere. Close it there first.');
  }
  const trashedTo = join(dirname(folder), `.${basename(folder)}.trash-${Date.now()}`);
  renameSync(folder, trashedTo);
  return trashedTo;
}

/** Brings a workspace's folder back to where it was. */
export function moveFromTrash(trashedTo: string): { folder: string; name: string } {
  const name = /^\.(.+)\.trash-\d+$/.exec(basename(trashedTo))?.[1];
  if (name === undefined || !isWorkspace(trashedTo)) {
    throw new WorkbenchError('not-found', 'This workspace is not in the trash any more.');
  }
  const folder = join(dirname(trashedTo), name);
  if (existsSync(folder)) {
    throw new WorkbenchError('invalid-input', `Something else is at ${folder} now. Move it away first.`);
  }
  renameSync(trashedTo, folder);
  return { folder, name };
}

/**
 * Puts a backup into a new folder. Rows that were purged after it was made are named in the new folder's ledger; the first
 * opening ends them there too.
 */
export function unpackBackup(file: string, folder: string, ledger: string | null): void {
  const purged = restoreBackup(file, folder, ledger);
  if (purged.length === 0) return;
  const text = purged.map(({ entity, id }) => `${entity} ${id}\n`).join('');
  writeFileSync(layoutOf(folder).purgeLedger, text);
}

/** Removes temporary files, which can all be made again. Answers with the bytes that became free. */
export async function emptyTemporary(folder: string): Promise<{ freed: number }> {
  const { temporary } = layoutOf(folder);
  let freed = 0;
  for (const name of await readdir(temporary).catch(() => [])) {
    const path = join(temporary, name);
    freed += (await stat(path)).size;
    await rm(path, { recursive: true, force: true });
  }
  await mkdir(temporary, { recursive: true });
  return { freed };
}
