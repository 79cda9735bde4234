import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Browser, BrowserType, Page, TestInfo } from '@playwright/test';
import { launchElectron, makeHome } from './electron-app.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const command = path.join(root, 'main', 'cli', 'index.ts');

/** The Workbench as a person has it open, in one of its two shells. */
export interface OpenShell {
  readonly page: Page;
  /** Leaves as a person does; resolves when the host has closed the workspace. */
  quit(): Promise<void>;
}

/** Where a shell opens, and with what: the same for both. */
export interface ShellOptions {
  /** Folder for everything that this run keeps. */
  readonly home: string;
  readonly workspace: string;
  /** The key file that opens an encrypted workspace; in browser mode only. */
  readonly keyFile?: string;
}

/** Makes an empty workspace by the command line. */
export function makeWorkspace(folder: string): void {
  init(folder);
}

/** Makes the sample workspace by the command line. */
export function makeSample(folder: string): void {
  init(folder, '--sample');
}

/** Makes an empty, encrypted workspace by the command line, and the key file that opens it. */
export function makeEncrypted(folder: string, keyFile: string): void {
  init(folder, '--encrypt', '--key-file', keyFile);
}

function init(folder: string, ...options: readonly string[]): void {
  const made = spawnSync(process.execPath, [command, 'init', ...options, '--workspace', folder], {
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(made.stderr);
}

/** Opens the workspace in Electron. */
export async function openElectron(options: ShellOptions): Promise<OpenShell> {
  const app = await launchElectron({ home: options.home, args: ['--workspace', options.workspace] });
  return { page: await app.firstWindow(), quit: () => app.close() };
}

/** Opens the workspace in browser mode: the command serves it, and a window of the browser is let in by its address. */
export async function openBrowser(browser: Browser, options: ShellOptions): Promise<OpenShell> {
  const host = spawn(
    process.execPath,
    [command, '--workspace', options.workspace, 'serve', '--no-open', '--port', '0'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        XDG_CONFIG_HOME: path.join(options.home, 'config'),
        WORKBENCH_KEY_FILE: options.keyFile ?? '',
      },
    },
  );
  const ended = new Promise<void>((resolve) => host.once('exit', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    let said = '';
    host.stdout.on('data', (part: Buffer) => {
      said += part.toString('utf8');
      const found = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(said)?.[0];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error('The host ended before it said its address.')));
  });
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  return {
    page,
    quit: async () => {
      await context.close();
      host.kill('SIGTERM');
      await ended;
    },
  };
}

/** A workspace for one test, and how to open it in the shell that the test's project names. */
export async function prepareShell(
  playwright: { readonly chromium: BrowserType },
  info: TestInfo,
): Promise<{ open(): Promise<OpenShell>; close(): Promise<void> }> {
  const home = makeHome();
  const workspace = path.join(home.folder, 'workspace');
  makeWorkspace(workspace);
  const browser =
    info.project.name === 'electron'
      ? null
      : await playwright.chromium.launch(info.project.use.launchOptions);
  return {
    open: () =>
      browser === null
        ? openElectron({ home: home.folder, workspace })
        : openBrowser(browser, { home: home.folder, workspace }),
    close: async () => {
      await browser?.close();
      home.remove();
    },
  };
}
