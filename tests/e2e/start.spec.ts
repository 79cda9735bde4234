import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';

test.use({ start: 'empty' });

test('five steps tick by what is there, and are gone when all are taken', async ({ workbench }) => {
  const { page, cli, folder } = workbench;
  await page.getByRole('link', { name: 'Overview' }).click();
  const start = page.getByRole('region', { name: 'From a document to a report' });
  const done = start.getByRole('listitem').filter({ hasText: ', done' });
  await expect(start).toContainText('0 of 5');

  const file = join(folder, 'ferries.md');
  writeFileSync(file, '# Ferries\n\nThe winter ferry sails on Mondays, whatever the wind.\n');
  const chooser = page.waitForEvent('filechooser');
  await start.getByRole('button', { name: 'Choose files' }).click();
  await (await chooser).setFiles(file);
  await expect(done).toHaveText([/Add a document/]);

  await start.getByRole('button', { name: 'Search' }).click();
  const field = page.getByRole('searchbox', { name: 'Search everything' });
  await field.fill('winter ferry');
  await expect(page.getByRole('list', { name: 'Results' })).toContainText('sails on Mondays');
  await field.press('Enter');
  await expect(page).toHaveURL(/#\/read\/.*start=/);
  // Until the document is there, the field still takes the letters.
  await expect(page.getByRole('heading', { name: 'Ferries' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await expect(done).toHaveText([/Add a document/, /Find a passage/]);

  const evidence = cli('list', 'evidence') as { rows: { id: string; session_id: string }[] };
  const id = evidence.rows[0]?.id ?? '';
  const session = evidence.rows[0]?.session_id ?? '';
  const claim = cli('claims', 'add', '--session', session, '--text', 'The ferry is reliable') as {
    id: string;
  };
  await expect(done).toHaveCount(3);
  const quote = ['--quote', 'The winter ferry sails on Mondays'];
  cli('claims', 'link', '--claim', claim.id, '--evidence', id, '--stance', 'supports', ...quote);
  await expect(start).toContainText('4 of 5');
  cli('export', '--session', session, '--format', 'md', '--out', join(folder, 'brief.md'));
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
  await expect(page.getByRole('row', { name: /Inbox/ })).toBeVisible();
  await expect(start).toHaveCount(0);
});

test('the steps are put away for good', async ({ workbench }) => {
  const { page, restart } = workbench;
  const start = page.getByRole('region', { name: 'From a document to a report' });
  await expect(start).toBeVisible();
  await start.getByRole('button', { name: 'Hide these steps' }).click();
  await expect(start).toHaveCount(0);
  await restart();
  await expect(page.getByText('No session yet.')).toBeVisible();
  await expect(start).toHaveCount(0);
});
