import { expect, type Page, test } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import { expectNoFault } from './axe.ts';
import { withLaptops } from './sync-laptops.ts';
import { connect, offline, open, sync } from './sync-steps.ts';

const own = 'three long random words';

/**
 * Codes that the server takes without a wait: each of a step that was not used yet, the first of now and the second of the
 * step after it, which is allowed for a clock that is off.
 */
function authenticator(secret: string): () => string {
  const totp = new TOTP({ secret: Secret.fromBase32(secret) });
  let step = totp.counter() - 1;
  return () => {
    step = Math.max(step + 1, totp.counter());
    return totp.generate({ timestamp: step * totp.period * 1000 });
  };
}

/** In light and in dark. */
async function expectNoFaultInBoth(page: Page, where: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectNoFault(page, `${where}, ${colorScheme}`);
  }
}

async function begin(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Next: what would leave' }).click();
  await page.getByRole('button', { name: 'Begin the first sync' }).click();
  await expect(page.getByRole('main').getByText(/^In sync/)).toBeVisible();
}

/** Chooses one of the verbs for a person. */
async function choose(page: Page, person: string, verb: string): Promise<void> {
  await page.getByRole('button', { name: `What to do with ${person}` }).click();
  await page.getByRole('menuitem', { name: verb }).click();
}

