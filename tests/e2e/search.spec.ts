import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';

test.beforeEach(async ({ workbench }) => {
  await expect(workbench.page.getByRole('grid', { name: 'Evidence' }).getByRole('row').nth(3)).toBeVisible();
  await workbench.page.getByRole('link', { name: 'Search' }).click();
});

test('a filter becomes a token when a space ends it, narrows, and goes by Delete or back into words', async ({
  workbench,
}) => {
  const { page } = workbench;
  const field = page.getByRole('searchbox', { name: 'Search everything' });
  await field.pressSequentially('type:pdf fouling');
  await expect(field).toHaveValue('fouling');
  const tokens = page.getByRole('grid', { name: 'Filters' });
  await expect(tokens.getByRole('row', { name: 'type: pdf' })).toBeVisible();
  await expect(page.getByRole('checkbox', { name: /PDF/ })).toBeChecked();
  await expect(page.getByRole('list', { name: 'Results' }).getByRole('listitem').first()).toContainText(
    /Meridian Brine/,
  );
  await page.getByRole('checkbox', { name: /PDF/ }).press(' ');
  await expect(tokens).toHaveCount(0);
  await expect(page.getByRole('checkbox', { name: /E-mail/ })).toBeVisible();

  await field.fill('');
  await field.pressSequentially('author:"Ines Varga" ');
  await expect(tokens.getByRole('row')).toHaveText(/author: Ines Varga/);
  await expect(page.getByRole('list', { name: 'Results' })).toContainText('Where tidal desalination stands');
  await field.press('Shift+Tab');
  await page.keyboard.press('Delete');
  await expect(tokens).toHaveCount(0);
  await expect(field).toBeFocused();

  await field.pressSequentially('tag:grid ');
  await expect(tokens.getByRole('row')).toHaveCount(1);
  await field.press('Backspace');
  await expect(field).toHaveValue('tag:grid');
});

test('a search is kept with its filters, counts what comes in, is renamed, taken away and brought back', async ({
  workbench,
}) => {
  const { page, cli, folder } = workbench;
  const field = page.getByRole('searchbox', { name: 'Search everything' });
  const saved = page.getByRole('list', { name: 'Saved, kept current' });
  await field.pressSequentially('type:markdown otters');
  await page.keyboard.press('Control+s');
  const dialog = page.getByRole('dialog', { name: 'Keep as a live view' });
  await dialog.getByLabel('Name').fill('Otters in Markdown');
  await page.keyboard.press('Enter');
  const link = saved.getByRole('link', { name: /Otters in Markdown/ });
  await expect(link).toContainText('0');
  await expect(field).toHaveValue('otters');

  const file = join(folder, 'otters.md');
  writeFileSync(file, '# Otters\n\nTwo otters were seen at the intake.\n');
  cli('ingest', file, '--wait');
  await expect(link).toContainText('1');
  const hits = page.getByRole('list', { name: 'Results' });
  await expect(hits).not.toContainText('Two otters');
  await page.getByRole('button', { name: '1 new document, show' }).click();
  await expect(hits).toContainText('Two otters');

  await field.press('End');
  await field.pressSequentially(' intake');
  await page.getByRole('button', { name: 'Update “Otters in Markdown”' }).click();
  await expect(page.getByRole('button', { name: /^Update/ })).toHaveCount(0);

  await link.focus();
  await page.keyboard.press('F2');
  await page.getByRole('dialog', { name: 'Rename' }).getByLabel('Name').fill('Otters');
  await page.keyboard.press('Enter');
  const renamed = saved.getByRole('link', { name: /^Otters/ });
  await expect(renamed).toBeVisible();
  await renamed.focus();
  await page.keyboard.press('Delete');
  await expect(renamed).toHaveCount(0);
  await page.getByRole('button', { name: /Undo/ }).click();
  await expect(renamed).toBeVisible();

  await page.getByRole('link', { name: 'Overview' }).click();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Type a command/ }).fill('Otters');
  await page
    .getByRole('option', { name: /Otters/ })
    .first()
    .click();
  await expect(field).toHaveValue('otters intake');
  await expect(hits).toContainText('Two otters');
});

test('the way back to a search finds it as it was left', async ({ workbench }) => {
  const { page } = workbench;
  const field = page.getByRole('searchbox', { name: 'Search everything' });
  await field.fill('fouling');
  await expect(page.getByRole('list', { name: 'Results' }).getByRole('listitem').nth(2)).toBeVisible();
  await field.press('ArrowDown');
  await field.press('Enter');
  await expect(page).toHaveURL(/#\/read\//);
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(field).toHaveValue('fouling');
  await expect(page.getByRole('list', { name: 'Results' }).getByRole('listitem').nth(1)).toHaveAttribute(
    'aria-current',
    'true',
  );
});

test('beside the results stands the passage under the cursor in its surroundings, and Enter opens it', async ({
  workbench,
}) => {
  const { page } = workbench;
  await page.getByLabel('Search everything').fill('copper mesh');
  const results = page.getByRole('list', { name: 'Results' }).getByRole('listitem');
  const preview = page.locator('.preview');
  await expect(preview.getByText(/^1 of \d+$/)).toBeVisible();
  const passage = preview.locator('mark');
  await expect(passage).toContainText(/copper|mesh/i);
  // More than the results show of it.
  const shown = (await preview.locator('.preview-text').textContent()) ?? '';
  expect(shown.length).toBeGreaterThan(((await passage.textContent()) ?? '').length);
  const first = await passage.textContent();
  await page.getByLabel('Search everything').press('ArrowDown');
  await expect(preview.getByText(/^2 of \d+$/)).toBeVisible();
  await expect(preview.locator('h3')).toHaveText(
    ((await results.nth(1).locator('.hit-title').textContent()) ?? '').replace(/ ?[A-F]?[1-6]?$/, '').trim(),
  );
  await expect(passage).not.toHaveText(first ?? '');
  const second = (await passage.textContent()) ?? '';
  await page.getByLabel('Search everything').press('Enter');
  await expect(page).toHaveURL(/#\/read\//);
  await expect(page.locator('.reader').getByText(second.trim().slice(0, 30)).first()).toBeVisible();
});
