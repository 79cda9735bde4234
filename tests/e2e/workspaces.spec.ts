import { expect, test } from './fixtures.ts';

test('a workspace is made, named anew, left for another, and put into the trash and back', async ({
  workbench,
}) => {
  const { page } = workbench;
  await page.getByRole('link', { name: 'Workspaces' }).click();
  await page.getByRole('button', { name: 'New workspace' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Second');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(page).toHaveURL(/#\/sessions$/);
  await page.goto(new URL('/#/workspaces', page.url()).href);
  const list = page.getByRole('list', { name: 'Workspaces' });
  const second = list.getByRole('listitem').filter({ hasText: 'Second' });
  await expect(second).toContainText('Open now');
  await second.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Renamed');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  const renamed = list.getByRole('listitem').filter({ hasText: 'Renamed' });
  await expect(renamed).toBeVisible();
  const first = list.getByRole('listitem').filter({ hasText: 'Switch to it' }).first();
  await first.getByRole('button', { name: 'Switch to it' }).click();
  await expect(page).not.toHaveURL(/#\/workspaces$/);
  await page.goto(new URL('/#/workspaces', page.url()).href);
  await expect(renamed.getByRole('button', { name: 'Switch to it' })).toBeVisible();
  await renamed.getByRole('button', { name: 'Move to trash' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Move to trash' }).click();
  await expect(renamed).toHaveCount(0);
  await page.getByRole('button', { name: 'Bring it back' }).click();
  await expect(renamed).toBeVisible();
});

test('where another workspace is opened, every window leaves the places of the one before it', async ({
  workbench,
}) => {
  const { page, cli } = workbench;
  const { rows } = cli('list', 'research_sessions') as { rows: { id: string }[] };
  const place = new URL(`/#/session/${rows[0]?.id ?? ''}|claims`, page.url()).href;
  await page.goto(place);
  await expect(page.getByRole('grid').first()).toBeVisible();
  const second = await page.context().newPage();
  await second.goto(place);
  await expect(second.getByRole('grid').first()).toBeVisible();

  await second.goto(new URL('/#/workspaces', page.url()).href);
  await second.getByRole('button', { name: 'New workspace' }).click();
  const dialog = second.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Other');
  await dialog.getByRole('button', { name: 'Create' }).click();
  for (const window of [page, second]) {
    await expect(window).toHaveURL(/#\/sessions$/);
    await expect(window.getByRole('link', { name: 'Workspace: Other' })).toBeVisible();
    await expect(window.getByText('This session is not on this laptop')).toHaveCount(0);
  }
});
