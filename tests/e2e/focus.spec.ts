import { expect, test } from './fixtures.ts';

/** Places with the button that opens a dialog there. */
const openers = [
  ['sessions', /^New session/],
  ['sessions', 'Export…'],
  ['sessions', 'Enter by hand'],
  ['sessions', /^Shortcuts/],
  ['sessions', /^Search or run a command/],
  ['workspaces', 'New workspace'],
  ['workspaces', 'Rename'],
  ['workspaces', 'Move to trash'],
  ['settings/backups', 'Restore from a file…'],
] as const;

test('whatever opens a dialog by its key has the focus again when the dialog is closed', async ({
  workbench,
}) => {
  const { page } = workbench;
  const origin = new URL(page.url()).origin;
  for (const [place, name] of openers) {
    await page.goto(`${origin}/#/${place}`);
    // Sessions lead on to the newest one: what was focused before that would go with its screen.
    if (place === 'sessions') await expect(page.getByRole('grid').first()).toBeVisible();
    const opener = page.getByRole('button', { name }).first();
    await opener.focus();
    await opener.press('Enter');
    const dialog = page.locator('[role=dialog]:not(.list-pane), [role=alertdialog]').first();
    await expect(dialog, `${place}: ${String(name)}`).toBeVisible();
    // Keys are the dialog's from when it has the focus.
    await expect(dialog.locator(':focus').or(page.locator('[role$=dialog]:focus')).first()).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(opener, `${place}: ${String(name)}`).toBeFocused();
  }
});

test('what is closed by a key gives the focus back in the same step: no key that follows is lost', async ({
  workbench,
}) => {
  const { page } = workbench;
  // The names of what has the focus as soon as nothing is open any more, before a frame is drawn.
  const focused = await page.evaluateHandle(() => {
    const names: string[] = [];
    let isOpen = false;
    new MutationObserver(() => {
      const wasOpen = isOpen;
      isOpen = document.querySelector('[role=menu], [role=dialog]') !== null;
      if (wasOpen && !isOpen) names.push(document.activeElement?.getAttribute('aria-label') ?? 'nothing');
    }).observe(document.body, { childList: true, subtree: true });
    return names;
  });
  const menu = page.getByRole('menu');
  const dialog = page.getByRole('dialog');
  await page.getByRole('row', { name: /half-year filing/ }).click({ button: 'right' });
  await expect(menu.locator(':focus')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Shift+F10');
  await menu.getByRole('menuitem', { name: 'Rate' }).press('Enter');
  await expect(dialog.locator(':focus').or(dialog.and(page.locator(':focus')))).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: /Type a command/ })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  expect(await focused.jsonValue()).toEqual(['Evidence', 'Evidence', 'Evidence']);
});
