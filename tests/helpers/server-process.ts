import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { CommandLine } from './command-line.ts';

/** A server that runs as a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly out: string;
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the server as a process of its own and waits until it says where it listens. */
export function startServer(cli: CommandLine, args: readonly string[]): Promise<ServerProcess> {
  const entry = join(import.meta.dirname, '../../main/cli/index.ts');
  const child = spawn(process.execPath, [entry, 'server', 'start', '--port', '0', ...args], {
    cwd: cli.folder,
    env: cli.environment,
    stdio: 'pipe',
  });
  const closed = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  let err = '';
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  return new Promise((resolve, reject) => {
    void closed.then((exit) => reject(new Error(`the server ended with ${exit}: ${err}`)));
    let out = '';
    child.stdout.on('data', (part: Buffer) => {
      out += part.toString();
      const url = /http:\/\/[\d.]+:\d+/.exec(out)?.[0];
      if (url === undefined || !out.includes('\n')) return;
      resolve({
        url,
        out,
        kill: (signal) => {
          child.kill(signal);
          return closed;
        },
      });
    });
  });
}
