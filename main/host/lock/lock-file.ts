import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isAlive, thisProcess } from './process-identity.ts';

/** Name of the lock inside a workspace's folder. */
export const lockFileName = 'host.lock';

const lockSchema = z.object({
  v: z.literal(1),
  nonce: z.string(),
  hostname: z.string(),
  pid: z.number().int(),
  startedAt: z.string().nullable(),
  socket: z.string(),
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
  const record: LockRecord = { v: 1, nonce: randomUUID(), socket, ...thisProcess() };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (create(path, record)) return { held: true, lock: heldLock(path, record) };
    const owner = readLock(folder);
    if (owner !== null && isAlive(owner)) return { held: false, owner };
    moveAside(path, owner?.nonce ?? null);
  }
  const owner = readLock(folder);
  if (owner === null) throw new Error(`The lock ${path} could not be taken.`);
  return { held: false, owner };
}

/** The lock as it stands, or null where there is none that can be read. */
export function readLock(folder: string): LockRecord | null {
  try {
    const parsed = lockSchema.safeParse(JSON.parse(readFileSync(join(folder, lockFileName), 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function create(path: string, record: LockRecord): boolean {
  const temporary = `${path}.${record.nonce}`;
  writeFileSync(temporary, JSON.stringify(record), { mode: 0o600 });
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (codeOf(error) === 'EPERM' || codeOf(error) === 'ENOTSUP' || codeOf(error) === 'ENOSYS') {
      return createWithoutLinks(path, record);
    }
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** For file systems without hard links (exFAT, some network shares). */
function createWithoutLinks(path: string, record: LockRecord): boolean {
  try {
    writeFileSync(path, JSON.stringify(record), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
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
  const moved = nonceIn(aside);
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

function nonceIn(path: string): string | null {
  try {
    return lockSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).nonce;
  } catch {
    return null;
  }
}

function heldLock(path: string, record: LockRecord): HeldLock {
  return {
    record,
    release: () => {
      if (nonceIn(path) === record.nonce) rmSync(path, { force: true });
    },
  };
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error ? String(error.code) : null;
}
