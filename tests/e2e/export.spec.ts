import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { readPdf } from '../helpers/pdf.ts';
import { expect, test } from './fixtures.ts';

/** Chooses a format in the open dialog and exports; answers with the bytes that the browser got, and their name. */
async function exportAs(page: Page, format: string): Promise<{ name: string; bytes: Uint8Array }> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /Format/ }).click();
  await page.getByRole('option', { name: format, exact: true }).click();
  await expect(dialog.getByText(/would leave\./)).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Export', exact: true }).click(),
  ]);
  await expect(dialog).toBeHidden();
  await expect(page.getByText(`Exported ${download.suggestedFilename()}.`)).toBeVisible();
  return { name: download.suggestedFilename(), bytes: new Uint8Array(readFileSync(await download.path())) };
}

test('a session leaves as a brief whose citations lead to its sources', async ({ workbench }) => {
  const { page } = workbench;
  await expect(page.getByRole('row', { name: /filing-meridian|Meridian/ }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('The privacy settings keep nothing of it back.')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).include('[role=dialog]').analyze();
  expect(violations).toEqual([]);
  const markdown = await exportAs(page, 'Brief, Markdown');
  const text = new TextDecoder().decode(markdown.bytes);
  expect(markdown.name).toMatch(/\.md$/);
  expect(text).toContain('## Findings');
  const quote = /> “([^\n]+)”\n> \[(\d+)\]/.exec(text);
  expect(quote).not.toBeNull();
  expect(text).toMatch(new RegExp(`\n${quote?.[2] ?? '?'}\\. .+\\(E-`));

  await page.getByRole('button', { name: 'Export…' }).click();
  const pdf = await exportAs(page, 'Brief, PDF');
  const pages = await readPdf(pdf.bytes);
  const words = pages.map((each) => each.text).join(' ');
  expect(words).toContain('Findings');
  expect(words.replaceAll(/\s+/gu, '')).toContain((quote?.[1] ?? '?').replaceAll(/[\s\\]+/gu, ''));
});

test('a PDF leaves with its marks, as another reader shows them, and stays as it is here', async ({
  workbench,
}) => {
  const { page, cli, folder } = workbench;
  const { rows } = cli('list', 'evidence') as { rows: { id: string; file_name: string }[] };
  const filing = rows.find((row) => row.file_name === 'filing-meridian.pdf')?.id ?? '';
  await page.goto(`${new URL(page.url()).origin}/#/read/${filing}`);
  await expect(page.locator('.mark-box').first()).toBeVisible();
  await page.getByRole('button', { name: 'Export marks…' }).click();
  const { name, bytes } = await exportAs(page, 'PDF with its marks');
  expect(name).toMatch(/\.pdf$/);
  const original = readFileSync(join(import.meta.dirname, '../../main/sample/documents/filing-meridian.pdf'));
  expect(Buffer.from(bytes.subarray(0, original.length)).equals(original)).toBe(true);
  const found = (await readPdf(bytes)).flatMap(({ annotations }) => annotations);
  const { annotations } = cli('annotations', 'list', '--evidence', filing) as { annotations: unknown[] };
  const highlights = found.filter(({ subtype }) => subtype === 'Highlight');
  expect(highlights.length).toBeGreaterThanOrEqual(annotations.length);
  expect(highlights.some(({ contents }) => contents.startsWith('Supports: '))).toBe(true);

  const out = join(folder, 'marks.jsonld');
  cli('annotations', 'export', '--evidence', filing, '--format', 'jsonld', '--out', out);
  expect(cli('import', out)).toMatchObject({ added: 0, left: 0 });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Import an exported');
  const offered = page.getByRole('option', { name: /^Import an exported/ });
  await expect(offered).toBeVisible();
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), offered.click()]);
  await chooser.setFiles(out);
  await expect(page.getByText(/^0 added, \d+ here already\.$/)).toBeVisible();
});

test('the dialog says which rules keep what, before anything leaves', async ({ workbench }) => {
  const { page, cli } = workbench;
  await expect(page.getByRole('row', { name: /filing-meridian|Meridian/ }).first()).toBeVisible();
  const { rows } = cli('list', 'research-sessions') as { rows: { id: string }[] };
  cli('edit', 'research-sessions', rows[0]?.id ?? '', '--set', 'sharing_level=restricted');
  await page.goto(`${new URL(page.url()).origin}/#/settings`);
  await page.getByRole('tab', { name: 'Privacy' }).click();
  const field = page.getByLabel('Privacy settings');
  await expect(field).toHaveValue(/"v": 1/);
  await field.fill(JSON.stringify({ v: 1, level_rules: { restricted: { export: 'withhold' } } }));
  await page.getByRole('button', { name: 'Save' }).click();
  const ruled = () =>
    JSON.stringify(cli('leaving', '--to', 'export')).includes('level_rules.restricted.export');
  await expect.poll(ruled).toBe(true);
  await page.goto(`${new URL(page.url()).origin}/#/session/${rows[0]?.id ?? ''}`);
  await page.getByRole('button', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/values stay here/)).toBeVisible();
  await expect(dialog.getByText('level_rules.restricted.export')).toBeVisible();
  await page.keyboard.press('Escape');
});
