import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { chromium, type Browser, type Page } from '@playwright/test';

const browserOptions = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Serves a workspace as browser mode does, and hands a page of it to `body`. Both end with it. */
export async function withWindow<T>(
  workspace: readonly string[],
  env: NodeJS.ProcessEnv,
  body: (page: Page, browser: Browser) => Promise<T>,
): Promise<T> {
  // What is measured is what the sources say now.
  execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: join(import.meta.dirname, '..'),
    stdio: 'ignore',
  });
  const host = await serve(workspace, env);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: browserOptions });
  try {
    return await body(await openPage(browser, host.url), browser);
  } finally {
    await browser.close();
    host.stop();
  }
}

async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(() => {
    new MutationObserver((_changes, watcher) => {
      if (document.querySelector('.grid-row .lead') === null) return;
      window.benchFirstRow = performance.now();
      watcher.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(url);
  await page.locator('.grid-row .lead').first().waitFor();
  return page;
}

function serve(
  workspace: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ url: string; stop: () => void }> {
  const entry = join(import.meta.dirname, '..', 'main', 'cli', 'index.ts');
  const child = spawn(process.execPath, [entry, 'serve', '--no-open', '--port', '0', ...workspace], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      out += part;
      const url = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(out)?.[0];
      if (url !== undefined) resolve({ url, stop: () => child.kill('SIGTERM') });
    });
    child.once('exit', () => reject(new Error(`The host ended before it was ready: ${out}`)));
  });
}
