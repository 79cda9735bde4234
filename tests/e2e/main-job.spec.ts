import { expect, type Locator, type Page, test } from '@playwright/test';
import { prepareShell } from '../helpers/shells.ts';
import { drop } from './drop.ts';
import { pickRow } from './pick-row.ts';

const closed = 'The lantern works of Quillmere closed after the flood of the lower harbour.';
const open = 'The lantern works of Quillmere never closed; they moved uphill in the same year.';
const claim = 'The flood closed the lantern works';

function rowOf(page: Page, title: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('gridcell', { name: title, exact: true }) });
}

/** Opens a document of the session by keys and quotes one of its sentences, found by its words, to a claim. */
async function quote(page: Page, title: string, words: string, stance: string, newClaim?: string) {
  await pickRow(rowOf(page, title));
  await page.keyboard.press('Enter');
  await expect(page.locator('.reader-text p').first()).toBeVisible();
  await page.keyboard.press('Control+f');
  await page.getByRole('textbox', { name: 'Find in this document' }).fill(words);
  await expect(page.locator('mark.flash')).toHaveText(words);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('article', { name: 'Document' })).toBeFocused();
  await page.keyboard.press('v');
  await expect(page.getByRole('toolbar', { name: 'The selected passage' })).toBeVisible();
  await page.keyboard.press('q');
  const dialog = page.getByRole('dialog', { name: 'Quote to a claim' });
  if (newClaim !== undefined) await dialog.getByLabel('What it says').fill(newClaim);
  await dialog.getByRole('radio', { name: stance }).press('Space');
  await dialog.getByRole('button', { name: 'Link', exact: true }).press('Enter');
  await expect(dialog).toHaveCount(0);
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(page.getByRole('grid', { name: 'Evidence' })).toBeVisible();
}

test('the whole job: drop, read, quote, claim, contradict, retract, undo, restart', async ({
  playwright,
}, info) => {
  const { open: start, close } = await prepareShell(playwright, info);
  try {
    const first = await start();
    const { page } = first;
    await page.getByRole('button', { name: 'New session' }).first().click();
    await page.getByLabel('Research question').fill('Why did the lantern works close?');
    await page.getByRole('dialog').getByRole('button').last().click();
    await expect(page).toHaveURL(/#\/session\//);
    const session = new URL(page.url()).hash.split('/').at(-1) ?? '';
    await drop(page, 'harbour-notes.md', `# Harbour notes\n\nMost of this is about tides.\n\n${closed}\n`);
    await drop(page, 'hill-notes.md', `# Hill notes\n\nMost of this is about sheep.\n\n${open}\n`);
    await expect(page.getByRole('gridcell', { name: 'Hill notes', exact: true })).toBeVisible();

    await quote(page, 'Harbour notes', closed, 'Supports', claim);
    await quote(page, 'Hill notes', open, 'Contradicts');
    await page.evaluate((id) => {
      window.location.hash = `/claims/${id}`;
    }, session);
    const card = page.getByRole('button', { name: new RegExp(claim) });
    await expect(card).toContainText('1 source, 1 origin');
    await expect(card).toContainText('−1');
    await expect(page.getByRole('region', { name: 'Contradicts' })).toContainText(open);

    await page.goBack();
    await pickRow(rowOf(page, 'Harbour notes'));
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Retract' }).press('Enter');
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText(claim);
    await dialog.getByRole('button', { name: 'Retract' }).press('Enter');
    await expect(page.locator('.strike')).toHaveText(/Harbour notes/);
    await page.getByRole('grid', { name: 'Evidence' }).focus();
    await page.keyboard.press('Control+z');
    await expect(page.locator('.strike')).toHaveCount(0);
    await first.quit();

    const second = await start();
    await second.page.evaluate((id) => {
      window.location.hash = `/claims/${id}`;
    }, session);
    await expect(second.page.getByRole('region', { name: 'Supports' })).toContainText(closed);
    await second.page.getByRole('region', { name: 'Supports' }).getByRole('button').first().press('Enter');
    await expect(second.page.locator('mark.flash')).toHaveText(closed);
    await second.quit();
  } finally {
    await close();
  }
});
