import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/**
 * Fails where axe finds a fault of WCAG 2.2 AA or below in what the page shows. Nothing moves meanwhile: a button that can be pressed
 * from now on passes through backgrounds on which its text, already in the new colour, has too little contrast.
 */
export async function expectNoFault(page: Page, where: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  await page.emulateMedia({ reducedMotion: null });
  const faults = violations.map(
    (violation) => `${where}: ${violation.id} ${violation.nodes[0]?.html.slice(0, 160) ?? ''}`,
  );
  expect(faults).toEqual([]);
}
