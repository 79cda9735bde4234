import { expect, test } from './fixtures.ts';

test('the trash is a table: several things are restored at once, and one is purged after a question', async ({
  workbench,
}) => {
  const { page } = workbench;
  const evidence = page.getByRole('grid', { name: 'Evidence' });
  await expect(evidence.getByRole('row').nth(3)).toBeVisible();
  await evidence.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Delete');
  await page.getByRole('dialog').getByRole('button', { name: /trash/i }).click();
  await expect(evidence.getByRole('row')).toHaveCount(9);

  await page.getByRole('link', { name: 'Trash' }).click();
  const trash = page.getByRole('grid', { name: 'Trash' });
  await expect(trash.getByRole('row')).toHaveCount(4);
  await trash.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowDown');
  await page.getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByText('Restored 2 items.')).toBeVisible();
  await expect(trash.getByRole('row')).toHaveCount(2);

  await trash.focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Purge' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Purge 1 item' }).click();
  await expect(page.getByText('The trash is empty.')).toBeVisible();
});
