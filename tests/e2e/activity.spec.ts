import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';

test('the log says who did what; it is narrowed, followed to its object, and a change undone from it', async ({
  workbench,
}) => {
  const { page } = workbench;
  await page.getByRole('link', { name: 'Activity' }).click();
  await page.getByRole('tab', { name: 'Changes' }).click();
  const log = page.getByRole('grid', { name: 'Changes' });
  await expect(log.getByRole('row').nth(1)).toContainText('Added an annotation');
  await page.getByRole('radio', { name: 'Others' }).click();
  await expect(page.getByText('No change of this kind.')).toBeVisible();
  await page.getByRole('radio', { name: 'Me' }).click();
  await page.getByRole('button', { name: /Kind of thing/ }).click();
  await page.getByRole('option', { name: 'Claim', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: /^15 changes$/ })).toBeVisible();

  await log.focus();
  await page.keyboard.press('Home');
  const first = log.getByRole('row').nth(1);
  const claim = (await first.getByRole('gridcell').nth(3).textContent()) ?? '';
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/claims\/.*claim=/);
  await expect(page.getByRole('complementary')).toContainText(claim);
  await page.keyboard.press('Alt+ArrowLeft');

  await page.getByRole('tab', { name: 'Changes' }).click();
  const added = log.getByRole('row').nth(1);
  await added.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Undo this change' }).click();
  await expect(page.getByText(/^Undone: add: an annotation/)).toBeVisible();
  await expect(log.getByRole('row').nth(1)).toContainText('Undid: add: an annotation');
  await expect(log.getByRole('row').nth(2)).toContainText('undone');
  await page.getByRole('button', { name: /Redo/ }).click();
  await expect(log.getByRole('row').nth(1)).toContainText('Redid: add: an annotation');
  await expect(log.getByRole('row').nth(3)).not.toContainText('undone');
});

test('work stands apart by what it needs: what failed with its reason, what is finished', async ({
  workbench,
}) => {
  const { page, cli, folder } = workbench;
  const [good, bad] = [join(folder, 'good.md'), join(folder, 'broken.pdf')];
  writeFileSync(good, '# Good\n\nWords.\n');
  writeFileSync(bad, '%PDF-1.7\nnothing of a page\n');
  // One of them cannot be read, which the command says by its exit code.
  expect(() => cli('ingest', good, bad, '--wait')).toThrow();
  await page.getByRole('link', { name: 'Activity' }).click();
  const failed = page.getByRole('region', { name: 'Needs a look' });
  await expect(failed).toContainText('broken.pdf');
  await expect(failed.getByRole('button', { name: 'Try again' })).toBeVisible();
  const finished = page.getByRole('region', { name: 'Finished' });
  await expect(finished).toContainText('good.md');
  await finished.getByRole('link', { name: 'good.md' }).click();
  await expect(page).toHaveURL(/#\/read\//);
});
