import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test as base } from '@playwright/test';
import { accountOf } from './account.ts';

const root = join(import.meta.dirname, '..', '..');

/** A served workspace: its folder, the command line on it, and a page that is signed in. */
export interface Workbench {
  readonly folder: string;
  readonly page: Page;
  /** Runs a command of the command line against the same workspace and answers with its JSON. */
  readonly cli: (...args: string[]) => unknown;
  /** Ends the host and starts it again on the same workspace; the page is signed in anew. */
  readonly restart: () => Promise<void>;
}

interface Options {
  /** Start from the sample, from an empty workspace, or from nothing at all. */
  readonly start: 'sample' | 'empty' | 'none';
}

function addressOf(host: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    host.stdout?.on('data', (data: Buffer) => {
      text += data.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(text);
      if (found !== null) resolve(found[0]);
    });
    host.on('exit', () => reject(new Error(`The host ended before it was ready: ${text}`)));
  });
}

const command = join(root, 'bin', 'workbench.mjs');

/** A folder of its own under the system's temporary one, and where what runs there keeps what it knows of a person. */
function makePlace(name: string) {
  const folder = mkdtempSync(join(tmpdir(), `workbench-${name}-`));
  const env = {
    ...process.env,
    WORKBENCH_CONFIG_DIR: join(folder, 'config'),
    WORKBENCH_WORKSPACES_DIR: join(folder, 'workspaces'),
  };
  return { folder, env, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The test of every screen: a real host on a workspace of its own, in a real browser. */
export const test = base.extend<Options & { workbench: Workbench }, { sample: string }>({
  start: ['sample', { option: true }],
  /** The sample workspace, made once for all tests of a worker, which copy it; it keeps the name of this folder. */
  sample: [
    async ({ browserName }, use) => {
      const { folder, env, remove } = makePlace(`sample-${browserName}`);
      const workspace = join(folder, 'workspace');
      execFileSync(process.execPath, [command, 'init', '--sample', '--workspace', workspace], { env });
      await use(workspace);
      remove();
    },
    { scope: 'worker' },
  ],
  workbench: async ({ page, start, sample }, use, info) => {
    const { folder, env, remove } = makePlace('e2e');
    const workspace = join(folder, 'workspace');
    const cli = (...args: string[]): unknown =>
      JSON.parse(
        execFileSync(process.execPath, [command, ...args, '--workspace', workspace, '--json'], {
          env,
          encoding: 'utf8',
        }),
      );
    if (start === 'sample') cpSync(sample, workspace, { recursive: true });
    if (start === 'empty') cli('init');
    let host: ChildProcess | undefined;
    const serve = async () => {
      const place = start === 'none' ? [] : ['--workspace', workspace];
      host = spawn(
        process.execPath,
        [join(root, 'main', 'cli', 'index.ts'), 'serve', '--no-open', '--port', '0', ...place],
        {
          env,
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      await page.goto(await addressOf(host));
    };
    const stop = async () => {
      const running = host;
      if (running === undefined || running.exitCode !== null) return;
      const ended = new Promise((resolve) => running.once('exit', resolve));
      running.kill('SIGTERM');
      await ended;
    };
    try {
      await serve();
      await use({
        folder,
        page,
        cli,
        restart: async () => {
          await stop();
          await serve();
        },
      });
    } finally {
      // Where a test failed on a machine that nobody can look into, this is all that is known of it.
      if (info.status !== info.expectedStatus) console.log(await accountOf(page, workspace));
      await stop();
      remove();
    }
  },
});

export { expect };
