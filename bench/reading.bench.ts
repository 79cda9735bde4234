import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

import { insertRow } from '../db/replica/rows/write.ts';
import { transact } from '../db/replica/transaction/transact.ts';
import { closeWorkspace, openWorkspace } from '../db/replica/workspace/workspace.ts';
import { pdf } from '../tests/helpers/documents.ts';
import { inFolder, median, quantile, randomFrom, report } from './harness.ts';
import { ownSettings, runCommand } from './host-process.ts';
import { withWindow } from './served-window.ts';

const pages = 300;
const citations = 20;
const linkedQuotes = 200;
const evidenceRows = 100_000;
const scrollSteps = 200;

/** Reading and claims in a real browser: citations of a long PDF, a claim with many quotes, a session of many rows. */
export async function run(): Promise<boolean> {
  return inFolder(async (folder) => {
    const env = ownSettings(folder);
    const workspace = ['--workspace', join(folder, 'w')];
    const workbench = async (...args: string[]): Promise<unknown> =>
      JSON.parse((await runCommand([...args, ...workspace, '--json'], env)).out);
    writeFileSync(join(folder, 'long.pdf'), pdf(book()));
    await workbench('init');
    const { sessionId, items } = (await workbench(
      'ingest',
      join(folder, 'long.pdf'),
      '--new-session',
      'Book',
    )) as {
      sessionId: string;
      items: { evidenceId: string }[];
    };
    const evidence = items[0]?.evidenceId ?? '';
    const { id: claim } = (await workbench('claims', 'add', '--session', sessionId, '--text', 'Many')) as {
      id: string;
    };
    const commands = Array.from({ length: linkedQuotes }, (_, at) =>
      JSON.stringify({
        id: String(at),
        args: [
          'claims',
          'link',
          '--claim',
          claim,
          '--evidence',
          evidence,
          '--stance',
          'supports',
          '--quote',
          sentenceOf(at),
        ],
      }),
    );
    writeFileSync(join(folder, 'links.jsonl'), commands.join('\n'));
    await runCommand(['batch', join(folder, 'links.jsonl'), ...workspace], env);
    const { claims } = (await workbench('claims', 'list', '--session', sessionId)) as {
      claims: { links: Link[] }[];
    };
    const links = claims[0]?.links ?? [];
    if (links.length !== linkedQuotes) throw new Error(`${links.length} quotes were linked`);
    const many = fillRows(join(folder, 'w'));
    return withWindow(workspace, env, async (page) => {
      const claimTimes: number[] = [];
      for (let at = 0; at < 5; at += 1) {
        await shownAfter(page, 'library', '.grid-row .lead');
        claimTimes.push(
          await shownAfter(
            page,
            `claims/${sessionId}?claim=${claim}`,
            `.claim-link:nth-child(${linkedQuotes})`,
          ),
        );
      }
      const closed: number[] = [];
      const open: number[] = [];
      for (let at = 0; at < citations; at += 1) {
        const near = links[Math.floor((at / citations) * linkedQuotes)];
        const far = links[(Math.floor((at / citations) * linkedQuotes) + 97) % linkedQuotes];
        if (near === undefined || far === undefined) continue;
        await page.evaluate(() => (location.hash = '#/library'));
        await page.locator('.grid-row .lead').first().waitFor();
        closed.push(await citationTime(page, evidence, near));
        open.push(await citationTime(page, evidence, far));
      }
      const rows = await rowFigures(page, many);
      return report(
        'reading',
        [
          {
            what: `citation in ${pages} pages, document open, p95`,
            value: quantile(open, 0.95),
            unit: 'ms',
            reach: { bound: 300, side: 'below' },
          },
          {
            what: 'citation, from closed, p95',
            value: quantile(closed, 0.95),
            unit: 'ms',
            reach: { bound: 1000, side: 'below' },
          },
          {
            what: `claim with ${linkedQuotes} quotes`,
            value: median(claimTimes),
            unit: 'ms',
            reach: { bound: 100, side: 'below' },
          },
          ...rows,
        ],
        ['from the change of address to the element on the page, Chromium'],
      );
    });
  });
}

interface Link {
  readonly start: number;
  readonly end: number;
  readonly page: number;
  readonly quote: string;
}

const random = randomFrom(23);

function sentenceOf(at: number): string {
  return `Finding ${at} of the long book is that pump ${at * 7} moved ${at * 13 + 5} litres.`;
}

