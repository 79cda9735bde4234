import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { blobToId } from '../rows/ids.ts';
import { removeErasedFiles } from '../blobs/erased-files.ts';
import { syncFolder } from '../files/write-durably.ts';
import { erasedAfter, newestErased } from '../log/erased.ts';
import { eraseLooseBodies, eraseRow } from '../log/purge.ts';
import { removeKeptVersions } from '../migrations/migrate-on-copy.ts';
import { removeChunks } from '../search-chunks.ts';
import { OpenError } from '../sqlite/open-error.ts';
import type { WritableDb } from '../sqlite/open.ts';
import { transact } from '../transaction/transact.ts';
import { closeWorkspace, openWorkspace, type OpenWorkspace } from '../workspace/workspace.ts';
import { BackupError, DamagedBackupError, packBackup, readManifest, unpackBackup } from './backup.ts';
import { listBackups } from './rotation.ts';

/**
 * Takes what was erased here since a backup was made out of one of the program's own backups that still has it: the newest such backup
 * is written anew without these rows and put in the place of the old file by a rename. A backup that is cut or no backup goes: nobody
 * could restore it, or say what it keeps. One under a key that is not at hand, or of another version, stays as it is. Old forms of the database that migrations
 * kept go, too. Answers with the file, or null where there is nothing to do; a process that ends in between goes on with the next call.
 */
export function cleanNextBackup(workspace: OpenWorkspace): string | null {
  const { layout, replica } = workspace;
  const newest = newestErased(replica.db);
  if (newest === 0) return null;
  removeKeptVersions(layout.database);
  for (const { file } of listBackups(layout.backups)) {
    try {
      const manifest = readManifest(file, layout.temporary);
      if (manifest.erased >= newest || (manifest.encrypted && workspace.dataKey === null)) continue;
      cleanBackup(workspace, file, newest);
    } catch (error) {
      if (error instanceof DamagedBackupError) rmSync(file, { force: true });
      else if (error instanceof BackupError || error instanceof OpenError) continue;
      else throw error;
    }
    return file;
  }
  return null;
}

/** Removes every backup that the program made by itself, and the old forms of the database: their copy was taken back. */
export function removeBackups({ layout }: OpenWorkspace): void {
  for (const { file } of listBackups(layout.backups)) rmSync(file, { force: true });
  removeKeptVersions(layout.database);
}

function cleanBackup({ layout, replica, dataKey }: OpenWorkspace, file: string, newest: number): void {
  const folder = mkdtempSync(join(layout.temporary, 'clean-'));
  const partial = `${file}.partial`;
  try {
    const manifest = unpackBackup(file, folder);
    const inside = openWorkspace({
      folder,
      dataKey: manifest.encrypted ? dataKey : null,
      now: replica.now,
    });
    try {
      removeKeptVersions(inside.layout.database);
      eraseIn(inside, erasedAfter(replica.db, manifest.erased));
    } finally {
      closeWorkspace(inside);
    }
    packBackup(folder, { ...manifest, erased: newest }, partial);
    renameSync(partial, file);
    syncFolder(dirname(file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(partial, { force: true });
  }
}

/** Erases rows in an unpacked backup and leaves its database as one file without a free page. */
function eraseIn(inside: OpenWorkspace, rows: ReturnType<typeof erasedAfter>): void {
  const { db } = inside.replica;
  transact(inside.replica, { command: 'purge', origin: 'remote', purging: true }, () => {
    for (const { entity, row } of rows) {
      removeWords(db, entity, row);
      eraseRow(db, { entity, id: blobToId(row) });
      // A workspace that is restored from this backup asks the server for it again.
      db.statements.run('DELETE FROM sync_rows WHERE row = ?', row);
    }
    eraseLooseBodies(db);
  });
  removeErasedFiles(db, inside.blobs);
  if (db.sqlite.pragma('integrity_check', { simple: true }) !== 'ok') throw new OpenError('damaged');
  db.sqlite.exec('VACUUM');
  db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  db.sqlite.pragma('journal_mode = DELETE');
}

/** Passages of a document's text stand in tables of their own. */
function removeWords(db: WritableDb, entity: string, row: Uint8Array): void {
  if (entity === 'evidence') removeChunks(db.sqlite, row);
  if (entity !== 'content_extractions') return;
  const read = db.statements.all<{ id: Buffer }>('SELECT id FROM evidence WHERE extraction_id = ?', row);
  for (const { id } of read) removeChunks(db.sqlite, id);
}
