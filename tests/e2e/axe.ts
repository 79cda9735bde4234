import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Fails where axe finds a fault of WCAG 2.2 AA or below in what the page shows, and finds it again: what is on its way is judged when it is there. */
export async function expectNoFault(page: Page, where: string): Promise<void> {
  await expect.poll(() => faultsOf(page, where)).toEqual([]);
}

async function faultsOf(page: Page, where: string): Promise<string[]> {
  await transitionsEnd(page);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.map(
    (violation) => `${where}: ${violation.id} ${violation.nodes[0]?.html.slice(0, 160) ?? ''}`,
  );
}

/**
 * Waits until no transition runs: between two themes a control passes through backgrounds on which its text,
 * already in the new colour, has too little contrast.
 */
async function transitionsEnd(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document.getAnimations().every((animation) => !(animation instanceof CSSTransition)),
  );
}
