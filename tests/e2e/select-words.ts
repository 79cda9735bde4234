import { expect, type Page } from '@playwright/test';

/** Selects words of the open document as a person's pointer would, and lets go. */
export async function selectWords(page: Page, words: string): Promise<void> {
  await page.evaluate((wanted) => {
    const root = document.querySelector('.reader-text');
    if (root === null) throw new Error('no document is open');
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const at = node.textContent?.indexOf(wanted) ?? -1;
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      window.getSelection()?.removeAllRanges();
      window.getSelection()?.addRange(range);
      document.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
      return;
    }
    throw new Error(`“${wanted}” is not on the page`);
  }, words);
  await expect(page.getByRole('toolbar', { name: 'The selected passage' })).toBeVisible();
}
