import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { samples } from '../helpers/references.ts';
import { expect, test } from './fixtures.ts';

async function choose(page: Page, text: string): Promise<void> {
  const picking = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import…' }).click();
  await (await picking).setFiles({ name: 'mine.bib', mimeType: 'text/plain', buffer: Buffer.from(text) });
}

test('references are imported, corrected, exported, and imported again without doubling', async ({
  workbench,
}) => {
  const { page } = workbench;
  await page.getByRole('link', { name: 'Library' }).click();
  await page.getByRole('radio', { name: 'References' }).click();
  await expect(page.getByText('No reference yet.')).toBeVisible();
  await choose(page, `${samples.bibtex}\n@article{broken title}\n`);
  await expect(page.getByText('3 added, 0 changed, 0 known already. 1 could not be read.')).toBeVisible();
  await expect(page.getByRole('dialog')).toContainText('Not everything could be read');
  await page.keyboard.press('Escape');
  const grid = page.getByRole('grid', { name: 'References' });
  await expect(grid.getByRole('row')).toHaveCount(4);
  await expect(grid).toContainText('meyer2024black');
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  await grid.getByText('Storage losses in transit').dblclick();
  const dialog = page.getByRole('dialog', { name: 'okafor:2019' });
  await dialog.getByLabel('Title').fill('Storage losses, corrected');
  await dialog.getByLabel('Authors').fill('Okafor, Chidi\nPort Authority');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(grid).toContainText('Storage losses, corrected');
  await expect(grid).toContainText('Okafor, Port Authority');

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const text = readFileSync(await (await downloading).path(), 'utf8');
  expect(text).toContain('title = {Storage losses, corrected}');
  expect(text).toContain('file = {:papers/meyer 2024.pdf:PDF}');
  await choose(page, text);
  await expect(page.getByText('0 added, 0 changed, 3 known already.')).toBeVisible();

  await page.getByLabel('Filter references').fill('traffic');
  await expect(grid.getByRole('row')).toHaveCount(2);
  await grid.focus();
  await page.keyboard.press('Delete');
  await expect(page.getByText('Moved 1 item to the trash.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).first().click();
  await expect(grid.getByRole('row')).toHaveCount(2);
});

test('a document is cited from its menu, and its reference leads back to it', async ({ workbench }) => {
  const { page } = workbench;
  const evidence = page.getByRole('grid', { name: 'Evidence' });
  await expect(evidence.getByRole('row').nth(3)).toBeVisible();
  await evidence.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Cite' }).click();
  await expect(page.getByText(/^Cited as /)).toBeVisible();
  await page.getByRole('link', { name: 'Library' }).click();
  await page.getByRole('radio', { name: 'References' }).click();
  const row = page.getByRole('grid', { name: 'References' }).getByRole('row').nth(1);
  await row.getByRole('link').click();
  await expect(page).toHaveURL(/#\/read\//);
});

test('notes of a session go out as a folder, are edited, and come back by the palette', async ({
  workbench,
}) => {
  const { page, cli, folder } = workbench;
  const { rows } = cli('list', 'research_sessions') as { rows: { id: string }[] };
  const notes = join(folder, 'notes');
  cli('export', '--session', rows[0]?.id ?? '', '--format', 'obsidian', '--out', notes);
  const [name = ''] = readdirSync(join(notes, 'Claims'));
  const path = join(notes, 'Claims', name);
  writeFileSync(path, readFileSync(path, 'utf8').replace('%% claim %%\n', '%% claim %%\nElsewhere: '));
  await expect(page.getByRole('heading', { name: 'Tidal desalination, Corran Strait' })).toBeVisible();
  const bring = async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /Type a command/ }).fill('folder of notes');
    const picking = page.waitForEvent('filechooser');
    await expect(page.getByRole('option', { name: 'Import a folder of notes…' })).toBeVisible();
    await page.keyboard.press('Enter');
    await (await picking).setFiles(notes);
  };
  await bring();
  await expect(page.getByText('1 edited, 0 claims and 0 links added.')).toBeVisible();
  await bring();
  await expect(page.getByText('The notes say nothing new.')).toBeVisible();
});
