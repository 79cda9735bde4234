import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Page, PlaywrightWorkerArgs, TestInfo } from '@playwright/test';
import { makeHome } from '../helpers/electron-app.ts';
import { makeWorkspace, openBrowser, type OpenShell } from '../helpers/shells.ts';
import { startSyncServer, type SyncServer } from '../helpers/sync-server.ts';

const command = path.resolve(import.meta.dirname, '..', '..', 'main', 'cli', 'index.ts');

/** A server with one organisation, and as many laptops as a test needs, each with a workspace of its own. */
export interface Laptops {
  readonly server: SyncServer;
  laptop(name: string): Promise<Page>;
  /** A command beside the window of a laptop; answers with its JSON. */
  cli(name: string, ...args: string[]): unknown;
  /** Makes a person; answers with their password. */
  person(email: string, role?: string): string;
}

/** Runs a test with laptops and takes everything away after it. */
export async function withLaptops(
  playwright: PlaywrightWorkerArgs['playwright'],
  info: TestInfo,
  act: (laptops: Laptops) => Promise<void>,
): Promise<void> {
  const home = makeHome();
  const server = await startSyncServer();
  const browser = await playwright.chromium.launch(info.project.use.launchOptions);
  const opened: OpenShell[] = [];
  try {
    await act({
      server,
      laptop: async (name) => {
        const workspace = path.join(home.folder, name);
        makeWorkspace(workspace);
        const shell = await openBrowser(browser, { home: path.join(home.folder, `${name}-home`), workspace });
        opened.push(shell);
        shell.page.setDefaultTimeout(30_000);
        return shell.page;
      },
      cli: (name, ...args) =>
        JSON.parse(
          execFileSync(
            process.execPath,
            [command, '--workspace', path.join(home.folder, name), '--json', ...args],
            {
              encoding: 'utf8',
            },
          ),
        ),
      person: (email, role = 'analyst') => {
        const made = server.cli('create-user', email, '--tenant', 'corran', '--role', role);
        return (made as { password: string }).password;
      },
    });
  } finally {
    for (const shell of opened) await shell.quit();
    await browser.close();
    await server.stop();
    home.remove();
  }
}
