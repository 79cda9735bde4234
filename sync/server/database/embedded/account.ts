import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ServerError } from '../../errors.ts';

const run = promisify(execFile);
const name = 'postgres';

/** The account of the operating system that PostgreSQL runs under. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** True where this process may not run PostgreSQL itself: PostgreSQL refuses to run as root. */
export function needsAccount(): boolean {
  return process.getuid?.() === 0;
}

/**
 * The unprivileged account for a process of root, made where the system has none; null where this process can run
 * PostgreSQL under its own account. Throws `UNAVAILABLE` where no account can be had.
 */
export async function databaseAccount(): Promise<Account | null> {
  if (!needsAccount()) return null;
  const found = await lookUp();
  if (found !== null) return found;
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      name,
    ]);
  } catch (error) {
    const made = await lookUp();
    if (made !== null) return made;
    throw new ServerError(
      'UNAVAILABLE',
      'PostgreSQL does not run as root, and the account "postgres" could not be made. Make it, or start the server under an ordinary account.',
      {},
      error,
    );
  }
  return lookUp();
}

async function lookUp(): Promise<Account | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}
