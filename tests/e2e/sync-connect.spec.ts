import { expect, type Page, test } from '@playwright/test';
import { expectNoFault } from './axe.ts';
import { drop } from './drop.ts';
import { withLaptops } from './sync-laptops.ts';
import { connect, offline, open, signIn } from './sync-steps.ts';

async function makeSession(page: Page, question: string): Promise<void> {
  await open(page, 'sessions');
  await page.getByRole('button', { name: 'New session' }).first().click();
  await page.getByLabel('Research question').fill(question);
  await page.getByRole('dialog').getByRole('button').last().click();
  await expect(page.getByRole('heading', { name: question })).toBeVisible();
}

/** Notes with each frame how high the last of some elements stands; answers with all heights since. */
async function placesOfLast(page: Page, selector: string): Promise<() => Promise<number[]>> {
  const heights = await page.evaluateHandle((of) => {
    const seen: number[] = [];
    const look = () => {
      const last = [...document.querySelectorAll(of)].at(-1);
      if (last !== undefined) seen.push(Math.round(last.getBoundingClientRect().bottom));
      requestAnimationFrame(look);
    };
    look();
    return seen;
  }, selector);
  return () => heights.jsonValue();
}

test('connecting shows what would leave by which rule, keeps a session here, and then sends the rest', async ({
  playwright,
}, info) => {
  await withLaptops(playwright, info, async ({ server, laptop, person }) => {
    const password = person('ada@example.org');
    const mine = await laptop('mine');
    await makeSession(mine, 'Why did the lantern works close?');
    await drop(mine, 'harbour-notes.md', '# Harbour notes\n\nMostly tides.\n');
    await expect(mine.getByRole('gridcell', { name: 'Harbour notes', exact: true })).toBeVisible();
    await makeSession(mine, 'Notes to self');

    await signIn(mine, server.url, 'ada@example.org', password);
    await expectNoFault(mine, 'taking along');
    const places = await placesOfLast(mine, '.commit button');
    await mine.getByRole('button', { name: 'Next: what would leave' }).click();
    const list = mine.getByRole('region', { name: /Every field and file/ });
    await expect(
      list.getByText('classes.content.sync').or(list.getByText('defaults.sync')).first(),
    ).toBeVisible();
    await expect(list.getByText(/File harbour-notes.md/)).toBeVisible();
    expect(new Set(await places()), 'the buttons stay where they are while the list is made').toHaveProperty(
      'size',
      1,
    );
    await list
      .getByRole('button', { name: 'Hide values of “Harbour notes” from others' })
      .first()
      .press('Enter');
    const hiding = mine.getByRole('dialog', { name: 'What others see of Harbour notes' });
    await hiding.getByRole('button', { name: 'Hide Title from others' }).press('Enter');
    await expect(hiding.getByText('Hidden from others')).toBeVisible();
    await mine.keyboard.press('Escape');
    await expect(hiding).toHaveCount(0);
    await expect(list.getByText(/^by_hand/).first()).toBeVisible();
    await mine.getByRole('button', { name: 'Keep “Notes to self” on this laptop' }).click();
    await expect(mine.getByRole('button', { name: 'Let “Notes to self” be sent' })).toBeVisible();
    await expect(mine.getByText('local_only').first()).toBeVisible();
    await expectNoFault(mine, 'what would leave');
    await mine.getByRole('button', { name: 'Begin the first sync' }).click();
    await expect(mine.getByRole('main').getByText(/^In sync/)).toBeVisible();

    await mine.getByRole('tab', { name: 'What left' }).click();
    await expect(mine.getByRole('cell', { name: /changes?, / }).first()).toBeVisible();
    await expectNoFault(mine, 'what left');
    const saved = mine.waitForEvent('download');
    await mine.getByRole('button', { name: 'Export as CSV' }).click();
    expect((await saved).suggestedFilename()).toBe('receipts.csv');

    const other = await laptop('other');
    await connect(other, server.url, 'ada@example.org', password);
    await open(other, 'sessions');
    await expect(other.getByText('Why did the lantern works close?').first()).toBeVisible();
    await expect(other.getByText('Notes to self')).toHaveCount(0);
  });
});

test('a server that is away is said in words with the next try; working offline holds over a reload', async ({
  playwright,
}, info) => {
  await withLaptops(playwright, info, async ({ server, laptop, person }) => {
    const password = person('ada@example.org');
    const mine = await laptop('mine');
    await connect(mine, server.url, 'ada@example.org', password);
    await offline(mine);
    await mine.reload();
    await expect(mine.getByRole('main').getByText(/^Working offline/)).toBeVisible();
    await expect(mine.getByRole('button', { name: 'Sync now' })).toBeDisabled();
    await mine.getByRole('button', { name: 'Go online' }).click();
    await expect(mine.getByRole('main').getByText(/^In sync/)).toBeVisible();

    await server.stop();
    await mine.getByRole('button', { name: 'Sync now' }).click();
    const trouble = mine.getByRole('alert');
    await expect(trouble).toContainText(/Offline since .* Everything you do is kept here\./);
    await expect(trouble).toContainText(/Tried (once|\d+ times), (again in|trying again now)/);
    await expect(trouble.getByRole('button', { name: 'Try now' })).toBeVisible();
    await expectNoFault(mine, 'offline');
  });
});

test('a first sync that is cut off says how it stands, and can be stopped; a battery is spared', async ({
  playwright,
}, info) => {
  await withLaptops(playwright, info, async ({ server, laptop, person }) => {
    const password = person('ada@example.org');
    const mine = await laptop('mine');
    await mine.addInitScript(() => {
      const battery = Object.assign(new EventTarget(), { charging: false });
      Object.assign(navigator, { getBattery: () => Promise.resolve(battery) });
    });
    await mine.reload();
    await makeSession(mine, 'Why did the lantern works close?');
    await signIn(mine, server.url, 'ada@example.org', password);
    await mine.getByRole('button', { name: 'Next: what would leave' }).click();
    await server.stop();
    await mine.getByRole('button', { name: 'Begin the first sync' }).click();
    const first = mine.getByRole('region', { name: 'First sync' });
    await expect(first.getByText('You can work meanwhile.')).toBeVisible();
    await expect(mine.getByRole('alert')).toContainText(/Offline since/);
    await expect(
      mine.getByText('This laptop runs on battery: changes go every three minutes.'),
    ).toBeVisible();
    await expectNoFault(mine, 'a first sync');
    await first.getByRole('button', { name: 'Stop for now' }).click();
    await expect(
      first.getByText('Stopped. What has arrived stays, and it goes on from there.'),
    ).toBeVisible();
    await mine.getByRole('radio', { name: 'Everything goes' }).click();
    await expect(first.getByRole('button', { name: 'Go on with it' })).toBeVisible();
  });
});
