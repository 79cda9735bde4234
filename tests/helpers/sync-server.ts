import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { folderMadeOnce } from './made-once.ts';

const command = path.resolve(import.meta.dirname, '..', '..', 'main', 'cli', 'index.ts');

/** A sync server of its own for one test: a real process over a real PostgreSQL in a folder that goes with it. */
export interface SyncServer {
  readonly url: string;
  /** The server's process by now. */
  pid(): number;
  /** The server's data folder. */
  readonly data: string;
  /** The newest of what the server's processes logged. */
  said(): string;
  /** A server command beside the running one; answers with its JSON. */
  cli(...args: string[]): unknown;
  /** Ends the server, puts a backup in the place of its database, and starts it again at the same address. */
  restored(backup: string): Promise<void>;
  stop(): Promise<void>;
}

/** Characters of a server's log that a failed test shows. */
const keptLog = 8000;

interface StartOptions {
  /** Flags of the server's process. */
  readonly nodeFlags?: readonly string[];
  /** Flags of `server start` beside its folder, port and processes. */
  readonly flags?: readonly string[];
  /** Processes that answer requests: one where nothing is said, as many as the server makes by itself for null. */
  readonly processes?: number | null;
  /** Where its folder is made; the system's place for temporary files unless told. */
  readonly parent?: string;
  /** Where it listens; a free port where nothing is said. */
  readonly port?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a server with one organisation, `corran`. */
export async function startSyncServer(options: StartOptions = {}): Promise<SyncServer> {
  const folder = mkdtempSync(path.join(options.parent ?? tmpdir(), 'workbench-server-'));
  // Where the tests run as root, PostgreSQL runs as another user, who has to come through.
  chmodSync(folder, 0o711);
  const data = path.join(folder, 'data');
  let server: ChildProcess | null = null;
  let said = '';
  const start = (port: number): Promise<string> => {
    const child = spawnServer(data, { ...options, port });
    server = child;
    child.stderr.on('data', (part: Buffer) => {
      said = (said + part.toString('utf8')).slice(-keptLog);
    });
    return addressOf(child);
  };
  const end = async (): Promise<void> => {
    if (server !== null) await endOf(server);
  };
  const stop = async (): Promise<void> => {
    await end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await folderMadeOnce('sync-server', data, makeOrganisation);
    const url = await start(options.port ?? 0);
    const restored = async (backup: string): Promise<void> => {
      await end();
      serverCommand(data, ['restore', backup, '--replace']);
      await start(Number(new URL(url).port));
    };
    const cli = (...args: string[]): unknown => serverCommand(data, args);
    return { url, pid: () => server?.pid ?? 0, data, said: () => said, cli, restored, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The data folder of a server that has one organisation, and has ended. */
async function makeOrganisation(data: string): Promise<void> {
  const server = spawnServer(data, {});
  try {
    await addressOf(server);
    serverCommand(data, ['create-tenant', 'Corran Strait', '--slug', 'corran']);
  } finally {
    await endOf(server);
  }
}

function spawnServer(data: string, options: StartOptions) {
  const { nodeFlags = [], flags = [], port = 0, processes = 1, env = {} } = options;
  const where = ['--data', data, '--port', String(port)];
  const many = processes === null ? [] : ['--processes', String(processes)];
  return spawn(
    process.execPath,
    [...nodeFlags, command, 'server', 'start', ...where, ...many, ...flags, '--json'],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
  );
}

/** Runs a command of the server's, and answers with its JSON. */
function serverCommand(data: string, args: readonly string[]): unknown {
  const said = execFileSync(process.execPath, [command, 'server', ...args, '--data', data, '--json'], {
    encoding: 'utf8',
  });
  return JSON.parse(said);
}

function addressOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (part: Buffer): void => {
      said += part.toString('utf8');
      const found = /"url":\s*"([^"]+)"/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    };
    server.stdout?.on('data', hear);
    server.stderr?.on('data', (part: Buffer) => {
      said += part.toString('utf8');
    });
    server.once('exit', () => reject(new Error(`The server ended before it was ready: ${said}`)));
  });
}

async function endOf(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
}
