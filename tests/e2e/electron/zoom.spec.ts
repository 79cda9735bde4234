import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { makeHome } from '../../helpers/electron-app.ts';
import { makeWorkspace, openElectron } from '../../helpers/shells.ts';

function ratio(page: Page): Promise<number> {
  return page.evaluate(() => window.devicePixelRatio);
}

test('the page is shown larger and smaller by keys, and its size is kept for the next start', async () => {
  const home = makeHome();
  try {
    const workspace = path.join(home.folder, 'workspace');
    makeWorkspace(workspace);
    const { page, quit } = await openElectron({ home: home.folder, workspace });
    await expect(page.locator('.app')).toBeVisible();
    const plain = await ratio(page);
    await page.keyboard.press('Control+Equal');
    await expect.poll(() => ratio(page)).toBeCloseTo(plain * 1.1, 2);
    await page.keyboard.press('Control+Digit0');
    await expect.poll(() => ratio(page)).toBeCloseTo(plain, 2);
    await page.keyboard.press('Control+Minus');
    await expect.poll(() => ratio(page)).toBeCloseTo(plain * 0.9, 2);
    await quit();
    const kept: unknown = JSON.parse(
      readFileSync(path.join(home.folder, 'user-data', 'window.json'), 'utf8'),
    );
    expect(kept).toMatchObject({ zoom: 90 });
  } finally {
    home.remove();
  }
});
