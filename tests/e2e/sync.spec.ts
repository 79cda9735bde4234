import { expect, type Page, test } from '@playwright/test';
import { drop } from './drop.ts';
import { withLaptops } from './sync-laptops.ts';
import { connect, offline, open, sync } from './sync-steps.ts';

const words = 'The lantern works of Quillmere closed after the flood of the lower harbour.';

async function openClaims(page: Page): Promise<void> {
  await open(page, 'claims');
}

test('two laptops of one person: what one adds the other has; what both wrote is decided by a person', async ({
  playwright,
}, info) => {
  await withLaptops(playwright, info, async ({ server, laptop, person }) => {
    const password = person('ada@example.org');
    const first = await laptop('first');
    await first.getByRole('button', { name: 'New session' }).first().click();
    await first.getByLabel('Research question').fill('Why did the lantern works close?');
    await first.getByRole('dialog').getByRole('button').last().click();
    await expect(first).toHaveURL(/#\/session\//);
    await drop(first, 'harbour-notes.md', `# Harbour notes\n\nMostly tides.\n\n${words}\n`);
    await expect(first.getByRole('gridcell', { name: 'Harbour notes', exact: true })).toBeVisible();
    await openClaims(first);
    await first.getByLabel('New claim').fill('The flood closed the works');
    await first.getByLabel('New claim').press('Enter');
    await expect(first.getByRole('button', { name: /The flood closed the works/ })).toBeVisible();
    await connect(first, server.url, 'ada@example.org', password);

    const second = await laptop('second');
    await connect(second, server.url, 'ada@example.org', password);
    await openClaims(second);
    await expect(second.getByRole('button', { name: /The flood closed the works/ })).toBeVisible();
    await open(second, 'search');
    await second.getByRole('searchbox').fill('lantern works');
    await second
      .getByRole('button', { name: /Harbour notes/ })
      .first()
      .click();
    await expect(second.locator('mark.flash', { hasText: 'lantern works' }).first()).toBeVisible();

    // Both are offline and write the same field.
    for (const [page, text] of [
      [first, 'The flood of 1911 closed the works'],
      [second, 'A fire closed the works'],
    ] as const) {
      await offline(page);
      await openClaims(page);
      await page.getByRole('textbox', { name: 'Claim', exact: true }).fill(text);
      await page.getByRole('textbox', { name: 'Claim', exact: true }).blur();
      await expect(page.getByRole('button', { name: new RegExp(text) })).toBeVisible();
      await expect(page.getByText(/1 change waits/)).toBeVisible();
    }
    for (const page of [first, second]) {
      await open(page, 'sync');
      await page.getByRole('button', { name: 'Go online' }).click();
      await expect(page.getByRole('main').getByText(/^In sync/)).toBeVisible();
      await expect(page.getByText(/changes? waits?/)).toHaveCount(0);
    }
    await sync(first);
    await open(first, 'inbox');
    const field = first.getByRole('row', { name: /Claim text/ });
    await expect(field).toContainText('The flood of 1911 closed the works');
    await expect(field).toContainText('A fire closed the works');
    await field.getByRole('radio', { name: /Take the other/ }).check();
    await first.getByRole('button', { name: 'Finish' }).click();
    await expect(first.getByText('Nothing waits for you.').first()).toBeVisible();
    await sync(first);
    await sync(second);
    await open(second, 'inbox');
    await expect(second.getByText('Nothing waits for you.').first()).toBeVisible();
    await openClaims(first);
    await openClaims(second);
    const text = (page: Page) => page.getByRole('textbox', { name: 'Claim', exact: true });
    await expect(async () => {
      expect(await text(second).inputValue()).toBe(await text(first).inputValue());
    }).toPass();
  });
});
