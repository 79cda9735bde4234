import { expect, type Page, test } from '@playwright/test';
import { invitationLink } from '../../preload/contract/invitation-link.ts';
import { freePort } from '../helpers/free-port.ts';
import { startIssuer } from '../helpers/issuer.ts';
import { startSyncServer } from '../helpers/sync-server.ts';
import { expectNoFault } from './axe.ts';
import { withLaptops } from './sync-laptops.ts';
import { open } from './sync-steps.ts';

const secret = 'a secret of the issuer and this server';

/** A server whose people sign in at an identity provider, which knows these accounts. */
async function startWithIssuer() {
  const publicUrl = `http://127.0.0.1:${await freePort()}`;
  const client = {
    clientId: 'workbench',
    clientSecret: secret,
    callback: `${publicUrl}/v1/auth/oidc/callback`,
  };
  const issuer = await startIssuer(client, {
    ada: { email: 'ada@example.org', email_verified: true },
    stranger: { email: 'stranger@example.org', email_verified: true },
  });
  const server = await startSyncServer({
    port: Number(new URL(publicUrl).port),
    flags: ['--oidc-issuer', issuer.url, '--public-url', publicUrl],
    env: { WORKBENCH_OIDC_CLIENT_ID: client.clientId, WORKBENCH_OIDC_CLIENT_SECRET: secret },
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    await issuer.close();
  };
  return { ...server, stop };
}

/** Presses what opens the identity provider's page; answers with that page. */
async function opened(page: Page, press: () => Promise<void>): Promise<Page> {
  const [provider] = await Promise.all([page.context().waitForEvent('page'), press()]);
  return provider;
}

/** Says who one is, on the identity provider's own pages. */
async function signInAs(provider: Page, account: string): Promise<void> {
  await provider.locator('input[name=login]').fill(account);
  await provider.locator('input[name=password]').fill('any');
  await provider.locator('button[type=submit]').click();
  await provider.getByRole('button', { name: 'Continue' }).click();
}

test('the server’s own pages: an invitation, a sign-in by clicking at the organisation, and a stranger who is told so', async ({
  playwright,
}, info) => {
  await withLaptops(
    playwright,
    info,
    async ({ server, laptop, person }) => {
      person('ada@example.org');
      const ada = await laptop('ada');
      const invited = await ada.context().newPage();
      await invited.goto(invitationLink({ url: server.url, token: 'a'.repeat(40) }));
      await expect(invited.getByText(/choose Sync and then Invitation/)).toBeVisible();
      await expectNoFault(invited, 'the link of an invitation');
      await invited.close();

      await open(ada, 'sync');
      await ada.getByRole('radio', { name: 'Organisation' }).click();
      await ada.getByLabel('Address of the server').fill(server.url);
      await expectNoFault(ada, 'signing in at an organisation');
      const press = () => ada.getByRole('button', { name: 'Open the sign-in page' }).click();

      const refused = await opened(ada, press);
      await signInAs(refused, 'stranger');
      await expect(refused.getByRole('heading', { name: 'You are not signed in' })).toBeVisible();
      await expect(refused.getByText(/Ask an administrator to add you/)).toBeVisible();
      await expectNoFault(refused, 'a sign-in that was refused');
      await refused.context().clearCookies({ domain: '127.0.0.1', name: /_session/ });
      await refused.close();

      await expect(ada.getByRole('status').filter({ hasText: 'The sign-in page is open' })).toBeVisible();
      await expectNoFault(ada, 'waiting for the browser');
      await ada.getByRole('button', { name: 'Cancel' }).click();
      await expect(ada.getByRole('button', { name: 'Open the sign-in page' })).toBeEnabled();
      await expect(ada.locator('.trouble')).toHaveCount(0);

      const provider = await opened(ada, press);
      await signInAs(provider, 'ada');
      await expect(provider.getByText(/go back to the Workbench/)).toBeVisible();
      await ada.getByRole('button', { name: 'Next: what would leave' }).click();
      await ada.getByRole('button', { name: 'Begin the first sync' }).click();
      await expect(ada.getByRole('main').getByText(/^In sync/)).toBeVisible();
      await open(ada, 'sync/account');
      await expect(ada.getByText('ada@example.org').first()).toBeVisible();
    },
    startWithIssuer,
  );
});
