import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';

const screens = [
  ['sessions', 'Tidal desalination, Corran Strait'],
  ['search?q=fouling', 'passages in'],
  ['claims', 'Very strong'],
  ['workspaces', 'Open now'],
  ['library', 'Library'],
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
