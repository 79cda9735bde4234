import { expect, test } from './fixtures.ts';
import { selectWords } from './select-words.ts';

test.use({ viewport: { width: 1440, height: 900 } });

test('claims stand beside a document: a citation opens in the document’s pane, and the pane closes', async ({
  workbench,
}) => {
  const { page } = workbench;
  await page.getByRole('row', { name: /interview-osk/ }).click();
  await page.getByRole('grid', { name: 'Evidence' }).press('Control+Enter');
  const [left, right] = [page.locator('[data-half="main"]'), page.locator('[data-half="beside"]')];
  await expect(right.locator('.reader-text p').first()).toBeVisible();
  await expect(page.getByRole('main')).toHaveCount(1);
  await left.getByRole('row', { name: /Fouling of tidal membranes/ }).click();
  await page.keyboard.press('Control+Enter');
  await expect(right.getByRole('heading', { level: 1 })).toContainText('Fouling');
  await right.getByRole('button', { name: 'Close this pane: Document' }).click();
  await expect(page.locator('[data-half]')).toHaveCount(0);
  await page.goBack();
  await expect(right).toBeVisible();
});

test('a citation of a PDF opens beside its claim with its place in view, though the page is shown smaller there', async ({
  workbench,
}) => {
  const { page } = workbench;
  await page.getByRole('row', { name: /interview-osk/ }).click();
  await page.evaluate(() => {
    window.location.hash = window.location.hash.replace('session', 'claims');
  });
  await page.getByRole('button', { name: /Biological fouling, not pumping/ }).click();
  const supports = page.getByRole('region', { name: 'Supports' });
  const quote = supports.getByRole('button').filter({ hasText: 'largest operating risk' });
  await quote.first().click({ modifiers: ['Control'] });
  const right = page.locator('[data-half="beside"]');
  await expect(right.getByRole('status').filter({ hasText: 'Page 4 of 4' })).toBeVisible();
  await expect(right.locator('.flash-box').first()).toBeInViewport({ ratio: 1 });
});

test('a document and a passage are dropped on a claim: to support it, or with Shift to contradict it', async ({
  workbench,
}) => {
  const { page } = workbench;
  await page.getByRole('row', { name: /interview-osk/ }).click();
  const session = new URL(page.url()).hash.replace('#/', '');
  await page.evaluate((address) => {
    window.location.hash = `/${address}|${address.replace('session', 'claims')}`;
  }, session);
  const card = page.getByRole('button', { name: /Halcyon offers the lowest price/ });
  await expect(card).toContainText('2 origins');
  await page.getByRole('row', { name: /interview-osk/ }).dragTo(card);
  await expect(page.getByText('Linked: it supports the claim.')).toBeVisible();
  await expect(card).toContainText('3 origins');
  await page.getByRole('grid', { name: 'Evidence' }).focus();
  await page.keyboard.press('Control+z');
  await expect(card).toContainText('2 origins');

  await page.getByRole('row', { name: /interview-osk/ }).dblclick();
  const words = 'We called Monday the scraping day.';
  await expect(page.locator('.reader-text p').filter({ hasText: words })).toBeVisible();
  await selectWords(page, words);
  const box = await page.evaluate(() => {
    const { x, y, height } = window.getSelection()!.getRangeAt(0).getBoundingClientRect();
    return { x: x + 20, y: y + height / 2 };
  });
  await page.mouse.move(box.x, box.y);
  await page.mouse.down();
  const target = await card.boundingBox();
  if (target === null) throw new Error('the claim is not in view');
  await page.mouse.move(target.x + 20, target.y + 10, { steps: 4 });
  await page.keyboard.down('Shift');
  await page.mouse.move(target.x + 24, target.y + 12, { steps: 4 });
  await expect(card).toContainText('Drop to contradict');
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect(page.getByText('Linked: it contradicts the claim.')).toBeVisible();
  await card.click();
  await expect(page.getByRole('region', { name: 'Contradicts' }).getByText(words)).toBeVisible();
});

test('by keys alone a document is linked to a claim', async ({ workbench }) => {
  const { page } = workbench;
  await page.getByRole('row', { name: /interview-osk/ }).click();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Link to a claim' }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Link to a claim' });
  await dialog.getByRole('radio', { name: 'Contradicts' }).press('Space');
  const link = dialog.getByRole('button', { name: 'Link', exact: true });
  await expect(link).toBeEnabled();
  await link.press('Enter');
  await expect(page.getByText('Linked: it contradicts the claim.')).toBeVisible();
});

test('a link to a claim is copied, and leads back to it', async ({ workbench, context }) => {
  const { page } = workbench;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']).catch(() => undefined);
  await page.getByRole('link', { name: 'Claims', exact: true }).click();
  await page.getByRole('button', { name: /Halcyon offers the lowest price/ }).click();
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Show history' }).click();
  const history = page.getByRole('dialog', { name: /History of/ });
  await expect(history.getByText('Added')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Copy link' }).click();
  await expect(page.getByText('The link is on the clipboard.')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/^stratmaster:\/\/claim\/[0-9a-f-]{36}$/);
  await page.getByRole('link', { name: 'Library' }).click();
  await expect(page.getByRole('heading', { name: 'Library' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.insertText(link);
  await page.getByRole('option', { name: 'Open the link' }).click();
  await expect(
    page.getByRole('button', { name: /Halcyon offers the lowest price/, pressed: true }),
  ).toBeVisible();
});
