import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectNoFault } from './axe.ts';
import { expect, test } from './fixtures.ts';

test('a workspace that another laptop keeps locked is searched, read and exported, and every control that writes is off', async ({
  workbench,
}) => {
  const { page, folder } = workbench;
  const other = join(folder, 'other');
  cpSync(join(folder, 'workspace'), other, { recursive: true });
  const lock = join(other, 'host.lock');
  const record = {
    v: 1,
    nonce: 'n',
    hostname: 'another-laptop',
    pid: 1,
    startedAt: null,
    socket: '/nowhere',
  };
  writeFileSync(lock, JSON.stringify(record));

  await page.goto(new URL('/#/workspaces', page.url()).href);
  await page.getByLabel('Folder of another workspace').fill(other);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('was left open on another-laptop');
  await page.getByRole('button', { name: 'Open for reading only' }).click();

  const notice = page.getByRole('status').filter({ hasText: 'Open for reading only.' });
  await expect(notice).toContainText('It is open elsewhere');
  await expect(notice).toContainText('nothing in it can be changed');

  await page.goto(new URL('/#/sessions', page.url()).href);
  await expect(page.getByRole('grid').getByRole('row').nth(3)).toBeVisible();
  for (const name of ['Add evidence', 'Enter by hand', 'New session']) {
    await expect(page.getByRole('button', { name }).first()).toBeDisabled();
  }
  await expect(page.getByLabel('Add a tag').first()).toBeDisabled();
  await expect(page.getByRole('table', { name: 'Quality' }).getByRole('button').first()).toBeDisabled();
  await expectNoFault(page, 'a session that is only read');

  const row = page.getByRole('grid').getByRole('row').nth(2);
  await row.click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: /^Open( |$)/ }).first()).toBeEnabled();
  await expect(page.getByRole('menuitem', { name: 'Move to trash' })).toBeDisabled();
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Export…' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('dialog').getByRole('button', { name: 'Export', exact: true }).click();
  expect(readFileSync(await (await download).path(), 'utf8').length).toBeGreaterThan(500);
  await page.keyboard.press('Escape');

  await page.goto(new URL('/#/search?q=copper%20mesh', page.url()).href);
  await page.getByRole('list', { name: 'Results' }).getByRole('button').first().click();
  await expect(page.locator('.reader-text').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add a comment' })).toHaveCount(0);

  // The other laptop has let go: the same workspace is opened for work.
  rmSync(lock);
  await notice.getByRole('button', { name: 'Open for work' }).click();
  await expect(notice).toHaveCount(0);
  await page.goto(new URL('/#/sessions', page.url()).href);
  await expect(page.getByRole('button', { name: 'Add evidence' })).toBeEnabled();
});
