import path from 'node:path';
import { expect, test } from '@playwright/test';
import { newId } from '../../db/replica/rows/ids.ts';
import { insertRow } from '../../db/replica/rows/write.ts';
import { enrol } from '../../db/replica/sync/enrol.ts';
import { toInbox } from '../../db/replica/sync/inbox.ts';
import { transact } from '../../db/replica/transaction/transact.ts';
import { closeWorkspace, openWorkspace } from '../../db/replica/workspace/workspace.ts';
import { makeHome } from '../helpers/electron-app.ts';
import { makeWorkspace, openBrowser } from '../helpers/shells.ts';
import { expectNoFault } from './axe.ts';
import { open } from './sync-steps.ts';

const many = 400;

/** Enrols a workspace and notes in it so many edits that the server, which cannot be reached, did not take. */
function refuseMany(folder: string): void {
  const workspace = openWorkspace({ folder });
  const { replica } = workspace;
  enrol(replica, { server: 'http://127.0.0.1:9', tenant: newId(), user: newId() });
  for (let at = 1; at <= many; at += 1) {
    const { txn } = transact(replica, { command: 'edit.add' }, (tx) =>
      insertRow(tx, 'research_sessions', { title: `Session ${at}`, research_question: 'Why?' }),
    );
    if (txn !== null) toInbox(replica, txn, 'rejected', 'FORBIDDEN');
  }
  closeWorkspace(workspace);
}

test('an inbox of hundreds draws what is in sight, is walked by keys, and is decided at once', async ({
  playwright,
}, info) => {
  const home = makeHome();
  const workspace = path.join(home.folder, 'long');
  makeWorkspace(workspace);
  refuseMany(workspace);
  const browser = await playwright.chromium.launch(info.project.use.launchOptions);
  const shell = await openBrowser(browser, { home: home.folder, workspace });
  const { page } = shell;
  try {
    await open(page, 'inbox');
    const lines = page.getByRole('link', { name: /^Session \d+/ });
    const line = (at: number) => page.getByRole('link', { name: new RegExp(`^Session ${at}\\b`) });
    await expect(line(1)).toHaveAttribute('aria-current', 'true');
    await expect(page.getByText(`1 of ${many}`)).toBeVisible();
    expect(await lines.count()).toBeLessThan(60);
    await expect(line(many)).toHaveCount(0);
    for (let at = 2; at <= 25; at += 1) {
      await page.keyboard.press('j');
      await expect(page.getByText(`${at} of ${many}`)).toBeVisible();
    }
    await expect(line(25)).toBeInViewport();
    await expect(line(25)).toHaveAttribute('aria-current', 'true');
    await expectNoFault(page, 'a long inbox');
    await lines.last().focus();
    for (let at = 0; at < 30; at += 1) await page.keyboard.press('Tab');
    await expect(page.locator('.item:focus')).toBeInViewport();
    await open(page, `inbox/refused-${many}`);
    await expect(line(many)).toBeInViewport();

    await page.getByRole('link', { name: `All ${many} refused changes at once` }).press('Enter');
    const table = page.getByRole('table');
    await expect(table).toHaveAttribute('aria-rowcount', String(many + 1));
    expect(await table.getByRole('row').count()).toBeLessThan(80);
    await expectNoFault(page, 'a long table');
    const boxes = page.getByRole('checkbox', { name: /^Select “Session/ });
    await boxes.first().press(' ');
    await expect(page.getByText('1 selected')).toBeVisible();
    // Lines find their height as they come into sight, and the end moves with it.
    await expect(async () => {
      await page.getByRole('region', { name: `All ${many}` }).evaluate((region) => {
        region.scrollTop = region.scrollHeight;
      });
      const last = table.getByRole('row', { name: new RegExp(`Session ${many}\\b`) });
      await expect(last).toBeInViewport({ timeout: 500 });
    }).toPass();
    await boxes.last().press(' ');
    await expect(page.getByText('2 selected')).toBeVisible();
    await page.getByRole('checkbox', { name: 'Select all of them' }).press(' ');
    await expect(page.getByText(`${many} selected`)).toBeVisible();
    await page.getByRole('button', { name: 'Discard' }).click();
    await expect(page.getByText(`${many} are decided.`)).toBeVisible();
    await expect(page.getByText('Nothing waits for you.')).toBeVisible();
  } finally {
    await shell.quit();
    await browser.close();
    home.remove();
  }
});
