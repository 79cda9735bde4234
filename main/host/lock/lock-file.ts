import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { isAlive, thisProcess } from './process-identity.ts';
import { socketAddress } from './runtime-folder.ts';

/** Name of the lock inside a workspace's folder. */
export const lockFileName = 'host.lock';

const lockSchema = z.object({
  v: z.literal(1),
  nonce: z.string(),
  hostname: z.string(),
  pid: z.number().int(),
  startedAt: z.string().nullable(),
  socket: z.string(),
  /** The file system's number of the lock itself, where there is one that lasts: a copy of the folder has a lock with another. */
  inode: z.string().nullable().default(null),
});

export type LockRecord = z.infer<typeof lockSchema>;

/** A lock that this process holds. */
export interface HeldLock {
  readonly record: LockRecord;
  /** Gives the workspace free. Harmless when called twice. */
  release(): void;
}

/** Either the lock, or who holds it: a live owner whose socket the caller may try. */
export type LockAttempt =
  { readonly held: true; readonly lock: HeldLock } | { readonly held: false; readonly owner: LockRecord };

const attempts = 8;

/**
 * Takes the lock of a workspace's folder. The lock appears whole, by a hard link; a dead owner's lock is moved aside
 * by rename and looked at again there, so that of two processes that find it only one takes it over.
 */
export function takeLock(folder: string, socket: string): LockAttempt {
  const path = join(folder, lockFileName);
  const wanted: LockRecord = { v: 1, nonce: randomUUID(), socket, inode: null, ...thisProcess() };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const record = create(path, wanted);
    if (record !== null) return { held: true, lock: heldLock(path, record) };
    const owner = recordIn(path);
    if (owner !== null && isHeld(folder, owner)) return { held: false, owner };
    moveAside(path, owner?.nonce ?? null);
  }
  const owner = readLock(folder);
  if (owner === null) throw new Error(`The lock ${path} could not be taken.`);
  return { held: false, owner };
}

/** The lock as it stands, or null where there is none that can be read. */
export function readLock(folder: string): LockRecord | null {
  return recordIn(join(folder, lockFileName));
}

/** Whether a folder's lock keeps others out: its owner lives, and made it for this folder. */
export function isHeld(folder: string, record: LockRecord): boolean {
  return isAlive(record) && !isCopied(folder, record);
}

function recordIn(path: string): LockRecord | null {
  try {
    const parsed = lockSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/**
 * Whether this lock was made for another folder of this computer, and copied with it. A folder that was only renamed has the same
 * lock. Of other computers it cannot be told: a share has another path on each of them, and may number its files anew.
 */
function isCopied(folder: string, record: LockRecord): boolean {
  if (record.inode === null || record.hostname !== hostname()) return false;
  if (basename(record.socket) === basename(socketAddress(folder, record.pid))) return false;
  const stands = statSync(join(folder, lockFileName), { bigint: true, throwIfNoEntry: false });
  return stands !== undefined && String(stands.ino) !== record.inode;
}

/** Makes the lock. Answers with what it says, or with null where there is one. */
function create(path: string, wanted: LockRecord): LockRecord | null {
  const temporary = `${path}.${wanted.nonce}`;
  const record = writeNamed(temporary, wanted);
  try {
    linkSync(temporary, path);
    return record;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return null;
    if (codeOf(error) === 'EPERM' || codeOf(error) === 'ENOTSUP' || codeOf(error) === 'ENOSYS') {
      return createWithoutLinks(path, wanted);
    }
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Writes a lock that says which file it is. */
function writeNamed(path: string, wanted: LockRecord): LockRecord {
  const file = openSync(path, 'w', 0o600);
  try {
    const record = { ...wanted, inode: String(fstatSync(file, { bigint: true }).ino) };
    writeFileSync(file, JSON.stringify(record));
    return record;
  } finally {
    closeSync(file);
  }
}

/** For file systems without hard links (exFAT, some network shares), which number their files anew whenever they like. */
function createWithoutLinks(path: string, record: LockRecord): LockRecord | null {
  try {
    writeFileSync(path, JSON.stringify(record), { flag: 'wx', mode: 0o600 });
    return record;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return null;
    throw error;
  }
}

function moveAside(path: string, staleNonce: string | null): void {
  const aside = `${path}.stale-${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = recordIn(aside)?.nonce ?? null;
  // Somebody else took the stale lock over between our look and our rename: theirs goes back.
  if (moved !== staleNonce) {
    try {
      linkSync(aside, path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
  rmSync(aside, { force: true });
}

function heldLock(path: string, record: LockRecord): HeldLock {
  return {
    record,
    release: () => {
      if (recordIn(path)?.nonce === record.nonce) rmSync(path, { force: true });
    },
  };
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null;
}
