import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ServerError } from '../../errors.ts';
import { type Account, databaseAccount } from './account.ts';
import { type Binaries, embeddedBinaries } from './binaries.ts';
import { freePort } from './free-port.ts';
import { ownsFolder, probe, removeDeadLock, runningPostmaster } from './postmaster.ts';

/** Where a cluster lives and how it is reached. */
export interface ClusterOptions {
  /** Folder of PostgreSQL's files, made on first use. Its parent has to exist. */
  readonly folder: string;
  /** Password of the superuser `postgres`, given at the first start and needed at every later one. */
  readonly password: string;
  /** A free one unless told. */
  readonly port?: number;
  /** Server settings beside the defaults, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A running PostgreSQL that listens on 127.0.0.1 only. */
export interface Cluster {
  readonly port: number;
  /** Process of the postmaster. */
  readonly pid: number;
  /** Ends sessions, writes everything out and resolves when the process is gone. */
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;
const mostAttempts = 100;

/**
 * Starts PostgreSQL over a data folder, making the folder first where it is not there. One that still runs because its
 * owner was killed is taken over as it is. Throws `UNAVAILABLE` with PostgreSQL's own last words.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const account = await databaseAccount();
  const until = Date.now() + startTimeoutMs;
  for (let attempt = 1; ; attempt += 1) {
    const running = await runningPostmaster(options.folder);
    if (running !== null && (await ownsFolder(running.port, options))) {
      return { ...running, stop: stopOnce(running.pid) };
    }
    const binaries = await embeddedBinaries(account);
    if (!existsSync(options.folder)) await initialise(options, binaries, account);
    const port = options.port ?? (await freePort());
    const started = await startOn(port, options, binaries, account);
    if (started.cluster !== null) return started.cluster;
    if (!started.mayPass || attempt >= mostAttempts || Date.now() > until) {
      throw new ServerError(
        'UNAVAILABLE',
        `The database did not start. Nothing was changed. It said: ${started.words}`,
      );
    }
    await removeDeadLock(options.folder);
    await pause(200);
  }
}

/** Made under another name and renamed, so that a folder with the right name is always complete. */
async function initialise(
  options: ClusterOptions,
  binaries: Binaries,
  account: Account | null,
): Promise<void> {
  const made = await mkdtemp(`${options.folder}.new-`);
  const secret = join(made, 'password');
  try {
    const data = join(made, 'data');
    await mkdir(data, { mode: 0o700 });
    await writeFile(secret, options.password, { mode: 0o600 });
    if (account !== null) {
      for (const path of [made, data, secret]) await chown(path, account.uid, account.gid);
    }
    const initdb = spawn(
      binaries.initdb,
      [
        `--pgdata=${data}`,
        '--username=postgres',
        `--pwfile=${secret}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--lc-messages=C',
        '--no-instructions',
      ],
      { ...account, cwd: made, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const words: string[] = [];
    initdb.stderr.setEncoding('utf8').on('data', (part: string) => words.push(part));
    const exit = await new Promise<number | null>((resolve, reject) => {
      initdb.on('error', reject).on('close', resolve);
    });
    if (exit !== 0) {
      throw new ServerError(
        'UNAVAILABLE',
        `The database could not be made in ${dirname(options.folder)}. PostgreSQL said: ${words.join('').trim()}`,
      );
    }
    // Two that make it at once: the first to get here has made it.
    await rename(data, options.folder).catch((error: unknown) => {
      if (!existsSync(options.folder)) throw error;
    });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

type Started =
  | { readonly cluster: Cluster }
  | { readonly cluster: null; readonly words: string; readonly mayPass: boolean };

/** What PostgreSQL says where another process is starting or stopping it at this moment, or took the port. */
const passing =
  /lock file "postmaster\.pid" already exists|shared memory block .* still in use|Address already in use/;

async function startOn(
  port: number,
  options: ClusterOptions,
  binaries: Binaries,
  account: Account | null,
): Promise<Started> {
  const logPath = `${options.folder}.log`;
  const log = await open(logPath, 'a', 0o600);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    log_min_messages: 'warning',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const before = (await log.stat()).size;
  // A session of its own: an interrupt at the terminal is for the server, which closes the database last.
  const child = spawn(binaries.postgres, ['-D', options.folder, '-p', String(port), ...flags], {
    ...account,
    cwd: dirname(options.folder),
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.on('error', () => undefined);
  await log.close();
  if (await becomesReady(child, port, options.password)) {
    const pid = child.pid ?? 0;
    child.unref();
    return { cluster: { port, pid, stop: stopOnce(pid) } };
  }
  const words = (await readFile(logPath)).subarray(before).toString('utf8').trim();
  return {
    cluster: null,
    words: words === '' ? 'nothing' : words.slice(-600),
    // An exit in peace: somebody else used it and stopped it before it was seen here.
    mayPass: child.exitCode === 0 || passing.test(words),
  };
}

async function becomesReady(child: ChildProcess, port: number, password: string): Promise<boolean> {
  // Asked, not listened for: it may have ended before anybody could listen.
  const runs = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const until = Date.now() + startTimeoutMs;
  while (runs() && Date.now() < until) {
    if ((await probe(port, password)) !== null) return true;
    await pause(20);
  }
  if (runs() && child.pid !== undefined) await stopProcess(child.pid);
  return false;
}

/** A process id can be given to another program once it is free: it is signalled by the first call only. */
function stopOnce(pid: number): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () => (stopping ??= stopProcess(pid));
}

/** SIGINT is PostgreSQL's fast shutdown: sessions end, what was committed is written out. SIGQUIT where it hangs. */
async function stopProcess(pid: number): Promise<void> {
  if (!signal(pid, 'SIGINT')) return;
  if (await goneWithin(stopTimeoutMs, pid)) return;
  signal(pid, 'SIGQUIT');
  await goneWithin(stopTimeoutMs, pid);
}

async function goneWithin(milliseconds: number, pid: number): Promise<boolean> {
  const until = Date.now() + milliseconds;
  while (signal(pid, 0)) {
    if (Date.now() > until) return false;
    await pause(10);
  }
  return true;
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
