import { expect, test } from './fixtures.ts';

test('a region of a page is quoted to a claim, which leads back to the page', async ({ workbench }) => {
  const { page } = workbench;
  await page.getByRole('row', { name: /half-year filing/ }).dblclick();
  await expect(page.locator('[data-page="1"] .textLayer')).toContainText(/\w/);
  await page.getByLabel('Page', { exact: true }).fill('2');
  await page.getByLabel('Page', { exact: true }).press('Enter');
  await expect(page.getByText('Page 2 of 4')).toBeVisible();
  await page.getByRole('button', { name: 'Mark a region of a page' }).click();
  const sheet = page.getByRole('application', { name: /region of page 2/ });
  // By two presses, for those who cannot drag.
  await sheet.click({ position: { x: 90, y: 120 } });
  await sheet.click({ position: { x: 320, y: 200 } });
  await page.keyboard.press('q');
  const dialog = page.getByRole('dialog', { name: 'Quote to a claim' });
  await dialog.getByRole('button', { name: 'Link', exact: true }).click();
  await expect(page.getByText('Linked: it supports the claim.')).toBeVisible();
  const mark = page.getByRole('listitem').filter({ hasText: 'A region of page 2' });
  await expect(mark).toBeVisible();
  await expect(page.locator('[data-page="2"] .mark-box').last()).toBeVisible();
  await mark.getByRole('link').click();
  await page.getByRole('button', { name: 'A region of page 2' }).click();
  await expect(page.getByText('Page 2 of 4')).toBeVisible();
});

test('cells of a table are marked by keys, and the words are those of the source', async ({ workbench }) => {
  const { page } = workbench;
  await page
    .getByRole('row', { name: /tender/i })
    .first()
    .dblclick();
  const table = page.getByRole('grid', { name: 'Document' });
  const first = table.getByRole('row').nth(1).getByRole('gridcell').first();
  await first.click();
  await table.press('Shift+ArrowRight');
  await expect(page.getByText('Cells A2 to B2')).toBeVisible();
  const words = await table.getByRole('row').nth(1).getByRole('gridcell').allTextContents();
  await page.keyboard.press('3');
  const mark = page.getByRole('listitem').filter({ hasText: 'Question' }).first();
  await expect(mark).toContainText(words[0] ?? '');
  await expect(mark).toContainText(words[1] ?? '');
  await expect(first).toHaveClass(/mark-question/);
});

test('the outline leads to a heading; the file is read again and nothing is lost', async ({ workbench }) => {
  const { page } = workbench;
  await page
    .getByRole('row', { name: /Where tidal desalination stands/ })
    .first()
    .dblclick();
  await page.getByRole('tab', { name: 'Outline' }).click();
  const heading = page.getByRole('navigation', { name: 'Outline' }).getByRole('button').last();
  const title = (await heading.textContent()) ?? '';
  await heading.click();
  await expect(page.locator('mark.flash')).toContainText(title);
  await page.getByRole('button', { name: 'More for this document' }).click();
  await page.getByRole('menuitem', { name: 'Read the file again' }).click();
  await expect(page.getByText('has read the file already')).toBeVisible();
});
