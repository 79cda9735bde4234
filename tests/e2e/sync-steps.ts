import { expect, type Page } from '@playwright/test';

/** Goes to a place by its address. */
export async function open(page: Page, address: string): Promise<void> {
  await page.evaluate((to) => {
    window.location.hash = `/${to}`;
  }, address);
}

/** Signs in, and stops where the person chooses what to take along. */
export async function signIn(page: Page, url: string, email: string, password: string): Promise<void> {
  await open(page, 'sync');
  await page.getByLabel('Address of the server').fill(url);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).last().fill(password);
  await page.getByRole('button', { name: 'Sign in and connect' }).click();
  await expect(page.getByRole('button', { name: 'Next: what would leave' })).toBeVisible();
}

/** Signs in, and begins the first sync with everything. */
export async function connect(page: Page, url: string, email: string, password: string): Promise<void> {
  await signIn(page, url, email, password);
  await page.getByRole('button', { name: 'Next: what would leave' }).click();
  await page.getByRole('button', { name: 'Begin the first sync' }).click();
  await expect(page.getByRole('main').getByText(/^In sync/)).toBeVisible();
}

/** Goes offline, and waits until it is so: what is written before is sent still. */
export async function offline(page: Page): Promise<void> {
  await open(page, 'sync');
  await page.getByRole('button', { name: 'Work offline' }).click();
  await expect(page.getByRole('main').getByText(/^Working offline/)).toBeVisible();
}

/** Syncs by the button, and waits for its end. */
export async function sync(page: Page): Promise<void> {
  await open(page, 'sync');
  const now = page.getByRole('button', { name: 'Sync now' });
  await now.click();
  // It can be pressed again once this sync has ended: the words may still be those of the one before.
  await expect(now).toBeEnabled();
  await expect(page.getByRole('main').getByText(/^In sync/)).toBeVisible();
}
