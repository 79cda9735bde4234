import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { makeHome } from '../helpers/electron-app.ts';
import { makeWorkspace, openBrowser, openElectron, type OpenShell } from '../helpers/shells.ts';

const words = 'The lantern works of Quillmere closed after the flood of the lower harbour.';
const notes = `# Harbour notes\n\nMost of this page is about ferries and tides.\n\n${words}\n`;

/** Drops a file on the window, as the system does. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(
    ([fileName = '', content = '']) => {
      const data = new DataTransfer();
      data.items.add(new File([content], fileName, { type: 'text/markdown' }));
      const target = document.querySelector('.work') ?? document.body;
      for (const type of ['dragenter', 'dragover', 'drop']) {
        target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
      }
    },
    [name, text],
  );
}

/** Searches for words and opens the first hit at its passage. */
async function openPassage(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.location.hash = '/search';
  });
  await page.getByRole('searchbox').fill('lantern works');
  await page
    .getByRole('button', { name: /Harbour notes/ })
    .first()
    .click();
  await expect(page.locator('mark.flash', { hasText: 'lantern works' })).toContainText(
    'lantern works of Quillmere',
  );
}

test('a dropped file is found, opened at its passage, and still there after a restart', async ({
  playwright,
}, info) => {
  const home = makeHome();
  const workspace = path.join(home.folder, 'workspace');
  makeWorkspace(workspace);
  const inElectron = info.project.name === 'electron';
  const browser = inElectron ? null : await playwright.chromium.launch(info.project.use.launchOptions);
  const open = (): Promise<OpenShell> =>
    browser === null
      ? openElectron({ home: home.folder, workspace })
      : openBrowser(browser, { home: home.folder, workspace });
  try {
    const first = await open();
    await first.page.getByRole('button', { name: 'New session' }).first().click();
    await first.page.getByLabel('Research question').fill('Why did the lantern works close?');
    await first.page.getByRole('dialog').getByRole('button').last().click();
    await expect(first.page).toHaveURL(/#\/session\//);
    await drop(first.page, 'harbour-notes.md', notes);
    await expect(first.page.getByRole('gridcell', { name: 'Harbour notes', exact: true })).toBeVisible();
    await openPassage(first.page);
    await first.quit();

    const second = await open();
    await openPassage(second.page);
    await second.quit();
  } finally {
    await browser?.close();
    home.remove();
  }
});
