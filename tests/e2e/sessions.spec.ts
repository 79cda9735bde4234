import { expect, test } from './fixtures.ts';

test('a session is made, changed, completed and taken away by its menu and by keys', async ({
  workbench,
}) => {
  const { page } = workbench;
  const list = page.getByRole('navigation', { name: 'List' });
  const active = list.getByRole('region', { name: 'Active' });
  await expect(active.getByRole('link', { name: /Tidal desalination/ })).toHaveAttribute(
    'aria-current',
    'true',
  );
  await page.keyboard.press('n');
  const making = page.getByRole('dialog', { name: 'New session' });
  await making.getByLabel('Research question').fill('Which ferry sails in winter?');
  await making.getByRole('button', { name: 'Create session' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Which ferry sails in winter?');

  const ferries = list.getByRole('link', { name: /ferr/i });
  await ferries.focus();
  await page.keyboard.press('F2');
  const changing = page.getByRole('dialog', { name: 'Change the session' });
  await changing.getByLabel('Title').fill('Ferries');
  await changing.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ferries');

  await ferries.focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Complete' }).click();
  await expect(
    list.getByRole('region', { name: 'Done' }).getByRole('link', { name: /Ferries/ }),
  ).toBeVisible();
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByText(/1 completed, 0\.0 h each/)).toBeVisible();
  await expect(page.getByRole('row', { name: /Ferries/ })).toHaveCount(0);

  await page.getByRole('link', { name: 'Sessions' }).click();
  await list.getByRole('link', { name: /Ferries/ }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Move to a project' }).click();
  const moving = page.getByRole('dialog', { name: /Move “Ferries”/ });
  await moving.getByLabel('Name of the project').fill('Winter traffic');
  await moving.getByRole('button', { name: 'Move', exact: true }).click();
  await expect(moving).toHaveCount(0);
  const { scopes } = workbench.cli('sync', 'scopes') as {
    scopes: { id: string; name: string | null; projectId: string | null }[];
  };
  const traffic = scopes.find(({ name }) => name === 'Winter traffic');
  expect(traffic).toBeDefined();
  expect(scopes.find(({ name }) => name === 'Ferries')?.projectId).toBe(traffic?.id);

  await list.getByRole('link', { name: /Ferries/ }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Take up again' }).click();
  await expect(active.getByRole('link', { name: /Ferries/ })).toBeVisible();
  await ferries.focus();
  await page.keyboard.press('Delete');
  await expect(ferries).toHaveCount(0);
  await page.getByRole('button', { name: /Undo/ }).click();
  await expect(active.getByRole('link', { name: /Ferries/ })).toBeVisible();
});

test('1 and 2 go between the evidence and the claims of the session that is open, and back', async ({
  workbench,
}) => {
  const { page } = workbench;
  await expect(page.getByRole('grid', { name: 'Evidence' })).toBeVisible();
  const parts = page.getByRole('navigation', { name: 'Parts of the session' });
  const current = parts.locator('[aria-current]');
  await expect(current).toHaveText(/^Evidence\d+$/);
  const session = new URL(page.url()).hash.replace('#/session/', '');
  await page.keyboard.press('2');
  await expect(page).toHaveURL(new RegExp(`#/claims/${session}$`));
  await expect(current).toHaveText(/^Claims\d+$/);
  await page.getByLabel('New claim').press('1');
  await expect(page.getByLabel('New claim')).toHaveValue('1');
  await parts.getByRole('link', { name: /^Evidence/ }).click();
  await expect(page).toHaveURL(new RegExp(`#/session/${session}$`));
});

test('the sessions lead to the first of them, and the way back leads past them', async ({ workbench }) => {
  const { page } = workbench;
  await page.getByRole('link', { name: 'Trash' }).click();
  await expect(page.getByText('The trash is empty.')).toBeVisible();
  await page.getByRole('link', { name: 'Sessions' }).click();
  await expect(page).toHaveURL(/#\/session\//);
  await page.goBack();
  await expect(page.getByText('The trash is empty.')).toBeVisible();
  await expect(page).toHaveURL(/#\/trash$/);
});

test('the sessions lead to the first of them, though they are pressed again while they do', async ({
  workbench,
}) => {
  const { page } = workbench;
  await page.getByRole('link', { name: 'Trash' }).click();
  await expect(page.getByText('The trash is empty.')).toBeVisible();
  // The second press comes when the address is the session's already and the window does not know it yet.
  await page.evaluate(() => {
    const pressAgain = (): void => {
      if (!window.location.hash.startsWith('#/session/')) return;
      window.removeEventListener('hashchange', pressAgain, true);
      window.location.hash = '/sessions';
    };
    window.addEventListener('hashchange', pressAgain, true);
  });
  await page.getByRole('link', { name: 'Sessions' }).click();
  await expect(page.getByRole('grid', { name: 'Evidence' })).toBeVisible();
});
