import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { launchElectron, makeHome } from '../../helpers/electron-app.ts';
import { makeSample } from '../../helpers/shells.ts';

test('an export goes to the file that the dialog of the system names, and nowhere where it is dismissed', async () => {
  const home = makeHome();
  try {
    const workspace = path.join(home.folder, 'workspace');
    makeSample(workspace);
    const app = await launchElectron({ home: home.folder, args: ['--workspace', workspace] });
    const page = await app.firstWindow();
    const file = path.join(home.folder, 'brief.md');
    /** The dialogs of the system cannot be pressed by a test: what they answer stands in for them. */
    const answerWith = (filePath: string) =>
      app.evaluate(({ dialog }, answer) => {
        dialog.showSaveDialog = (_window: unknown, options?: { defaultPath?: string }) => {
          Object.assign(globalThis, { offered: options?.defaultPath });
          return Promise.resolve({ canceled: answer === '', filePath: answer });
        };
      }, filePath);
    const exportSession = async (): Promise<void> => {
      const dialog = page.getByRole('dialog');
      if ((await dialog.count()) === 0) await page.getByRole('button', { name: 'Export…' }).click();
      await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    };
    await answerWith('');
    await exportSession();
    await expect
      .poll(() => app.evaluate(() => Reflect.get(globalThis, 'offered') as unknown))
      .toMatch(/\.md$/);
    await expect(page.getByRole('dialog')).toBeVisible();
    await answerWith(file);
    await exportSession();
    await expect(page.getByText(`Exported ${file}.`)).toBeVisible();
    expect(readFileSync(file, 'utf8')).toContain('# ');
    await app.close();
  } finally {
    home.remove();
  }
});
