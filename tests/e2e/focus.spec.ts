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
