import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectNoFault } from './axe.ts';
import { expect, test } from './fixtures.ts';

const filing = /half-year filing/;

test('keys of a text field are the field’s own: undo and Delete there touch no evidence', async ({
  workbench,
}) => {
  const { page } = workbench;
  await page.getByRole('row', { name: filing }).click();
  await page.getByRole('textbox', { name: 'Add a tag' }).fill('kept');
  await page.getByRole('textbox', { name: 'Add a tag' }).press('Enter');
  await expect(page.locator('.grid-row').filter({ hasText: 'kept' })).toBeVisible();
  const filter = page.getByLabel('Filter evidence');
  await filter.fill('filing');
  await expect(page.getByRole('grid', { name: 'Evidence' }).getByRole('row')).toHaveCount(2);
  await filter.press('Home');
  await filter.press('Delete');
  await filter.press('Control+z');
  await filter.fill('');
  await expect(page.getByRole('row', { name: filing })).toBeVisible();
  await expect(page.locator('.grid-row').filter({ hasText: 'kept' })).toBeVisible();
  await expect(page.getByText('Moved 1 item')).toHaveCount(0);
});

test('a heading that has the focus sorts by Enter, and no row opens', async ({ workbench }) => {
  const { page } = workbench;
  await page.getByRole('row', { name: filing }).click();
  const title = page.getByRole('columnheader', { name: 'Title' });
  await title.getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect(title).toHaveAttribute('aria-sort', 'descending');
  await page.keyboard.press('Enter');
  await expect(title).toHaveAttribute('aria-sort', 'ascending');
  await expect(page.getByRole('grid', { name: 'Evidence' })).toBeVisible();
});

test('a range is chosen with Shift, tagged in one step, and that step undone', async ({ workbench }) => {
  const { page } = workbench;
  const grid = page.getByRole('grid', { name: 'Evidence' });
  await expect(grid.getByRole('row').nth(3)).toBeVisible();
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('3 selected')).toBeVisible();
  await page.getByRole('button', { name: /^Tag/ }).click();
  const field = page.getByRole('dialog').getByRole('textbox', { name: 'Add a tag' });
  await field.fill('together');
  await field.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await expect(page.locator('.grid-row').filter({ hasText: 'together' })).toHaveCount(3);
  await grid.focus();
  await page.keyboard.press('Control+z');
  await expect(page.locator('.grid-row').filter({ hasText: 'together' })).toHaveCount(0);
});

test('a range begins at the row it was begun at, where rows come before it meanwhile', async ({
  workbench,
}) => {
  const { page, folder, cli } = workbench;
  const title = page.getByRole('columnheader', { name: 'Title' });
  await title.getByRole('button').click();
  await title.getByRole('button').click();
  await expect(title).toHaveAttribute('aria-sort', 'ascending');
  const grid = page.getByRole('grid', { name: 'Evidence' });
  const first = grid.getByRole('row').nth(1);
  await expect(first).toBeVisible();
  await grid.focus();
  await page.keyboard.press('Home');
  const note = join(folder, '000 a note.txt');
  writeFileSync(note, 'Words of a note that stands before all others by its title.');
  const [session] = /[0-9a-f-]{36}/.exec(page.url()) ?? [];
  cli('ingest', note, '--session', session ?? '', '--wait');
  await expect(first).toContainText('000 a note');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('2 selected')).toBeVisible();
  await expect(first.getByRole('checkbox')).not.toBeChecked();
  await page.keyboard.press('Shift+Home');
  await expect(first.getByRole('checkbox')).toBeChecked();
  await expect(page.getByText('2 selected')).toBeVisible();
});

