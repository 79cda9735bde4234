import { join } from 'node:path';
import type { Page } from '@playwright/test';

import { inFolder, median, report } from './harness.ts';
import { ownSettings, runCommand } from './host-process.ts';
import { withWindow } from './served-window.ts';

const runs = 5;
const typed = 200;
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
    return withWindow(workspace, env, async (page, browser) => {
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
    });
  });
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
