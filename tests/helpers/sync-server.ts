import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

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
  /** Flags of `server start` beside its folder and port. One process answers unless `--processes` is among them. */
  readonly flags?: readonly string[];
  /** Where its folder is made; the system's place for temporary files unless told. */
  readonly parent?: string;
  /** Where it listens; a free port where nothing is said. */
  readonly port?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a server with one organisation, `corran`. */
export async function startSyncServer(options: StartOptions = {}): Promise<SyncServer> {
  const { nodeFlags = [], flags = [], env = {}, parent = tmpdir() } = options;
  const folder = mkdtempSync(path.join(parent, 'workbench-server-'));
  // Where the tests run as root, PostgreSQL runs as another user, who has to come through.
  chmodSync(folder, 0o711);
  const data = path.join(folder, 'data');
  let said = '';
  const start = (port: string) => {
    const child = spawn(
      process.execPath,
      [
        ...nodeFlags,
        command,
        'server',
        'start',
        '--data',
        data,
        '--port',
        port,
        '--processes',
        '1',
        ...flags,
        '--json',
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
    );
    child.stderr.on('data', (part: Buffer) => {
      said = (said + part.toString('utf8')).slice(-keptLog);
    });
    return child;
  };
  let server = start(String(options.port ?? 0));
  const cli = (...args: string[]): unknown =>
    JSON.parse(
      execFileSync(process.execPath, [command, 'server', ...args, '--data', data, '--json'], {
        encoding: 'utf8',
      }),
    );
  const stop = async (): Promise<void> => {
    await endOf(server);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const url = await addressOf(server);
    cli('create-tenant', 'Corran Strait', '--slug', 'corran');
    const restored = async (backup: string): Promise<void> => {
      await endOf(server);
      cli('restore', backup, '--replace');
      server = start(new URL(url).port);
      await addressOf(server);
    };
    return { url, pid: () => server.pid ?? 0, data, said: () => said, cli, restored, stop };
  } catch (error) {
    await stop();
    throw error;
  }
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
