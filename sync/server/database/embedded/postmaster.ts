import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

/** A postmaster that its own file names. The process may be gone, or be another program by now. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** Reads `postmaster.pid`: line 1 is the process, line 4 the port (PostgreSQL, src/include/utils/pidfile.h). */
export async function runningPostmaster(folder: string): Promise<Postmaster | null> {
  try {
    const lines = (await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n');
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    return pid > 0 && port > 0 ? { pid, port } : null;
  } catch {
    return null;
  }
}

/** Data folder of the server that answers on a port of this machine to the superuser's password, or null. */
export async function probe(port: number, password: string): Promise<string | null> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    password,
    database: 'postgres',
    application_name: `workbench ${process.pid}`,
    connectionTimeoutMillis: 5_000,
  });
  // A server that is starting ends the connection under the client: the rejected call says so already.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const shown = await client.query<{ data_directory: string }>('SHOW data_directory');
    return shown.rows[0]?.data_directory ?? null;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** True where the server on this port answers to this folder's password and works on this very folder. */
export async function ownsFolder(
  port: number,
  cluster: { readonly folder: string; readonly password: string },
): Promise<boolean> {
  const shown = await probe(port, cluster.password);
  return shown !== null && (await realpath(shown)) === (await realpath(cluster.folder));
}

/**
 * Takes the lock file of a postmaster away that is dead but was not collected by its parent (a container without an init): to
 * PostgreSQL it looks alive. Done only where no process works in the folder any more. Linux alone can tell; elsewhere nothing is done.
 */
export async function removeDeadLock(folder: string): Promise<void> {
  const named = await runningPostmaster(folder);
  if (named === null || process.platform !== 'linux') return;
  const stat = await readFile(`/proc/${named.pid}/stat`, 'utf8').catch(() => '');
  // The state follows the name, which stands in brackets and may hold anything (proc_pid_stat(5)).
  if (stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z') return;
  const place = await realpath(folder);
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    if ((await readlink(`/proc/${entry}/cwd`).catch(() => '')) === place) return;
  }
  await rm(join(folder, 'postmaster.pid'), { force: true });
}
