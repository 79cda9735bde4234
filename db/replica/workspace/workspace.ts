import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import type { Id } from '../../catalogue/rows.ts';
import { BlobStore } from '../blobs/blob-store.ts';
import { type KeyFile, newToken, readKeyFile, writeKeyFile } from '../keys/key-file.ts';
import { plainKeyFile } from '../keys/key-ring.ts';
import { applyMigrations } from '../migrations/apply.ts';
import { migrateOnCopy } from '../migrations/migrate-on-copy.ts';
import { schemaVersion } from '../migrations/registry.ts';
import { newId } from '../rows/ids.ts';
import { insertRow } from '../rows/write.ts';
import { takeUpNewlyKnown } from '../sync/newly-known.ts';
import { failureKind, OpenError } from '../sqlite/open-error.ts';
import { closeDb, openForReading, openForWriting, type ReadableDb, type WritableDb } from '../sqlite/open.ts';
import { readMeta, writeMeta } from '../transaction/meta.ts';
import type { Replica } from '../transaction/replica.ts';
import { transact } from '../transaction/transact.ts';
import { layoutOf, type WorkspaceLayout } from './layout.ts';

/** A workspace that is open for writing. There is one in the process that owns it. */
export interface OpenWorkspace {
  readonly layout: WorkspaceLayout;
  readonly replica: Replica;
  readonly blobs: BlobStore;
  readonly dataKey: Uint8Array | null;
  /** The file was copied or restored since it was last open, and has got a replica id of its own. */
  readonly wasCopied: boolean;
}

export interface WorkspaceOptions {
  readonly folder: string;
  readonly dataKey?: Uint8Array | null;
  readonly now?: () => number;
  readonly onSlow?: (sql: string, milliseconds: number) => void;
}

/** The key file of a workspace, which says without a key whether it is encrypted and what unlocks it. */
export function workspaceKeys(folder: string): KeyFile | null {
  return readKeyFile(layoutOf(folder).keys);
}

/** The blob store of a workspace; every thread may have its own. */
export function blobStoreOf(folder: string, dataKey: Uint8Array | null): BlobStore {
  const layout = layoutOf(folder);
  return new BlobStore({ folder: layout.blobs, temporaryFolder: layout.temporary, dataKey });
}

/**
 * Makes a workspace for one person: tables, an author id, a replica id and a Personal project. Nothing asks for an account. A
 * killed process leaves no database, or a whole one. `keyFile` holds the wrapped key where `dataKey` is given.
 */
export function createWorkspace(
  options: WorkspaceOptions & {
    readonly name: string;
    readonly authorName: string;
    readonly keyFile?: KeyFile;
  },
): OpenWorkspace {
  const layout = layoutOf(options.folder);
  if (existsSync(layout.database)) throw new OpenError('in-use');
  mkdirSync(layout.folder, { recursive: true });
  const keyFile = options.keyFile ?? plainKeyFile();
  writeKeyFile(layout.keys, keyFile);
  const db = openForWriting({ path: layout.database, dataKey: options.dataKey ?? null });
  try {
    applyMigrations(db);
    const author = newId();
    const replica = replicaOf(db, newId(), author, options.now);
    db.sqlite.transaction(() => {
      writeMeta(db, 'name', options.name);
      writeMeta(db, 'author', author);
      writeMeta(db, 'replica', replica.replicaId);
      writeMeta(db, 'token', keyFile.token);
    })();
    mintPersonalProject(replica, options.authorName);
  } catch (error) {
    closeDb(db);
    for (const suffix of ['', '-wal', '-shm']) rmSync(layout.database + suffix, { force: true });
    throw error;
  }
  closeDb(db);
  return openWorkspace(options);
}

function mintPersonalProject(replica: Replica, authorName: string): void {
  transact(replica, { command: 'workspace.create' }, (tx) => {
    insertRow(tx, 'authors', { id: replica.author, kind: 'person', name: authorName });
    const project = insertRow(tx, 'projects', {
      name: 'Personal',
      slug: 'personal',
      owner_id: replica.author,
      personal: true,
    });
    insertRow(tx, 'project_members', { project_id: project, author_id: replica.author, role: 'lead' });
    writeMeta(replica.db, 'personal-project', project);
  });
}

function replicaOf(
  db: WritableDb,
  replicaId: string,
  author: Id,
  now: () => number = () => Date.now(),
): Replica {
  return { db, replicaId, session: randomBytes(8).toString('hex'), author, schemaVersion, now };
}

/**
 * Opens a workspace for writing, migrating it first where this build is newer. A file whose token is not the one beside it was
 * copied or restored: it gets a new replica id, so that no two files ever stamp alike. Throws `OpenError`.
 */
export function openWorkspace(options: WorkspaceOptions): OpenWorkspace {
  const layout = layoutOf(options.folder);
  if (!existsSync(layout.database)) throw new OpenError('missing');
  const dataKey = options.dataKey ?? null;
  migrateOnCopy(layout.database, dataKey);
  const db = openForWriting({
    path: layout.database,
    dataKey,
    ...(options.onSlow ? { onSlow: options.onSlow } : {}),
  });
  try {
    closeLeftOver(db);
    const { replicaId, wasCopied } = settleIdentity(db, layout);
    const author = readMeta(db, 'author');
    if (author === undefined) throw new OpenError('not-a-database');
    rmSync(layout.temporary, { recursive: true, force: true });
    mkdirSync(layout.temporary, { recursive: true });
    const replica = replicaOf(db, replicaId, author, options.now);
    takeUpNewlyKnown(replica);
    return { layout, replica, blobs: blobStoreOf(options.folder, dataKey), dataKey, wasCopied };
  } catch (error) {
    closeDb(db);
    throw error;
  }
}

/** A connection for reading the workspace, for a thread of its own. */
export function openReader(options: WorkspaceOptions): ReadableDb {
  return openForReading({
    path: layoutOf(options.folder).database,
    dataKey: options.dataKey ?? null,
    ...(options.onSlow ? { onSlow: options.onSlow } : {}),
  });
}

/** Truncates the write-ahead log and closes the file. Where there is no room to, the log stays beside it, and the next opening takes it up. */
export function closeWorkspace(workspace: OpenWorkspace): void {
  const { db } = workspace.replica;
  try {
    db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (failureKind(error) !== 'disk-full') throw error;
  } finally {
    closeDb(db);
  }
}

/** A transaction's row is only ever left open by a build that failed between two statements: SQLite takes it back with the rest. */
function closeLeftOver(db: WritableDb): void {
  db.statements.run('UPDATE txns SET open = NULL WHERE open = 1');
}

function settleIdentity(db: WritableDb, layout: WorkspaceLayout): { replicaId: string; wasCopied: boolean } {
  const inside = readMeta(db, 'token');
  const known = readMeta(db, 'replica') ?? newId();
  const beside = readKeyFile(layout.keys);
  if (beside !== null && beside.token === inside) return { replicaId: known, wasCopied: false };
  const replicaId = newId();
  const token = newToken();
  // The file first: if the process dies between the two, the next opening finds a mismatch again and mints once more.
  writeMeta(db, 'replica', replicaId);
  writeMeta(db, 'token', token);
  writeKeyFile(layout.keys, beside === null ? { ...plainKeyFile(), token } : { ...beside, token });
  return { replicaId, wasCopied: true };
}
