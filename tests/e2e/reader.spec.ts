import AxeBuilder from '@axe-core/playwright';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** Every way known to us that a page runs a script or fetches by itself, all of them aimed at `place`. */
function hostilePage(place: string): string {
  return `<!doctype html><html><head><title>Harbour trap</title>
<meta http-equiv="refresh" content="0;url=${place}/refresh"><link rel="stylesheet" href="${place}/sheet.css">
<style>@import url(${place}/import.css); body { background: url(${place}/background.png) }</style>
<script>top.postMessage('ran', '*'); fetch('${place}/fetch')</script></head>
<body onload="top.postMessage('ran', '*')"><h1>Harbour trap</h1>
<p>The trap is laid with ${'words about the harbour and its tides, '.repeat(12)} and nothing more.</p>
<img src="${place}/picture.png" srcset="${place}/set.png 2x" onerror="top.postMessage('ran', '*')">
<svg onload="top.postMessage('ran', '*')"><image href="${place}/svg.png"/></svg>
<iframe src="${place}/frame"></iframe><object data="${place}/object"></object><embed src="${place}/embed">
<video src="${place}/video.mp4" poster="${place}/poster.png"></video><audio src="${place}/audio.mp3"></audio>
<form action="${place}/form"><button autofocus onfocus="this.form.submit()">Send</button></form>
<a id="out" href="${place}/link">leave the page</a>
<a href="javascript:top.postMessage('ran','*')">run</a></body></html>`;
}

/** A server that only notes what asked for it: what a page must never reach. */
async function listener(): Promise<{ server: Server; place: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, place: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function noteMessages(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    window.addEventListener('message', ({ data }) => {
      if (data === 'ran') document.documentElement.dataset['ran'] = 'yes';
    });
  });
  return () => page.locator('html[data-ran]').count();
}

test('a captured page is shown in a sandbox: no script runs and no request leaves', async ({ workbench }) => {
  const { page, folder, cli } = workbench;
  const { server, place, asked } = await listener();
  try {
    const hostile = hostilePage(place);
    const file = join(folder, 'trap.html');
    writeFileSync(file, hostile);
    cli('ingest', file, '--new-session', 'Traps');
    await page.getByRole('link', { name: /Traps/ }).click();
    await page.getByRole('row', { name: /Harbour trap/ }).dblclick();
    const ran = await noteMessages(page);
    await page.getByRole('radio', { name: 'Page', exact: true }).click();
    const frame = page.frameLocator('iframe.snapshot');
    await expect(frame.getByText('The trap is laid')).toBeVisible();
    await frame.getByText('leave the page').click();
    expect(asked).toEqual([]);

    // Past the sanitiser: the page itself in the same frame, as one that came from a tampered replica would be.
    await page.locator('iframe.snapshot').evaluate((element, html) => {
      const shown = element as HTMLIFrameElement;
      const before = shown.srcdoc;
      shown.srcdoc = before.slice(0, before.indexOf('>', before.indexOf('http-equiv')) + 1) + html;
    }, hostile);
    await expect(frame.getByText('nothing more')).toBeVisible();
    await frame.getByText('leave the page').click();
    await page.getByRole('radio', { name: 'Clean text' }).click();
    await expect(page.locator('.reader-text')).toContainText('The trap is laid');
    expect(asked).toEqual([]);
    expect(await ran()).toBe(0);

    // The same page without a sandbox does all of it: the trap is a trap.
    const open = await page.context().newPage();
    await open.setContent(hostile.replace(/<meta[^>]*>/, ''), { waitUntil: 'commit' });
    await expect.poll(() => asked).toContain('/fetch');
    await expect.poll(() => asked).toContain('/picture.png');
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test('words are found in a document: counted, walked by keys, shown along the scrollbar', async ({
  workbench,
}) => {
  const { page } = workbench;
  await page.getByRole('row', { name: /Fouling of tidal membranes/ }).dblclick();
  await expect(page.locator('.reader-text p').first()).toBeVisible();
  await page.keyboard.press('Control+f');
  const field = page.getByRole('textbox', { name: 'Find in this document' });
  const place = page.getByRole('search', { name: 'Find in this document' }).getByRole('status');
  await field.fill('FOUL');
  await expect(place).toHaveText(/^1 of \d+$/);
  const count = Number((await place.textContent())?.split(' ').at(-1));
  const text = (await page.locator('.reader-text').textContent()) ?? '';
  expect(count).toBe(text.toLowerCase().split('foul').length - 1);
  expect(count).toBeGreaterThan(1);
  await expect(page.locator('.find-mark')).toHaveCount(count);
  await expect(page.locator('mark.flash')).toHaveText(/foul/i);
  await page.keyboard.press('Enter');
  await expect(place).toHaveText(`2 of ${count}`);
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.press('Shift+Enter');
  await expect(place).toHaveText(`${count} of ${count}`);
  await expect(page.locator('mark.flash')).toBeInViewport();
  await field.fill('no such words anywhere');
  await expect(place).toHaveText('Not found');
  await page.keyboard.press('Escape');
  await expect(field).toHaveCount(0);
  await expect(page.locator('.find-mark')).toHaveCount(0);
});

test('words are found in a PDF, on the page where they stand', async ({ workbench }) => {
  const { page } = workbench;
  await page.getByRole('row', { name: /half-year filing/ }).dblclick();
  await expect(page.locator('[data-page="1"] .textLayer')).toContainText(/\w/);
  await page.keyboard.press('Control+f');
  await page.getByRole('textbox', { name: 'Find in this document' }).fill('membrane life is assumed');
  await expect(page.locator('[data-page="4"] .flash-box').first()).toBeInViewport();
  await expect(page.getByText('Page 4 of 4')).toBeVisible();
});

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme });

    test('axe finds no fault in a document, as text, as a page and as a PDF', async ({ workbench }) => {
      const { page } = workbench;
      const faults = async (): Promise<string[]> => {
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
          .exclude('.textLayer')
          .exclude('iframe')
          .analyze();
        return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`);
      };
      const sessions = page.url();
      await page.getByRole('row', { name: /Coastal Industry Letter/ }).dblclick();
      await expect(page.locator('.reader-text p').first()).toBeVisible();
      expect(await faults()).toEqual([]);
      await page.getByRole('radio', { name: 'Page', exact: true }).click();
      await expect(page.locator('iframe.snapshot')).toBeVisible();
      expect(await faults()).toEqual([]);
      await page.goto(sessions);
      await page.getByRole('row', { name: /half-year filing/ }).dblclick();
      await expect(page.locator('[data-page="1"] .textLayer')).toContainText(/\w/);
      expect(await faults()).toEqual([]);
    });
  });
}
