import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { type Browser, expect, type Page } from '@playwright/test';
import { makeWorkspace, openBrowser, type OpenShell } from '../helpers/shells.ts';

const command = path.resolve(import.meta.dirname, '..', '..', 'main', 'cli', 'index.ts');

/** A laptop of a person: a served workspace in a window, and the command line on the same host. */
export interface SyncLaptop {
  readonly page: Page;
  readonly folder: string;
  /** Runs a command against the host that has the workspace open; answers with its JSON. */
  cli<T = unknown>(...args: string[]): T;
  /** Signs in at the server, and takes up what it has. */
  connect(url: string, email: string, password: string): void;
  /** Shows a screen. */
  show(address: string): Promise<void>;
  /** One sync, waited for; the screen says that it is done. */
  sync(): Promise<void>;
  quit(): Promise<void>;
}

/** Makes a workspace in the folder and opens it. */
export async function openLaptop(browser: Browser, home: string, name: string): Promise<SyncLaptop> {
  const folder = path.join(home, name);
  makeWorkspace(folder);
  const shell: OpenShell = await openBrowser(browser, {
    home: path.join(home, `${name}-home`),
    workspace: folder,
  });
  const { page } = shell;
  const run = (args: readonly string[], more: NodeJS.ProcessEnv): unknown =>
    JSON.parse(
      execFileSync(process.execPath, [command, ...args, '--workspace', folder, '--json'], {
        encoding: 'utf8',
        env: { ...process.env, ...more },
      }),
    );
  const show = async (address: string): Promise<void> => {
    await page.evaluate((to) => {
      window.location.hash = `/${to}`;
    }, address);
  };
  return {
    page,
    folder,
    cli: <T>(...args: string[]) => run(args, {}) as T,
    connect: (url, email, password) =>
      void run(['sync', 'connect', url, '--email', email], { WORKBENCH_SYNC_PASSWORD: password }),
    show,
    sync: async () => {
      // News of another laptop may start a cycle right behind this one.
      await expect(() => {
        const { state, waiting } = run(['sync', 'now'], {}) as { state: string; waiting: number };
        expect({ state, waiting }).toEqual({ state: 'idle', waiting: 0 });
      }).toPass();
      await show('sync');
      await expect(page.getByRole('main').getByText(/^In sync/)).toBeVisible();
    },
    quit: () => shell.quit(),
  };
}
