import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { chromium, type Browser, type Page } from '@playwright/test';

import { inFolder, median, report } from './harness.ts';
import { ownSettings, runCommand } from './host-process.ts';

const runs = 5;
const typed = 200;
const browserOptions = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

declare global {
  interface Window {
    benchFirstRow?: number;
    benchTasks?: number[];
  }
}

/** Browser mode on the sample: the first data row, the page's heap, and long tasks while somebody types into search. */
export async function run(): Promise<boolean> {
  return inFolder(async (folder) => {
    const env = ownSettings(folder);
    const workspace = ['--workspace', join(folder, 'sample')];
    await runCommand(['init', '--sample', ...workspace], env);
    const host = await serve(workspace, env);
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: browserOptions });
    try {
      const page = await openPage(browser, host.url);
      const rows: number[] = [];
      for (let i = 0; i < runs; i += 1) rows.push(await firstRow(page));
      const heap = await heapOf(page);
      const tasks = await typeIntoSearch(page);
      return report(
        'window',
        [
          {
            what: 'navigation start to the first data row',
            value: median(rows),
            unit: 'ms',
            reach: { bound: 1500, side: 'below' },
          },
          { what: 'page heap', value: heap, unit: 'MB', reach: { bound: 150, side: 'below' } },
          {
            what: `tasks over 50 ms in ${typed} keys`,
            value: tasks.length,
            unit: '',
            reach: { bound: 1.5, side: 'below' },
          },
          {
            what: 'longest task',
            value: Math.max(0, ...tasks),
            unit: 'ms',
            reach: { bound: 100, side: 'below' },
          },
        ],
        [`sample workspace, Chromium ${browser.version()}, median of ${runs} loads`],
      );
    } finally {
      await browser.close();
      host.stop();
    }
  });
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

async function firstRow(page: Page): Promise<number> {
  await page.reload();
  await page.waitForFunction(() => window.benchFirstRow !== undefined);
  return page.evaluate(() => window.benchFirstRow ?? Number.NaN);
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN) / 2 ** 20;
}

const asked =
  'tidal desalination output of the flow reversal pump, membrane fouling "half year" author: after:2024 ';

/** Types at the pace of a quick typist, and answers with the lengths of the tasks over 50 ms. */
async function typeIntoSearch(page: Page): Promise<number[]> {
  await page.getByRole('link', { name: 'Search' }).click();
  const field = page.getByLabel('Search everything');
  await field.waitFor();
  await page.evaluate(() => {
    const tasks: number[] = [];
    window.benchTasks = tasks;
    new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map((entry) => entry.duration)),
    ).observe({
      entryTypes: ['longtask'],
    });
  });
  await field.pressSequentially(asked.repeat(3).slice(0, typed), { delay: 40 });
  return page.evaluate(() => window.benchTasks ?? []);
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
