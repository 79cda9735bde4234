import { expect, test } from '@playwright/test';
import { expectNoFault } from './axe.ts';
import { withLaptops } from './sync-laptops.ts';
import { connect, open, sync } from './sync-steps.ts';

test('a project is made, opened to the organisation, renamed and closed again; who does not lead it only looks', async ({
  playwright,
}, info) => {
  await withLaptops(playwright, info, async ({ server, laptop, person, cli }) => {
    const ada = await laptop('ada');
    await connect(ada, server.url, 'ada@example.org', person('ada@example.org'));
    const noor = await laptop('noor');
    await connect(noor, server.url, 'noor@example.org', person('noor@example.org'));

    await open(ada, 'sync/sharing');
    const projects = ada.getByRole('list', { name: 'Projects' });
    await ada.getByRole('button', { name: 'New project' }).click();
    await ada.getByRole('dialog').getByLabel('Name').fill('Harbour');
    await ada.keyboard.press('Enter');
    await expect(projects.getByRole('button', { name: /^Harbour/ })).toHaveAttribute('aria-current', 'true');
    await sync(ada);
    await sync(noor);
    await open(noor, 'sync/taken');
    await expect(noor.getByRole('row', { name: /Harbour/ })).toHaveCount(0);

    await open(ada, 'sync/sharing');
    await projects.getByRole('button', { name: /^Harbour/ }).click();
    await ada.getByRole('radio', { name: 'Everybody in the organisation' }).click();
    await expect(projects.getByRole('button', { name: /^Harbour/ })).toContainText(
      'open to the organisation',
    );
    await expectNoFault(ada, 'sharing');
    await sync(ada);
    await sync(noor);
    await open(noor, 'sync/taken');
    await expect(noor.getByRole('row', { name: /Harbour/ })).toContainText(
      'open to the organisation, you may read',
    );
    const taken = noor.getByRole('checkbox', { name: 'Take “Harbour” along' });
    await taken.press(' ');
    await expect(taken).toBeChecked();
    await sync(noor);

    await open(ada, 'sync/sharing');
    await projects.getByRole('button', { name: /^Harbour/ }).click();
    await ada.getByRole('button', { name: 'Rename the project' }).click();
    await ada.getByRole('dialog').getByLabel('Name').fill('Harbour and lantern works');
    await ada.keyboard.press('Enter');
    await expect(ada.getByRole('heading', { name: 'Harbour and lantern works' })).toBeVisible();
    await sync(ada);
    await sync(noor);
    await open(noor, 'sync/sharing');
    await noor.getByRole('button', { name: /^Harbour and lantern works/ }).click();
    const looked = noor.getByRole('region', { name: 'Sharing of “Harbour and lantern works”' });
    await expect(looked.getByText('Only its owner and its leads change who is in it.')).toBeVisible();
    await expect(looked.getByRole('listitem')).toContainText('ada@example.org');
    await expect(looked.getByRole('button')).toHaveCount(0);
    await expect(looked.getByRole('radio')).toHaveCount(0);

    await open(ada, 'sync/account');
    await ada.getByRole('button', { name: 'New key' }).click();
    await ada.getByLabel('What it is for').fill('nightly');
    await ada.getByRole('button', { name: /It reaches$/ }).click();
    await ada.getByRole('option', { name: 'Harbour and lantern works' }).click();
    await expectNoFault(ada, 'making a key');
    await ada.getByRole('button', { name: 'Create key' }).click();
    await ada.getByRole('button', { name: 'Done' }).click();
    await expect(ada.getByRole('listitem', { name: 'nightly' })).toContainText(
      'only “Harbour and lantern works”',
    );

    await open(ada, 'sync/sharing');
    await projects.getByRole('button', { name: /^Harbour/ }).click();
    await ada.getByRole('radio', { name: 'Members only' }).click();
    await expect(projects.getByRole('button', { name: /^Harbour/ })).not.toContainText(
      'open to the organisation',
    );
    await sync(ada);
    await sync(noor);
    await open(noor, 'sync/taken');
    await expect(noor.getByRole('row', { name: /Harbour/ })).toHaveCount(0);

    await noor.getByRole('button', { name: /Room for files on this laptop$/ }).click();
    await noor.getByRole('option', { name: '500 MB' }).click();
    await expect
      .poll(() => (cli('noor', 'sync', 'scopes') as { fileBytes: number | null }).fileBytes)
      .toBe(500_000_000);
  });
});
