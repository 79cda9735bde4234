import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { filesWith } from '../helpers/files-with.ts';
import { expectNoFault } from './axe.ts';
import { withLaptops } from './sync-laptops.ts';
import { connect, offline, open, sync } from './sync-steps.ts';

const question = 'Why did the lantern works close?';
const unsent = 'Written while the line was cut';

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await open(page, 'sync');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).last().fill(password);
  await page.getByRole('button', { name: 'Sign in and connect' }).click();
}

test('a policy that takes copies back: the copy goes, what was not sent is named, stays encrypted, and goes out under no other name', async ({
  playwright,
}, info) => {
  await withLaptops(playwright, info, async ({ server, laptop, person, cli, folder }) => {
    const settings = path.join(folder('.'), 'settings.json');
    writeFileSync(settings, JSON.stringify({ devices: { on_revoke: 'wipe' } }));
    server.cli('policy', 'set', settings, '--tenant', 'corran');
    const passwords = { ada: person('ada@example.org', 'owner'), ben: person('ben@example.org') };

    const lost = await laptop('lost', { encrypted: true });
    const session = ['--set', 'title=Harbour', '--set', `research_question=${question}`];
    const { id } = cli('lost', 'add', 'research_sessions', ...session) as { id: string };
    cli('lost', 'claims', 'add', '--session', id, '--text', 'The flood closed the works');
    await connect(lost, server.url, 'ada@example.org', passwords.ada);
    const other = await laptop('other');
    await connect(other, server.url, 'ada@example.org', passwords.ada);

    await offline(lost);
    cli('lost', 'claims', 'add', '--session', id, '--text', unsent);
    await open(lost, `claims/${id}`);
    await expect(lost.getByText(unsent).first()).toBeVisible();

    await open(other, 'sync/account');
    await other
      .getByRole('listitem')
      .filter({ hasNotText: 'this laptop' })
      .getByRole('button', { name: 'Shut out' })
      .click();
    await other.getByRole('alertdialog').getByRole('button', { name: 'Shut out' }).click();
    await expect(other.getByRole('button', { name: 'Let in again' })).toBeVisible();

    await open(lost, 'sync');
    await lost.getByRole('button', { name: 'Go online' }).click();
    await expect(lost.getByRole('heading', { name: 'This laptop was shut out' })).toBeVisible();
    await expect(lost.getByText(/1 unsent change is kept in the inbox, encrypted/)).toBeVisible();
    await expectNoFault(lost, 'a copy that was taken back');
    await open(lost, 'sessions');
    await expect(lost.getByText(question)).toHaveCount(0);
    await open(lost, 'inbox/refused');
    await expect(lost.getByRole('main').getByText(unsent).first()).toBeVisible();
    await expectNoFault(lost, 'what was not sent');
    for (const words of [unsent, question]) expect(filesWith(folder('lost'), words)).toEqual([]);

    // Let in again, the laptop asks who is there: nobody else, and then the work goes out as it was.
    await other.getByRole('button', { name: 'Let in again' }).click();
    await expect(other.getByRole('button', { name: 'Let in again' })).toHaveCount(0);
    await open(lost, 'sync');
    await lost.getByRole('button', { name: 'Try again' }).click();
    await signIn(lost, 'ben@example.org', passwords.ben);
    await expect(lost.locator('.trouble').last()).toContainText('Make or open another workspace');
    cli('other', 'sync', 'now');
    expect(JSON.stringify(cli('other', 'list', 'research_claims'))).not.toContain(unsent);
    await signIn(lost, 'ada@example.org', passwords.ada);
    await expect(lost.getByRole('main').getByText(/^In sync/)).toBeVisible();
    await open(lost, 'inbox/refused');
    await lost.getByRole('button', { name: 'Send again' }).click();
    await expect(lost.getByText('Nothing waits for you.').first()).toBeVisible();
    await sync(lost);
    await open(other, `claims/${id}`);
    await expect(other.getByRole('button', { name: new RegExp(unsent) })).toBeVisible();
  });
});