test('somebody is invited, accepts, protects the account, shares a project, and loses it when taken out', async ({
  playwright,
}, info) => {
  await withLaptops(playwright, info, async ({ server, laptop, person }) => {
    const chief = await laptop('chief');
    await connect(chief, server.url, 'chief@example.org', person('chief@example.org', 'admin'));
    await open(chief, 'sync/people');
    await chief.getByRole('button', { name: 'Invite', exact: true }).click();
    await chief.getByLabel('E-mail').fill('noor@example.org');
    await chief.getByRole('button', { name: 'Make the link' }).click();
    const shown = chief.getByRole('alertdialog');
    await expect(shown).toContainText('shown this once');
    const link = (await shown.getByText(/\/join#/).textContent()) ?? '';
    await shown.getByRole('button', { name: 'Done' }).click();
    await expect(chief.getByRole('listitem', { name: 'noor@example.org' })).toContainText(
      'Analyst, by chief',
    );
    await expectNoFaultInBoth(chief, 'people');

    const noor = await laptop('noor');
    await open(noor, 'sync');
    await noor.getByRole('radio', { name: 'Invitation' }).click();
    await noor.getByLabel('Link of the invitation').fill('https://example.org/something');
    await expect(noor.getByText('This is not the link of an invitation')).toBeVisible();
    await noor.getByLabel('Link of the invitation').fill(link);
    await noor.getByLabel('Your name').fill('Noor New');
    await noor.getByLabel('Password', { exact: true }).last().fill('short');
    await noor.getByLabel('Name of this laptop').fill('The small one');
    await noor.getByRole('button', { name: 'Sign in and connect' }).click();
    await expect(noor.locator('.trouble')).toContainText('from 12 to 256 characters');
    await noor.getByLabel('Password', { exact: true }).last().fill(own);
    await noor.getByRole('button', { name: 'Sign in and connect' }).click();
    await begin(noor);
    await expect(noor.getByRole('tab', { name: 'Record' })).toHaveCount(0);
    await open(noor, 'sync/people');
    await expect(noor.getByRole('listitem', { name: 'Noor New' })).toContainText('Analyst');
    await expect(noor.getByRole('button', { name: 'Invite', exact: true })).toHaveCount(0);
    await expect(noor.getByRole('button', { name: /What to do with/ })).toHaveCount(0);

    await open(noor, 'sync/account');
    await expect(noor.getByRole('listitem', { name: 'The small one' })).toContainText('this laptop');
    await expectNoFaultInBoth(noor, 'account');
    await noor.getByRole('button', { name: 'Set up a second factor' }).click();
    await noor.getByRole('dialog').getByLabel('Password', { exact: true }).fill(own);
    await noor.getByRole('button', { name: 'Continue' }).click();
    await expect(noor.getByRole('img', { name: /QR code/ })).toBeVisible();
    const secret = (await noor.locator('.second-factor-offer .mono').first().textContent()) ?? '';
    const code = authenticator(secret.replaceAll(' ', ''));
    await noor.getByLabel('Code', { exact: true }).fill('000000');
    await noor.getByRole('button', { name: 'Confirm' }).click();
    await expect(noor.locator('.trouble')).toContainText('The code is not right');
    await expectNoFaultInBoth(noor, 'setting a second factor up');
    await noor.getByLabel('Code', { exact: true }).fill(code());
    await noor.getByRole('button', { name: 'Confirm' }).click();
    await expect(noor.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')).toHaveCount(10);
    await noor.getByRole('button', { name: 'I have kept them' }).click();
    await expect(noor.getByText('On. 10 recovery codes are left.')).toBeVisible();

    await noor.getByRole('button', { name: 'Sign out', exact: true }).click();
    await open(noor, 'sync');
    await noor.getByLabel('E-mail').fill('noor@example.org');
    await noor.getByLabel('Password', { exact: true }).last().fill(own);
    await noor.getByRole('button', { name: 'Sign in and connect' }).click();
    await noor.getByLabel('Code', { exact: true }).fill('111111');
    await noor.getByRole('button', { name: 'Continue' }).click();
    await expect(noor.locator('.trouble')).toContainText('is not right');
    await expectNoFaultInBoth(noor, 'the code of a second factor');
    await noor.getByLabel('Code', { exact: true }).fill(code());
    await noor.getByRole('button', { name: 'Continue' }).click();
    await expect(noor.getByRole('main').getByText(/^In sync/)).toBeVisible();

    // A project of the chief, shared with Noor and taken away again.
    await open(chief, 'sessions');
    await chief.getByRole('button', { name: 'New session' }).first().click();
    await chief.getByLabel('Research question').fill('Why did the lantern works close?');
    await chief.getByRole('dialog').getByRole('button').last().click();
    await expect(chief).toHaveURL(/#\/session\//);
    await sync(chief);
    await open(chief, 'sync/sharing');
    await chief.getByRole('button', { name: 'Add', exact: true }).click();
    const member = chief.getByRole('button', { name: 'Take Noor New out of the project' });
    await expect(member).toBeVisible();
    await sync(chief);
    await sync(noor);
    await open(noor, 'sessions');
    await expect(noor.getByText('Why did the lantern works close?').first()).toBeVisible();
    await open(chief, 'sync/sharing');
    await member.click();
    await sync(chief);
    await sync(noor);
    await open(noor, 'sessions');
    await expect(noor.getByText('Why did the lantern works close?')).toHaveCount(0);

    await open(chief, 'sync/record');
    await expect(chief.getByRole('row', { name: /Invitation sent/ }).first()).toContainText(
      'noor@example.org',
    );
    await expectNoFaultInBoth(chief, 'the record');
  });
});

/** Begins a session while no server hears of it. */
async function askOffline(page: Page, question: string): Promise<void> {
  await offline(page);
  await open(page, 'sessions');
  await page.getByRole('button', { name: 'New session' }).first().click();
  await page.getByLabel('Research question').fill(question);
  await page.getByRole('dialog').getByRole('button').last().click();
  await expect(page).toHaveURL(/#\/session\//);
}

test('signing out names what is not sent; nobody else gets in; a laptop that was shut out says what is kept', async ({
  playwright,
}, info) => {
  await withLaptops(playwright, info, async ({ server, laptop, person }) => {
    const passwords = { ada: person('ada@example.org'), ben: person('ben@example.org') };
    const chief = await laptop('chief');
    await connect(chief, server.url, 'chief@example.org', person('chief@example.org', 'owner'));
    const ada = await laptop('ada');
    await connect(ada, server.url, 'ada@example.org', passwords.ada);
    await askOffline(ada, 'What is not sent yet?');
    await open(ada, 'sync/account');
    await ada.getByRole('button', { name: 'Sign out', exact: true }).click();
    const asked = ada.getByRole('alertdialog', { name: 'Not everything is sent' });
    await expect(asked).toContainText('What is not sent yet?');
    await expectNoFaultInBoth(ada, 'what is not sent');
    await asked.getByRole('button', { name: 'Keep here and sign out' }).click();

    await open(ada, 'sync');
    const signIn = async (email: string, password: string): Promise<void> => {
      await ada.getByLabel('E-mail').fill(email);
      await ada.getByLabel('Password', { exact: true }).last().fill(password);
      await ada.getByRole('button', { name: 'Sign in and connect' }).click();
    };
    await signIn('ben@example.org', passwords.ben);
    await expect(ada.locator('.trouble')).toContainText('Make or open another workspace');
    await signIn('ada@example.org', passwords.ada);
    await expect(ada.getByRole('main').getByText(/^In sync/)).toBeVisible();

    await open(chief, 'sync/people');
    await choose(chief, 'ada@example.org', 'Devices of ada@example.org');
    await chief.getByRole('dialog').getByRole('button', { name: 'Shut out' }).click();
    await expectNoFaultInBoth(chief, 'shutting a device out');
    await chief.getByRole('alertdialog').getByRole('button', { name: 'Shut out' }).click();
    await expect(chief.getByRole('button', { name: 'Let in again' })).toBeVisible();
    await open(ada, 'sync');
    await ada.getByRole('button', { name: 'Sync now' }).click();
    await expect(ada.getByRole('heading', { name: 'This laptop was shut out' })).toBeVisible();
    await expect(ada.getByText(/the copy stays on this laptop/)).toBeVisible();
    await expectNoFaultInBoth(ada, 'a laptop that was shut out');

    await chief.getByRole('button', { name: 'Let in again' }).click();
    await expect(chief.getByRole('button', { name: 'Shut out' })).toBeVisible();
    await chief.keyboard.press('Escape');
    await ada.getByRole('button', { name: 'Try again' }).click();
    await signIn('ada@example.org', passwords.ada);
    await expect(ada.getByRole('main').getByText(/^In sync/)).toBeVisible();

    await choose(chief, 'ada@example.org', 'Suspend');
    await chief.getByRole('button', { name: 'Suspend', exact: true }).click();
    await expect(chief.getByRole('listitem', { name: 'ada@example.org' })).toContainText('suspended');
    await open(ada, 'sync');
    await ada.getByRole('button', { name: 'Sync now' }).click();
    await expect(ada.getByText(/is suspended/).first()).toBeVisible();
  });
});

test('a copy is removed by its person’s word, who is told first what only this laptop has', async ({
  playwright,
}, info) => {
  await withLaptops(playwright, info, async ({ server, laptop, person }) => {
    const ada = await laptop('ada');
    await connect(ada, server.url, 'ada@example.org', person('ada@example.org'));
    await askOffline(ada, 'What is only here?');
    await open(ada, 'sync/account');
    await ada.getByRole('button', { name: 'Remove the copy' }).click();
    const asked = ada.getByRole('alertdialog', { name: 'Remove the copy from this laptop?' });
    await expect(asked).toContainText('What is only here?');
    await expectNoFaultInBoth(ada, 'removing a copy');
    await asked.getByRole('button', { name: /^Remove it and give up \d+ changes?$/ }).press('Enter');
    await expect(ada.getByText(/^The copy is removed/)).toBeVisible();
    await open(ada, 'sessions');
    await expect(ada.getByText('What is only here?')).toHaveCount(0);
    await open(ada, 'sync');
    await expect(ada.getByRole('button', { name: 'Sign in and connect' })).toBeVisible();
  });
});
