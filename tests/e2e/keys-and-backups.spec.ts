import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

async function openSettings(page: Page, part: string): Promise<void> {
  await page.goto(new URL('/#/settings', page.url()).href);
  await page.getByRole('tab', { name: part }).click();
}

test('a key file is made, opens the workspace on the command line, and is ended', async ({ workbench }) => {
  const { page, folder, cli, restart } = workbench;
  await openSettings(page, 'Encryption');
  await page.getByLabel('Passphrase').fill('correct horse battery');
  await page.getByRole('button', { name: 'Encrypt it' }).click();
  await page.getByRole('button', { name: 'I have written it down' }).click();
  await openSettings(page, 'Encryption');
  const downloaded = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Make a key file…' }).click();
  const download = await downloaded;
  expect(download.suggestedFilename()).toBe('workspace.key');
  const key = join(folder, 'stick.key');
  writeFileSync(key, readFileSync(await download.path()));
  expect(statSync(key).size).toBeGreaterThan(32);
  await expect(page.getByRole('button', { name: 'Make another key file…' })).toBeVisible();

  await restart();
  await page
    .getByRole('radio', { name: 'Path of the key file' })
    .or(page.getByText('Path of the key file'))
    .first()
    .click();
  await page.getByRole('textbox', { name: 'Path of the key file' }).fill(key);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('grid').first()).toBeVisible();

  await openSettings(page, 'Encryption');
  await page.getByRole('button', { name: 'End the key file' }).click();
  await expect(page.getByText('The key file does not open this workspace any more.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Make a key file…' })).toBeVisible();
  expect(cli('doctor')).toMatchObject({ ok: true });
});

test('a backup is made, verified, and restored into a workspace of its own that opens', async ({
  workbench,
}) => {
  const { page, folder, cli } = workbench;
  await openSettings(page, 'Backups');
  await page.getByRole('button', { name: 'Back up now' }).click();
  const backup = page.locator('.item').filter({ hasText: '.backup' });
  await backup.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByText('The backup was opened and is whole.')).toBeVisible();
  cli('add', 'research_sessions', '--set', 'title=After the backup');

  await backup.getByRole('button', { name: 'Restore…' }).click();
  const dialog = page.getByRole('dialog');
  const into = join(folder, 'restored');
  // A folder with something in it is refused, and the form stays.
  await dialog.getByLabel('New folder').fill(folder);
  await dialog.getByRole('button', { name: 'Restore…' }).click();
  await expect(dialog).toContainText('is not empty');
  await dialog.getByLabel('New folder').fill(into);
  await dialog.getByRole('button', { name: 'Restore…' }).click();
  await page.getByRole('button', { name: 'Open it' }).click();
  // Once it is open the window goes to its sessions, from wherever it is by then.
  await expect(page).toHaveURL(/#\/session/);
  await page.goto(new URL('/#/settings', page.url()).href);
  await page.getByRole('tab', { name: 'Data' }).click();
  await expect(page.getByText(into, { exact: true })).toBeVisible();
  await page.goto(new URL('/#/sessions', page.url()).href);
  await expect(page.getByRole('grid').first()).toBeVisible();
  await expect(page.getByText('After the backup')).toHaveCount(0);
  rmSync(into, { recursive: true, force: true });
});

test('a workspace that is made with a passphrase shows its recovery key, and is opened by it', async ({
  workbench,
}) => {
  const { page } = workbench;
  await page.goto(new URL('/#/workspaces', page.url()).href);
  await page.getByRole('button', { name: 'New workspace' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Sealed');
  await dialog.getByLabel('Passphrase').fill('correct horse battery');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const shown = page.getByRole('alertdialog', { name: 'Your recovery key' });
  const key = (await shown.locator('.recovery-key').textContent()) ?? '';
  await shown.getByRole('button', { name: 'I have written it down' }).click();
  await expect(page.getByRole('link', { name: 'Workspace: Sealed' })).toBeVisible();
  await page.reload();
  await page.goto(new URL('/#/settings', page.url()).href);
  await page.getByRole('tab', { name: 'Data' }).click();
  await page.getByRole('button', { name: 'Close this workspace' }).click();
  await page.getByRole('button', { name: /Sealed/ }).click();
  await page.getByText('Recovery key', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Recovery key' }).fill(key);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('link', { name: 'Workspace: Sealed' })).toBeVisible();
});
