import { closeSync, existsSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { syncFolder, writeFileDurably } from '../files/write-durably.ts';
import { type KeyFile, readKeyFile, writeKeyFile } from '../keys/key-file.ts';
import { closeDb, openForReading, openForWriting } from '../sqlite/open.ts';
import { layoutOf, type WorkspaceLayout } from '../workspace/layout.ts';
import { blobStoreOf } from '../workspace/workspace.ts';
import { filesInUse } from '../blobs/erased-files.ts';

/** A change of a workspace's encryption: the data keys before and after, null for none, and the key file that goes with the latter. */
export interface EncryptionChange {
  readonly from: Uint8Array | null;
  readonly to: Uint8Array | null;
  readonly keyFile: KeyFile;
}

/** Moments of the change, for tests that end the process there. */
export type EncryptionMoment = 'blobs' | 'copied' | 'keys' | 'swapped';

const markerOf = (layout: WorkspaceLayout) => `${layout.database}.rekeying`;
const copyOf = (layout: WorkspaceLayout) => `${layout.database}.rekeyed`;

/**
 * Encrypts or decrypts a workspace that is closed: blobs first, each beside its old one, then a copy of the database under the new key,
 * then the key file, the swap, and the end of the old blobs. The key file decides: a process that dies before it is written leaves
 * the old workspace, after it the new one, once `finishEncryptionChange` has seen it.
 */
export function changeEncryption(
  folder: string,
  { from, to, keyFile }: EncryptionChange,
  onMoment: (moment: EncryptionMoment) => void = () => undefined,
): void {
  const layout = layoutOf(folder);
  const copy = copyOf(layout);
  removeDatabase(copy);
  writeFileDurably(markerOf(layout), '');
  const [old, next] = [blobStoreOf(folder, from), blobStoreOf(folder, to)];
  const db = openForWriting({ path: layout.database, dataKey: from });
  try {
    for (const hash of filesInUse(db)) {
      if (!old.has(hash)) continue;
      const writer = next.begin();
      try {
        for (const part of old.parts(hash)) writer.write(part);
        writer.finish();
      } finally {
        writer.abort();
      }
    }
    onMoment('blobs');
    db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    db.sqlite.pragma('journal_mode = DELETE');
    db.sqlite.prepare('VACUUM INTO ?').run(copy);
  } finally {
    closeDb(db);
  }
  rekey(copy, from, to);
  onMoment('copied');
  // The file is the same work of the same replica: its token stays.
  const token = readKeyFile(layout.keys)?.token ?? keyFile.token;
  writeKeyFile(layout.keys, { ...keyFile, token });
  onMoment('keys');
  renameSync(copy, layout.database);
  syncFolder(folder);
  onMoment('swapped');
  finishEncryptionChange(folder, to);
}

/** Ends a change of encryption that a process left in the middle. Does nothing where none was begun. The workspace is closed. */
export function finishEncryptionChange(folder: string, dataKey: Uint8Array | null): void {
  const layout = layoutOf(folder);
  if (!existsSync(markerOf(layout))) return;
  const copy = copyOf(layout);
  const encrypted = readKeyFile(layout.keys)?.encrypted ?? false;
  if (existsSync(copy) && isPlain(layout.database) === encrypted) {
    renameSync(copy, layout.database);
    syncFolder(folder);
  }
  removeDatabase(copy);
  const db = openForReading({ path: layout.database, dataKey });
  try {
    blobStoreOf(folder, dataKey).keepOnly(filesInUse(db));
  } finally {
    closeDb(db);
  }
  rmSync(markerOf(layout), { force: true });
}

const plainHeader = 'SQLite format 3\0';

function isPlain(path: string): boolean {
  const bytes = Buffer.alloc(plainHeader.length);
  const descriptor = openSync(path, 'r');
  try {
    readSync(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
  return bytes.toString('latin1') === plainHeader;
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}

function rekey(path: string, from: Uint8Array | null, to: Uint8Array | null): void {
  const db = openForWriting({ path, dataKey: from });
  try {
    db.sqlite.pragma('journal_mode = DELETE');
    db.sqlite.pragma("cipher = 'aegis'");
    db.sqlite.pragma(to === null ? "rekey = ''" : `rekey = "raw:${Buffer.from(to).toString('hex')}"`);
  } finally {
    closeDb(db);
  }
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
  closeDb(openForReading({ path, dataKey: to }));
}
