import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Page, PlaywrightWorkerArgs, TestInfo } from '@playwright/test';
import { makeHome } from '../helpers/electron-app.ts';
import { makeEncrypted, makeWorkspace, openBrowser, type OpenShell } from '../helpers/shells.ts';
import { startSyncServer, type SyncServer } from '../helpers/sync-server.ts';
import { accountOf } from './account.ts';

const command = path.resolve(import.meta.dirname, '..', '..', 'main', 'cli', 'index.ts');

/** A server with one organisation, and as many laptops as a test needs, each with a workspace of its own. */
export interface Laptops {
  readonly server: SyncServer;
  laptop(name: string, kind?: { readonly encrypted: boolean }): Promise<Page>;
  /** The folder of a laptop's workspace. */
  folder(name: string): string;
  /** A command beside the window of a laptop; answers with its JSON. */
  cli(name: string, ...args: string[]): unknown;
  /** Makes a person; answers with their password. */
  person(email: string, role?: string): string;
}

/** Runs a test with laptops and takes everything away after it, a server that was started in another way, too. */
export async function withLaptops(
  playwright: PlaywrightWorkerArgs['playwright'],
  info: TestInfo,
  act: (laptops: Laptops) => Promise<void>,
  start: () => Promise<SyncServer> = startSyncServer,
): Promise<void> {
  const home = makeHome();
  const server = await start();
  const browser = await playwright.chromium.launch(info.project.use.launchOptions);
  const opened = new Map<string, OpenShell>();
  const folder = (name: string): string => path.join(home.folder, name);
  try {
    await act({
      server,
      folder,
      laptop: async (name, kind = { encrypted: false }) => {
        const place = { home: folder(`${name}-home`), workspace: folder(name) };
        const keyFile = folder(`${name}.key`);
        if (kind.encrypted) makeEncrypted(place.workspace, keyFile);
        else makeWorkspace(place.workspace);
        const shell = await openBrowser(browser, kind.encrypted ? { ...place, keyFile } : place);
        opened.set(name, shell);
        return shell.page;
      },
      cli: (name, ...args) =>
        JSON.parse(
          execFileSync(process.execPath, [command, '--workspace', folder(name), '--json', ...args], {
            encoding: 'utf8',
          }),
        ),
      person: (email, role = 'analyst') => {
        const made = server.cli('create-user', email, '--tenant', 'corran', '--role', role);
        return (made as { password: string }).password;
      },
    });
  } catch (error) {
    console.log(`${info.title}: ${String(error).split('\n', 1)[0]}`);
    for (const [name, shell] of opened) console.log(await accountOf(shell.page, folder(name)));
    console.log(server.said());
    throw error;
  } finally {
    for (const shell of opened.values()) await shell.quit();
    await browser.close();
    await server.stop();
    home.remove();
  }
}
