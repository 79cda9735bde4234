import { expect, type Locator } from '@playwright/test';

/** Puts the cursor of a table on a row by a press. Rows may change places under the pointer, where a score has just become known. */
export async function pickRow(row: Locator): Promise<void> {
  await expect(async () => {
    await row.click();
    await expect(row).toHaveClass(/cursor/, { timeout: 500 });
  }).toPass();
}
