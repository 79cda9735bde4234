import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';

const screens = [
  ['overview', 'Active sessions'],
  ['sessions', 'Tidal desalination, Corran Strait'],
  ['search?q=fouling', 'passages in'],
  ['claims', 'Very strong'],
  ['workspaces', 'Open now'],
  ['library', 'Library'],
  ['library/references', 'No reference yet.'],
  ['trash', 'The trash is empty.'],
  ['activity', 'Activity'],
  ['settings', 'Appearance'],
] as const;

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme });

    test('every screen opens without a fault that axe finds, and without an error of ours', async ({
      workbench,
    }) => {
      const { page } = workbench;
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      for (const [address, words] of screens) {
        await page.goto(new URL(`/#/${address}`, page.url()).href);
        await expect(page.getByText(words).first()).toBeVisible();
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
          .analyze();
        const found = violations.map(
          (violation) => `${address}: ${violation.id} ${violation.nodes[0]?.html.slice(0, 160) ?? ''}`,
        );
        expect(found).toEqual([]);
      }
      expect(errors).toEqual([]);
    });
  });
}

test('the palette opens by its key, finds a command and carries it out', async ({ workbench }) => {
  const { page } = workbench;
  await expect(page.getByRole('heading', { name: 'Tidal desalination, Corran Strait' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Type a command/ }).fill('library');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Library' })).toBeVisible();
});

test('the palette offers the best hits in the text, and opens one at its passage', async ({ workbench }) => {
  const { page } = workbench;
  await expect(page.getByRole('heading', { name: 'Tidal desalination, Corran Strait' })).toBeVisible();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: /Type a command/ });
  await field.fill('fouling');
  const options = page.getByRole('listbox', { name: 'Command palette' }).getByRole('option');
  await expect(page.getByText('Found in the text')).toBeVisible();
  await expect(options.first()).toContainText('Search everything for “fouling”');
  await expect(options).toHaveCount(6);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/read\//);
});

test('in a narrow window the list is laid over the screen, and folds once something is chosen', async ({
  workbench,
}) => {
  const { page } = workbench;
  const heading = page.getByRole('heading', { name: 'Tidal desalination, Corran Strait' });
  await expect(heading).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'List' })).toBeVisible();
  await page.setViewportSize({ width: 1024, height: 700 });
  await expect(page.getByRole('navigation', { name: 'List' })).toHaveCount(0);
  const list = page.getByRole('dialog', { name: 'List' });
  await page.getByRole('button', { name: 'Show or fold the list' }).click();
  await expect(list).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await page.keyboard.press('[');
  await expect(list).toBeVisible();
  await page.evaluate(() => {
    window.location.hash = '/search';
  });
  await expect(list).toHaveCount(0);
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(page.getByRole('navigation', { name: 'List' })).toBeVisible();
});
