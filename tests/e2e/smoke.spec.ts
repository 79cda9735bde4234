import { expect, type Page, test } from '@playwright/test';
import { prepareShell } from '../helpers/shells.ts';
import { drop } from './drop.ts';

const words = 'The lantern works of Quillmere closed after the flood of the lower harbour.';
const notes = `# Harbour notes\n\nMost of this page is about ferries and tides.\n\n${words}\n`;

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
  const { open, close } = await prepareShell(playwright, info);
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
    await close();
  }
});
