import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ran {
  readonly exit: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder for workspaces and settings, and the command line run in it as a process of its own. */
export interface CommandLine {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  run(args: readonly string[], input?: string): Promise<Ran>;
  /** Runs with `--json` and answers with the document; fails where the exit code is another. */
  json<T>(args: readonly string[], exit?: number): Promise<T>;
  /** Starts browser mode and answers with its URL. */
  serve(args: readonly string[]): Promise<{ url: string; pid: number; stop: () => Promise<number | null> }>;
  remove(): void;
}

const entry = join(import.meta.dirname, '../../main/cli/index.ts');

export function commandLine(): CommandLine {
  const folder = mkdtempSync(join(tmpdir(), 'workbench-cli-'));
  mkdirSync(join(folder, 'config'));
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    WORKBENCH_CONFIG_DIR: join(folder, 'config'),
    WORKBENCH_WORKSPACES_DIR: join(folder, 'workspaces'),
    WORKBENCH_MODEL_DIR: join(folder, 'no-model'),
    WORKBENCH_DEBUG: '1',
  };
  const start = (args: readonly string[]) =>
    spawn(process.execPath, [entry, ...args], { cwd: folder, env: environment, stdio: 'pipe' });
  const run = (args: readonly string[], input = ''): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const child = start(args);
      let out = '';
      let err = '';
      child.stdout.setEncoding('utf8').on('data', (part: string) => (out += part));
      child.stderr.setEncoding('utf8').on('data', (part: string) => (err += part));
      child.on('error', reject);
      child.on('close', (exit) => resolve({ exit, out, err }));
      child.stdin.end(input);
    });
  return {
    folder,
    environment,
    run,
    json: async <T>(args: readonly string[], exit = 0): Promise<T> => {
      const ran = await run([...args, '--json']);
      if (ran.exit !== exit) throw new Error(`exit ${ran.exit} of ${args.join(' ')}\n${ran.out}\n${ran.err}`);
      return JSON.parse(ran.out) as T;
    },
    serve: (args) =>
      new Promise((resolve, reject) => {
        const child = start(['serve', '--no-open', ...args]);
        const closed = new Promise<number | null>((done) => {
          child.on('close', done);
        });
        let err = '';
        child.stderr.on('data', (part: Buffer) => (err += part.toString()));
        void closed.then((exit) => reject(new Error(`serve ended with ${exit}: ${err}`)));
        child.stdout.once('data', (part: Buffer) =>
          resolve({
            url: part.toString().trim(),
            pid: child.pid ?? 0,
            stop: () => {
              child.kill('SIGTERM');
              return closed;
            },
          }),
        );
      }),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