function book(): string[][] {
  return Array.from({ length: pages }, (_, page) => [
    `Chapter ${page}`,
    ...(page < linkedQuotes ? [sentenceOf(page)] : []),
    ...Array.from(
      { length: 36 },
      (_line, line) => `Line ${line} of page ${page} has figure ${Math.floor(random() * 1e6)}.`,
    ),
  ]);
}

/** A session of many pieces of evidence, written as a person's would be. Answers its id. */
function fillRows(folder: string): string {
  const workspace = openWorkspace({ folder, dataKey: null });
  const { replica } = workspace;
  const session = transact(replica, { command: 'add.research_sessions' }, (tx) =>
    insertRow(tx, 'research_sessions', { title: 'Many rows' }),
  ).result;
  for (let at = 0; at < evidenceRows; at += 1000) {
    transact(replica, { command: 'capture.add' }, (tx) => {
      for (let each = at; each < at + 1000; each += 1) {
        insertRow(tx, 'evidence', {
          session_id: session,
          title: `Row ${(each * 7919) % evidenceRows}`,
          source_type: 'manual_entry',
        });
      }
    });
  }
  closeWorkspace(workspace);
  return session;
}

async function rowFigures(page: Page, session: string) {
  const open = await shownAfter(page, `session/${session}`, '.grid-row .lead');
  const sort = await page.evaluate(async () => {
    const began = performance.now();
    [...document.querySelectorAll<HTMLElement>('.grid-sort')]
      .find((each) => each.textContent === 'Title')
      ?.click();
    while (document.querySelector('.grid-row .lead')?.textContent !== 'Row 99999')
      await new Promise(requestAnimationFrame);
    return performance.now() - began;
  });
  const filtered = page.waitForFunction(
    () => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') === '2',
  );
  const began = performance.now();
  await page.getByLabel('Filter evidence').fill('Row 4711 ');
  await page.getByLabel('Filter evidence').fill('Row 47110');
  await filtered;
  const filter = performance.now() - began;
  await page.getByLabel('Filter evidence').fill('');
  await page.waitForFunction(
    () => Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')) > 90_000,
  );
  const tasks = await page.evaluate(async (steps) => {
    const long: number[] = [];
    new PerformanceObserver((list) => long.push(...list.getEntries().map((each) => each.duration))).observe({
      entryTypes: ['longtask'],
    });
    const grid = document.querySelector('.grid-scroll');
    for (let step = 0; step < steps; step += 1) {
      grid?.scrollBy(0, step % 10 === 9 ? 20_000 : 480);
      await new Promise(requestAnimationFrame);
    }
    return long;
  }, scrollSteps);
  const below = (bound: number) => ({ bound, side: 'below' as const });
  return [
    { what: `${evidenceRows} rows: open the session`, value: open, unit: 'ms', reach: below(300) },
    { what: `${evidenceRows} rows: sort`, value: sort, unit: 'ms', reach: below(300) },
    { what: `${evidenceRows} rows: filter`, value: filter, unit: 'ms', reach: below(300) },
    {
      what: `tasks over 50 ms in ${scrollSteps} steps of scrolling`,
      value: tasks.length,
      unit: '',
      reach: below(1.5),
    },
  ];
}

/** From the change of address until the flash stands on its page and the page's own text says the quoted words. */
async function citationTime(
  page: Page,
  evidence: string,
  { start, end, quote, page: number }: Link,
): Promise<number> {
  return page.evaluate(
    async ([address, sheet, words]) => {
      const began = performance.now();
      location.hash = address ?? '';
      const isShown = (): boolean =>
        document.querySelector(`${sheet} .flash-box`) !== null &&
        (document.querySelector(`${sheet} .textLayer`)?.textContent ?? '').includes(words ?? '');
      while (!isShown()) await new Promise(requestAnimationFrame);
      return performance.now() - began;
    },
    [`#/read/${evidence}?start=${start}&end=${end}`, `[data-page="${number}"]`, quote],
  );
}

async function shownAfter(page: Page, address: string, selector: string): Promise<number> {
  return page.evaluate(
    async ([hash, wanted]) => {
      const began = performance.now();
      location.hash = `#/${hash}`;
      while (document.querySelector(wanted ?? '') === null) await new Promise(requestAnimationFrame);
      return performance.now() - began;
    },
    [address, selector],
  );
}
