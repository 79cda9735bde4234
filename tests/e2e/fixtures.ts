import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test as base } from '@playwright/test';

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

/** The test of every screen: a real host on a workspace of its own, in a real browser. */
export const test = base.extend<Options & { workbench: Workbench }>({
  start: ['sample', { option: true }],
  workbench: async ({ page, start }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'workbench-e2e-'));
    const workspace = join(folder, 'workspace');
    const env = {
      ...process.env,
      WORKBENCH_CONFIG_DIR: join(folder, 'config'),
      WORKBENCH_WORKSPACES_DIR: join(folder, 'workspaces'),
    };
    const command = join(root, 'bin', 'workbench.mjs');
    const cli = (...args: string[]): unknown =>
      JSON.parse(
        execFileSync(process.execPath, [command, ...args, '--workspace', workspace, '--json'], {
          env,
          encoding: 'utf8',
        }),
      );
    if (start !== 'none') cli('init', ...(start === 'sample' ? ['--sample'] : []));
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
      await stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

export { expect };
