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
  const lost: string[] = [];
  for (const [place, name] of openers) {
    await page.goto(`${origin}/#/${place}`);
    const opener = page.getByRole('button', { name }).first();
    await opener.focus();
    await opener.press('Enter');
    const dialog = page.locator('[role=dialog]:not(.list-pane), [role=alertdialog]').first();
    await expect(dialog, `${place}: ${String(name)}`).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    const isBack = await opener.evaluate(
      (button) =>
        // The focus goes back in the frame after the one that takes the dialog away.
        new Promise<boolean>((resolve) => {
          requestAnimationFrame(() =>
            requestAnimationFrame(() => resolve(document.activeElement === button)),
          );
        }),
    );
    if (!isBack) lost.push(`${place}: ${String(name)}`);
  }
  expect(lost).toEqual([]);
});
