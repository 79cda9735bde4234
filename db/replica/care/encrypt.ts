import { existsSync, renameSync, rmSync } from 'node:fs';
import { syncFolder } from '../files/write-durably.ts';
import { type KeyFile, writeKeyFile } from '../keys/key-file.ts';
import { closeDb, openForReading, openForWriting } from '../sqlite/open.ts';
import { layoutOf } from '../workspace/layout.ts';
import { blobStoreOf } from '../workspace/workspace.ts';
import { blobsInUse } from './doctor.ts';

/**
 * Encrypts a workspace that is closed: blobs first, each beside its plain one, then a keyed copy of the database, then the swap, then
 * the plain ones go. A process that dies before the swap leaves the plain workspace; after it, the encrypted one.
 */
export function encryptWorkspace(folder: string, dataKey: Uint8Array, keyFile: KeyFile): void {
  const layout = layoutOf(folder);
  const copy = `${layout.database}.encrypting`;
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(copy + suffix, { force: true });
  const plain = blobStoreOf(folder, null);
  const sealed = blobStoreOf(folder, dataKey);
  const db = openForWriting({ path: layout.database });
  const hashes = [...blobsInUse(db)];
  try {
    for (const hash of hashes) if (plain.has(hash)) sealed.putFile(plain.pathOf(hash));
    db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    db.sqlite.pragma('journal_mode = DELETE');
    db.sqlite.prepare('VACUUM INTO ?').run(copy);
  } finally {
    closeDb(db);
  }
  rekey(copy, dataKey);
  writeKeyFile(layout.keys, keyFile);
  renameSync(copy, layout.database);
  syncFolder(folder);
  for (const hash of hashes) plain.remove(hash);
}

function rekey(path: string, dataKey: Uint8Array): void {
  const db = openForWriting({ path });
  try {
    db.sqlite.pragma('journal_mode = DELETE');
    db.sqlite.pragma("cipher = 'aegis'");
    db.sqlite.pragma(`rekey = "raw:${Buffer.from(dataKey).toString('hex')}"`);
  } finally {
    closeDb(db);
  }
  if (existsSync(`${path}-wal`)) rmSync(`${path}-wal`, { force: true });
  closeDb(openForReading({ path, dataKey }));
}
