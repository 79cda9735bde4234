import { expectNoFault } from './axe.ts';
import { expect, test } from './fixtures.ts';

const screens = [
  ['overview', 'Active sessions'],
  ['sessions', 'Tidal desalination, Corran Strait'],
  ['search?q=type%3Apdf%20fouling', 'passages in'],
  ['claims', 'Very strong'],
  ['workspaces', 'Open now'],
  ['library', 'Library'],
  ['library/references', 'No reference yet.'],
  ['trash', 'The trash is empty.'],
  ['activity', 'Finished'],
  ['activity?part=changes', 'Added an annotation'],
  ['inbox', 'Nothing waits for you.'],
  ['sync', 'Connect a server'],
  ['settings', 'Appearance'],
] as const;

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme });

    test('every screen opens without a fault that axe finds, and without an error of ours', async ({
      workbench,
    }) => {
      test.slow();
      const { page } = workbench;
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      for (const [address, words] of screens) {
        await page.goto(new URL(`/#/${address}`, page.url()).href);
        await expect(page.getByText(words).first()).toBeVisible();
        await expectNoFault(page, address);
      }
      const tabs = page.getByRole('tablist', { name: 'Settings' }).getByRole('tab');
      for (const tab of await tabs.all()) {
        await tab.click();
        await expect(tab).toHaveAttribute('aria-selected', 'true');
        await expectNoFault(page, `settings, ${await tab.innerText()}`);
      }
      expect(errors).toEqual([]);
    });
  });
}

test('no screen tries what the content security policy forbids', async ({ workbench }) => {
  test.slow();
  const { page } = workbench;
  const violations: string[] = [];
  await page.exposeFunction('noteViolation', (violation: string) => violations.push(violation));
  await page.addInitScript(() => {
    const { noteViolation } = globalThis as unknown as { noteViolation: (violation: string) => void };
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) =>
      noteViolation(`${effectiveDirective} ${blockedURI} ${sourceFile}`.trim()),
    );
  });
  await page.reload();
  for (const [address, words] of screens) {
    await page.goto(new URL(`/#/${address}`, page.url()).href);
    await expect(page.getByText(words).first()).toBeVisible();
  }
  // The listener hears: what is forbidden is told once it is tried.
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = '0';
    document.head.append(script);
  });
  await expect.poll(() => violations.length).toBeGreaterThan(0);
  expect(violations).toEqual(['script-src-elem inline']);
});

test('high contrast and still pictures follow the system, and the settings over it', async ({
  workbench,
}) => {
  const { page } = workbench;
  const canvas = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--ink-3').trim());
  const moving = () =>
    page.evaluate(
      () => getComputedStyle(document.querySelector('.button') ?? document.body).transitionDuration,
    );
  await page.goto(new URL('/#/settings', page.url()).href);
  await expect(page.getByText('Appearance').first()).toBeVisible();
  const plain = await canvas();
  await expect.poll(async () => Number.parseFloat(await moving())).toBeGreaterThan(0);
  await page.emulateMedia({ contrast: 'more', reducedMotion: 'reduce' });
  await expect.poll(canvas).not.toBe(plain);
  await expect.poll(async () => Number.parseFloat(await moving())).toBe(0);
  await expectNoFault(page, 'settings in high contrast');
  await page.getByRole('radio', { name: 'Normal' }).click();
  await expect.poll(canvas).toBe(plain);

  await page.emulateMedia({ contrast: 'no-preference', reducedMotion: 'no-preference' });
  await page.getByRole('radio', { name: 'High' }).click();
  await expect.poll(canvas).not.toBe(plain);
  await page.getByRole('radio', { name: 'Reduced' }).click();
  await expect.poll(async () => Number.parseFloat(await moving())).toBe(0);
  await page.reload();
  await expect.poll(canvas).not.toBe(plain);
});

test('a narrow table drops columns rather than names', async ({ workbench }) => {
  const { page } = workbench;
  const head = (name: string) => page.getByRole('columnheader', { name });
  await expect(head('Tags')).toBeVisible();
  await page.setViewportSize({ width: 1024, height: 700 });
  await expect(head('Tags')).toHaveCount(0);
  await expect(head('Source')).toHaveCount(0);
  await expect(head('Rating')).toBeVisible();
  const title = await page
    .getByRole('gridcell')
    .filter({ hasText: 'Letter of the substation' })
    .boundingBox();
  expect(title?.width).toBeGreaterThan(220);
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(head('Tags')).toBeVisible();
});

test('single letters are no keys where a person switched them off', async ({ workbench }) => {
  const { page } = workbench;
  await page.goto(new URL('/#/settings', page.url()).href);
  await page.getByRole('checkbox', { name: /Single letters/ }).press(' ');
  await expect(page.getByRole('checkbox', { name: /Single letters/ })).not.toBeChecked();
  await page.getByRole('heading', { name: 'Settings' }).click();
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: /Type a command/ })).toBeVisible();
  await expect(page).toHaveURL(/settings/);
});

test('the palette opens by its key, finds a command and carries it out', async ({ workbench }) => {
  const { page } = workbench;
  await expect(page.getByRole('heading', { name: 'Tidal desalination, Corran Strait' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /Type a command/ }).fill('library');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Library' })).toBeVisible();
});

test('the palette offers the best hits in the text, and opens one at its passage', async ({ workbench }) => {
  const { page } = workbench;
  await expect(page.getByRole('heading', { name: 'Tidal desalination, Corran Strait' })).toBeVisible();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: /Type a command/ });
  await field.fill('fouling');
  const options = page.getByRole('listbox', { name: 'Command palette' }).getByRole('option');
  await expect(page.getByText('Found in the text')).toBeVisible();
  await expect(options.first()).toContainText('Search everything for “fouling”');
  await expect(options).toHaveCount(6);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/read\//);
});

test('in a narrow window the list is laid over the screen, and folds once something is chosen', async ({
  workbench,
}) => {
  const { page } = workbench;
  const heading = page.getByRole('heading', { name: 'Tidal desalination, Corran Strait' });
  await expect(heading).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'List' })).toBeVisible();
  await page.setViewportSize({ width: 1024, height: 700 });
  await expect(page.getByRole('navigation', { name: 'List' })).toHaveCount(0);
  const list = page.getByRole('dialog', { name: 'List' });
  await page.getByRole('button', { name: 'Show or fold the list' }).click();
  await expect(list).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(list).toHaveCount(0);
  await page.keyboard.press('[');
  await expect(list).toBeVisible();
  await page.evaluate(() => {
    window.location.hash = '/search';
  });
  await expect(list).toHaveCount(0);
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(page.getByRole('navigation', { name: 'List' })).toBeVisible();
});

test('nothing that a screen puts into the page is refused by the policy of the page', async ({
  workbench,
}) => {
  const { page } = workbench;
  const refused: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text());
  });
  await page.reload();
  await page.getByRole('button', { name: 'Export…' }).click();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  // The rule that the library would have put into the page is there.
  const touchAction = await page.evaluate(() => {
    const pressable = document.body.appendChild(document.createElement('div'));
    pressable.dataset['reactAriaPressable'] = 'true';
    return getComputedStyle(pressable).touchAction;
  });
  // Chromium's name for panning and zooming.
  expect(touchAction).toBe('manipulation');
  expect(refused).toEqual([]);
});
