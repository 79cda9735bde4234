import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Fails where axe finds a fault of WCAG 2.2 AA or below in what the page shows. */
export async function expectNoFault(page: Page, where: string): Promise<void> {
  await transitionsEnd(page);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const found = violations.map(
    (violation) => `${where}: ${violation.id} ${violation.nodes[0]?.html.slice(0, 160) ?? ''}`,
  );
  expect(found).toEqual([]);
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
