import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';

test('the overview says what there is, what came in and what needs a look, and leads there', async ({
  workbench,
}) => {
  const { page } = workbench;
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  const row = page.getByRole('row', { name: /Tidal desalination/ });
  await expect(row.getByRole('cell').nth(0)).toHaveText('11');
  await expect(row.getByRole('cell').nth(1)).toHaveText('15');
  await expect(page.getByText('11 items of evidence')).toBeVisible();

  const chart = page.getByRole('img', { name: /11 items in 12 weeks/ });
  await expect(chart).toBeVisible();
  await page.getByRole('radio', { name: 'Table' }).click();
  await expect(chart).toHaveCount(0);
  const weeks = page.getByRole('region', { name: 'Evidence added per week' });
  await expect(weeks.getByRole('row')).toHaveCount(13);
  await expect(weeks.getByRole('row').last()).toContainText('11');

  await expect(page.getByRole('region', { name: 'Recent activity' }).last()).toContainText(
    'Added an annotation',
  );
  const attention = page.getByRole('region', { name: 'Needs a look' });
  await expect(attention).toContainText('1 claim rests on a retracted source');
  await attention.getByRole('link').first().click();
  await expect(page).toHaveURL(/#\/claims\/.*claim=/);
});

test('the overview follows what is done elsewhere', async ({ workbench }) => {
  const { page, cli, folder } = workbench;
  await page.goto(new URL('/#/overview', page.url()).href);
  await expect(page.getByRole('row', { name: /Tidal desalination/ })).toBeVisible();
  const place = join(folder, 'ferries.md');
  writeFileSync(place, '# Ferries\n\nThe winter ferry sails on Mondays.\n');
  cli('ingest', place, '--new-session', 'Which ferry sails in winter?', '--wait');
  await expect(page.getByRole('row', { name: /Which ferry sails/ })).toBeVisible();
  await expect(page.getByText('2 sessions begun')).toBeVisible();
});
