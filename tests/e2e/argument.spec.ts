import { expect, test } from './fixtures.ts';
import { pickRow } from './pick-row.ts';
import { selectWords } from './select-words.ts';

const words = 'We called Monday the scraping day.';

test('a selected passage is highlighted by a key, commented, and undone', async ({ workbench }) => {
  const { page, cli } = workbench;
  await page.getByRole('row', { name: /lab-report|Fouling of tidal membranes/ }).dblclick();
  await expect(page.locator('.reader-text p').first()).toBeVisible();
  const result = 'It does not end it.';
  await selectWords(page, result);
  await page.keyboard.press('3');
  await expect(page.locator('mark.mark-question')).toHaveText(result);
  const mark = page.getByRole('listitem').filter({ hasText: result });
  await mark.getByRole('button', { name: 'Add comment' }).click();
  const comment = mark.getByLabel('Comment');
  await comment.fill('How long is a season?');
  await comment.blur();
  await expect.poll(() => JSON.stringify(cli('list', 'annotations'))).toContain('How long is a season?');
  await page.reload();
  await expect(page.getByText('How long is a season?')).toBeVisible();
  await page.locator('.reader-text').first().click();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(page.locator('mark.mark-question')).toHaveCount(0);
});

test('what somebody writes in place is kept where they pause, and where they leave by a key', async ({
  workbench,
}) => {
  const { page, cli } = workbench;
  const kept = () => (cli('list', 'annotations') as { rows: { id: string; body: string | null }[] }).rows;
  await page.getByRole('row', { name: /lab-report|Fouling of tidal membranes/ }).dblclick();
  await expect(page.locator('.reader-text p').first()).toBeVisible();
  const result = 'It does not end it.';
  await selectWords(page, result);
  await page.keyboard.press('3');
  const mark = page.getByRole('listitem').filter({ hasText: result });
  await mark.getByRole('button', { name: 'Add comment' }).click();
  const comment = mark.getByLabel('Comment');
  await comment.pressSequentially('How long is a season?');
  await expect.poll(() => kept().map(({ body }) => body)).toContain('How long is a season?');
  await expect(comment).toBeFocused();
  await comment.pressSequentially(' A summer or a winter?');
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(page.getByRole('grid', { name: 'Evidence' })).toBeVisible();
  await expect
    .poll(() => kept().map(({ body }) => body))
    .toContain('How long is a season? A summer or a winter?');
});

test('a quote is given to a new claim, and the claim leads back to its words', async ({ workbench }) => {
  const { page } = workbench;
  await page.getByRole('row', { name: /interview-osk/ }).dblclick();
  await expect(page.locator('mark.mark-support').filter({ hasText: words })).toBeVisible();
  await selectWords(page, 'The transformer alone was ordered for the summer of next year.');
  await page.keyboard.press('q');
  const dialog = page.getByRole('dialog', { name: 'Quote to a claim' });
  await dialog.getByRole('button', { name: /Claim/ }).click();
  await page.getByRole('option', { name: 'A new claim' }).click();
  await dialog.getByLabel('What it says').fill('The transformer comes late');
  await dialog.getByRole('radio', { name: 'Supports' }).click();
  await dialog.getByRole('button', { name: 'Link', exact: true }).click();
  await expect(dialog).toHaveCount(0);

  await page.getByRole('link', { name: 'Claims', exact: true }).click();
  await page.getByRole('button', { name: /The transformer comes late/ }).click();
  const support = page.getByRole('region', { name: 'Supports' });
  await expect(support).toContainText('The transformer alone was ordered');
  await support.getByRole('button').filter({ hasText: 'The transformer alone' }).click();
  await expect(page.locator('mark.flash')).toHaveText(
    'The transformer alone was ordered for the summer of next year.',
  );
});

test('a citation of a PDF opens its page, with the quoted words under the flash', async ({ workbench }) => {
  const { page } = workbench;
  await page.getByRole('link', { name: 'Claims', exact: true }).click();
  await page.getByRole('button', { name: /A warm summer shortens/ }).click();
  await page.getByRole('button').filter({ hasText: 'Membrane life is assumed' }).click();
  await expect(page.getByText('Page 4 of 4')).toBeVisible();
  await expect(page.locator('[data-page="4"] .flash-box').first()).toBeVisible();
  await expect(page.locator('[data-page="4"] .textLayer')).toContainText('Membrane life is assumed');
  await selectWords(page, 'Biological fouling is the largest operating risk.');
  await page.keyboard.press('4');
  await expect(
    page.getByRole('listitem').filter({ hasText: 'Biological fouling is the largest' }).first(),
  ).toContainText('p. 4');
});

test('a claim is split and merged again', async ({ workbench }) => {
  const { page } = workbench;
  await page.getByRole('link', { name: 'Claims', exact: true }).click();
  await page.getByRole('button', { name: /Halcyon offers the lowest price/ }).click();
  await page.getByRole('button', { name: 'Split' }).click();
  const dialog = page.getByRole('dialog', { name: 'Split the claim' });
  await dialog.getByLabel('Claim', { exact: true }).fill('Halcyon asks least\nHalcyon delivers first');
  await dialog.getByRole('button', { name: 'Split' }).click();
  await expect(page.getByRole('button', { name: /Halcyon delivers first/ })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('button', { name: /Halcyon offers the lowest price/ })).toBeVisible();
  await page.getByRole('radio', { name: 'Table' }).click();
  await expect(page.getByRole('grid', { name: 'Claims' }).getByRole('row')).toHaveCount(16);
});

test('before a source is retracted or put away, the claims that rest on it are shown; undo takes it back', async ({
  workbench,
}) => {
  const { page } = workbench;
  const row = page.getByRole('row', { name: /half-year filing/ });
  await row.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Retract' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('claims rest on this');
  await expect(dialog.getByRole('listitem').filter({ hasText: 'a fifth below nameplate' })).toContainText(
    'No quote yet',
  );
  await dialog.getByLabel('Reason').fill('restated by the company');
  await dialog.getByRole('button', { name: 'Retract' }).click();
  await expect(row.locator('.strike')).toBeVisible();
  await page.getByRole('grid', { name: 'Evidence' }).focus();
  await page.keyboard.press('Control+z');
  await expect(row.locator('.strike')).toHaveCount(0);
  // Scores follow the undo, and rows change places by them: the one that is meant has the cursor before it is put away.
  await pickRow(row);
  await page.keyboard.press('Delete');
  await expect(dialog).toContainText('claims rest on this');
  await page.keyboard.press('Escape');
  await expect(row).toBeVisible();
  // Rated down it asks first too; rated up it just does it.
  const rating = page.getByRole('table', { name: 'Quality' });
  await rating.getByRole('button', { name: 'Rate E5' }).click();
  await expect(dialog).toContainText('claims rest on this');
  await dialog.getByRole('button', { name: 'Rate E5' }).click();
  await expect(rating.getByRole('button', { name: 'Rate E5' })).toHaveAttribute('aria-pressed', 'true');
  await rating.getByRole('button', { name: 'Rate A1' }).click();
  await expect(rating.getByRole('button', { name: 'Rate A1' })).toHaveAttribute('aria-pressed', 'true');
  await expect(dialog).toBeHidden();
});
