import { expect, test } from './fixtures.ts';

const canary = 'The kelp rope of bay nineteen parted at 4,711 newtons.';

test.describe('on an empty workspace', () => {
  test.use({ start: 'empty' });

  test('a dropped file is found by its words, opened at its passage, rated, trashed and brought back, across a restart', async ({
    workbench,
  }) => {
    const { page, restart } = workbench;
    await page.getByRole('button', { name: 'New session' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'New session' });
    await dialog.getByLabel('Research question').fill('What holds the rope?');
    await dialog.getByRole('button', { name: 'Create session' }).click();
    await expect(page.getByRole('heading', { name: 'What holds the rope?' })).toBeVisible();

    const text = `Sea trial log\n\nThe morning was calm.\n\n${canary}\n\nNothing else was measured.`;
    const transfer = await page.evaluateHandle((content) => {
      const data = new DataTransfer();
      data.items.add(new File([content], 'sea-trial.txt', { type: 'text/plain' }));
      return data;
    }, text);
    await page.dispatchEvent('.app', 'dragenter', { dataTransfer: transfer });
    await expect(page.getByText('Add to “What holds the rope?”')).toBeVisible();
    await page.dispatchEvent('.app', 'drop', { dataTransfer: transfer });
    const row = page.getByRole('row', { name: /Sea trial log|sea-trial/ });
    await expect(row).toBeVisible();

    await page.getByRole('link', { name: 'Search' }).click();
    await page.getByLabel('Search everything').fill('kelp rope newtons');
    const hit = page.getByRole('list', { name: 'Results' }).getByRole('listitem').first();
    await expect(hit).toContainText('kelp');
    await page.getByLabel('Search everything').press('Enter');
    await expect(page.locator('mark.flash').filter({ hasText: canary })).toBeVisible();

    await page.getByRole('link', { name: 'Sessions' }).click();
    await row.click();
    await page.getByRole('button', { name: 'Rate B2' }).click();
    await expect(page.getByRole('button', { name: 'Rate B2' })).toHaveAttribute('aria-pressed', 'true');

    await page
      .getByRole('checkbox', { name: /Select/ })
      .first()
      .focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: /Move to trash/ }).click();
    await expect(row).toHaveCount(0);
    await page.keyboard.press('Control+z');
    await expect(row).toBeVisible();

    await restart();
    await page.getByRole('link', { name: 'Sessions' }).click();
    await expect(row).toBeVisible();
    await row.click();
    await expect(page.getByRole('button', { name: 'Rate B2' })).toHaveAttribute('aria-pressed', 'true');
  });

  test('what the command line adds to a running host appears in the window', async ({ workbench }) => {
    const { page, cli } = workbench;
    cli(
      'ingest',
      new URL('../../main/sample/documents/interview-osk.txt', import.meta.url).pathname,
      '--new-session',
      'From outside',
    );
    await expect(page.getByRole('link', { name: /From outside/ })).toBeVisible();
  });
});

test.describe('on the sample', () => {
  test('a hit in a PDF opens its page with the passage marked', async ({ workbench }) => {
    const { page } = workbench;
    await page.getByRole('link', { name: 'Search' }).click();
    await page.getByLabel('Search everything').fill('"flow reversal" output');
    await expect(page.getByRole('list', { name: 'Results' })).toContainText('half-year filing');
    await page
      .getByRole('list', { name: 'Results' })
      .getByRole('button')
      .filter({ hasText: 'half-year filing' })
      .first()
      .click();
    await expect(page.getByText('Page 2 of 4')).toBeVisible();
    await expect(page.locator('.flash-box').first()).toBeVisible();
  });

  test('two windows show the same work', async ({ workbench }) => {
    const { page } = workbench;
    const other = await page.context().newPage();
    await other.goto(new URL('/', page.url()).href);
    const title = 'Where tidal desalination stands, spring 2026';
    for (const each of [page, other]) await each.getByRole('row', { name: new RegExp(title) }).click();
    await page.getByRole('textbox', { name: 'Add a tag' }).fill('seen twice');
    await page.getByRole('textbox', { name: 'Add a tag' }).press('Enter');
    await expect(other.locator('.grid-row').filter({ hasText: 'seen twice' })).toBeVisible();
  });
});

test.describe('with nothing yet', () => {
  test.use({ start: 'none' });

  test('the first run offers the sample, and opens it', async ({ workbench }) => {
    const { page } = workbench;
    await page.getByRole('button', { name: 'Open the sample workspace' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await expect(page.getByRole('heading', { name: 'Tidal desalination, Corran Strait' })).toBeVisible();
    await expect(page.getByRole('row', { name: /half-year filing/ })).toBeVisible();
  });
});