test('a value is hidden from others, and shown to them again', async ({ workbench }) => {
  const { page } = workbench;
  await page.getByRole('row', { name: filing }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Hide from others' }).click();
  const dialog = page.getByRole('dialog', { name: /What others see of/ });
  const title = dialog.getByRole('listitem').filter({ hasText: /^Title/ });
  await expect(title.getByText('Hidden from others')).toHaveCount(0);
  await title.getByRole('button', { name: 'Hide Title from others' }).press('Enter');
  await expect(title.getByText('Hidden from others')).toBeVisible();
  await expectNoFault(page, 'hiding a value');
  await title.getByRole('button', { name: 'Show Title to others' }).press('Enter');
  await expect(title.getByText('Hidden from others')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('the menu of a row has its verbs by pointer and by key', async ({ workbench }) => {
  const { page } = workbench;
  const row = page.getByRole('row', { name: filing });
  await row.click({ button: 'right' });
  const menu = page.getByRole('menu');
  await expect(menu.getByRole('menuitem')).toHaveText([
    /Open/,
    /Copy title/,
    /Open beside/,
    /Copy link/,
    /Show history/,
    /Hide from others/,
    /Rate/,
    /Tag/,
    /Sharing level/,
    /Link to a claim/,
    /Cite/,
    /Retract/,
    /Move to trash/,
  ]);
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await page.keyboard.press('Shift+F10');
  await menu.getByRole('menuitem', { name: 'Rate' }).click();
  await page.getByRole('dialog', { name: 'Rate 1 item' }).getByRole('button', { name: 'Rate C3' }).click();
  // Claims rest on it: they are shown before it is rated down.
  await page
    .getByRole('dialog', { name: 'claims rest on this' })
    .getByRole('button', { name: 'Rate C3' })
    .click();
  await expect(row).toContainText('C3');
});

test('columns are chosen, and the choice stays', async ({ workbench }) => {
  const { page } = workbench;
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Words' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('columnheader', { name: 'Words' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('columnheader', { name: 'Words' })).toBeVisible();
});

test('evidence entered by hand stands in the table and is found by its words', async ({ workbench }) => {
  const { page } = workbench;
  await page.getByRole('button', { name: 'Enter by hand' }).click();
  const dialog = page.getByRole('dialog', { name: 'Evidence entered by hand' });
  await dialog.getByLabel('Title').fill('Telephone note of the harbour master');
  await dialog.getByLabel('Date of publication').fill('2026-02');
  await dialog.getByLabel('Text').fill('The marmoset buoy was lifted twice in one winter.');
  await dialog.getByRole('button', { name: 'Add evidence' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByRole('row', { name: /Telephone note/ })).toContainText('2026-02');
  await page.getByRole('link', { name: 'Search' }).click();
  await page.getByLabel('Search everything').fill('marmoset buoy');
  await expect(page.getByRole('list', { name: 'Results' })).toContainText('Telephone note');
});

test('keys pressed in the menu of a row do nothing to the table', async ({ workbench }) => {
  const { page } = workbench;
  await page.getByRole('row', { name: filing }).click({ button: 'right' });
  await expect(page.getByRole('menuitem', { name: 'Rate' })).toBeVisible();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByLabel('Filter evidence')).toBeVisible();
});

test('the same words entered twice leave the first evidence as it is', async ({ workbench }) => {
  const { page } = workbench;
  const dialog = page.getByRole('dialog', { name: 'Evidence entered by hand' });
  const enter = async (title: string): Promise<void> => {
    await page.getByRole('button', { name: 'Enter by hand' }).click();
    await dialog.getByLabel('Title').fill(title);
    await dialog.getByLabel('Text').fill('The marmoset buoy was lifted twice in one winter.');
    await dialog.getByRole('button', { name: 'Add evidence' }).click();
  };
  await enter('Note of the harbour master');
  await expect(dialog).toHaveCount(0);
  await enter('Note of somebody else');
  await expect(dialog).toContainText('has exactly these words already');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('row', { name: /Note of the harbour master/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /Note of somebody else/ })).toHaveCount(0);
});

test('letters jump to a row only after a semicolon; without it they are keys of the application', async ({
  workbench,
}) => {
  const { page } = workbench;
  const grid = page.getByRole('grid', { name: 'Evidence' });
  const cursor = page.locator('.grid-row.cursor');
  await expect(grid.getByRole('row').nth(3)).toBeVisible();
  await grid.focus();
  await page.keyboard.press('Home');
  const first = await cursor.textContent();
  await page.keyboard.press('m');
  await expect(cursor).toHaveText(first ?? '');
  await page.keyboard.type(';inter');
  await expect(page.getByText('Jump to “inter”')).toBeVisible();
  await expect(cursor).toContainText('interview-osk');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('rva');
  await expect(cursor).toContainText('intervals');
  await page.keyboard.press('Escape');
  await expect(page.getByText('Jump to')).toHaveCount(0);
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect(page.getByRole('heading', { name: 'Trash' })).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('R rates by a letter and a digit, T tags, and / goes to the filter and lets the selection go', async ({
  workbench,
}) => {
  const { page } = workbench;
  const grid = page.getByRole('grid', { name: 'Evidence' });
  await page.getByRole('row', { name: filing }).click();
  await grid.focus();
  await page.keyboard.press('r');
  await expect(page.getByRole('dialog', { name: 'Rate 1 item' })).toBeVisible();
  await page.keyboard.press('d');
  await expect(page.getByText('D, and the credibility: 1 to 6.')).toBeVisible();
  await page.keyboard.press('4');
  await page
    .getByRole('dialog', { name: 'claims rest on this' })
    .getByRole('button', { name: 'Rate D4' })
    .click();
  await expect(page.getByRole('row', { name: filing })).toContainText('D4');
  await grid.focus();
  await page.keyboard.press('t');
  await expect(page.getByRole('dialog', { name: 'Tag 1 item' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await grid.focus();
  await page.keyboard.press('x');
  await expect(page.getByText('1 selected')).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByLabel('Filter evidence')).toBeFocused();
  await page.keyboard.type('filing');
  await expect(page.getByText('selected')).toHaveCount(0);
  await expect(grid.getByRole('row')).toHaveCount(2);
});

test('S asks for the sharing level of what is meant, which the status bar and undo know', async ({
  workbench,
}) => {
  const { page, cli } = workbench;
  const levels = () =>
    (cli('list', 'evidence') as { rows: { sharing_level: string | null }[] }).rows.filter(
      ({ sharing_level }) => sharing_level === 'restricted',
    ).length;
  const grid = page.getByRole('grid', { name: 'Evidence' });
  await expect(grid.getByRole('row').nth(2)).toBeVisible();
  await grid.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('2 selected')).toBeVisible();
  await page.keyboard.press('s');
  const dialog = page.getByRole('dialog', { name: 'Sharing level of 2 items' });
  await expectNoFault(page, 'a sharing level is asked for');
  await dialog.getByRole('button', { name: 'Restricted' }).click();
  await expect(page.getByText('2 items are shared as “Restricted”.')).toBeVisible();
  await expect.poll(levels).toBe(2);
  await expect(grid).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect.poll(levels).toBe(0);
});
