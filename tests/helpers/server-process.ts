import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { CommandLine } from './command-line.ts';

/** A server that runs as a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly out: string;
  readonly pid: number;
  /** The processes that answer requests by now, as its log has them; none where it answers itself. */
  processes(): number[];
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the server as a process of its own and waits until it says where it listens. One process answers unless `--processes` is given. */
export function startServer(cli: CommandLine, args: readonly string[]): Promise<ServerProcess> {
  const entry = join(import.meta.dirname, '../../main/cli/index.ts');
  const alone = ['--port', '0', '--processes', '1'];
  const child = spawn(process.execPath, [entry, 'server', 'start', ...alone, ...args], {
    cwd: cli.folder,
    env: cli.environment,
    stdio: 'pipe',
  });
  const closed = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  let err = '';
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  const processes = () => {
    const living = new Set<number>();
    for (const [, event, process] of err.matchAll(/"event":"process\.(started|ended)","process":(\d+)/g)) {
      if (event === 'started') living.add(Number(process));
      else living.delete(Number(process));
    }
    return [...living];
  };
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
        pid: child.pid ?? 0,
        processes,
        kill: (signal) => {
          child.kill(signal);
          return closed;
        },
      });
    });
  });
}
