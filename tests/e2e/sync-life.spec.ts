import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, expect, test } from '@playwright/test';
import { makeHome } from '../helpers/electron-app.ts';
import { filesWith } from '../helpers/files-with.ts';
import { startSyncServer, type SyncServer } from '../helpers/sync-server.ts';
import { openLaptop, type SyncLaptop } from './sync-laptop.ts';
import { offline } from './sync-steps.ts';

/** One organisation from its first laptop to a restored server: each test goes on where the one before it ended. */
test.describe.configure({ mode: 'serial' });

const quoted = 'The lantern works of Quillmere closed after the flood of the lower harbour.';
const document = `# Harbour notes\n\nMostly tides.\n\n${quoted}\n`;
const claimText = 'The flood closed the lantern works';
const doomedWords = 'Ormsby kept the ledger of the drowned';
const lateClaim = 'The moulds were carried uphill by night';
const unsentText = 'Written while the line was cut';

const home = makeHome();
let browser: Browser;
let server: SyncServer;
let first: SyncLaptop;
let bens: SyncLaptop;
let third: SyncLaptop;
const passwords: Record<string, string> = {};
const ids = { session: '', evidence: '', doomed: '', project: '' };

test.beforeAll(async ({ playwright }, info) => {
  browser = await playwright.chromium.launch(info.project.use.launchOptions);
  server = await startSyncServer();
  for (const [name, role] of [
    ['ada', 'analyst'],
    ['ben', 'analyst'],
  ] as const) {
    const made = server.cli(
      'create-user',
      emailOf(name),
      '--tenant',
      'corran',
      '--role',
      role,
      '--name',
      name,
    );
    passwords[name] = (made as { password: string }).password;
  }
  first = await openLaptop(browser, home.folder, 'first');
  for (const [name, text] of [
    ['harbour.md', document],
    ['ledger.md', `# Ledger\n\n${doomedWords}.\n`],
  ] as const) {
    writeFileSync(path.join(home.folder, name), text);
  }
  const took = first.cli<{ sessionId: string; items: { evidenceId: string }[] }>(
    'ingest',
    path.join(home.folder, 'harbour.md'),
    path.join(home.folder, 'ledger.md'),
    '--new-session',
    'Why did the lantern works close?',
    '--wait',
  );
  ids.session = took.sessionId;
  [ids.evidence = '', ids.doomed = ''] = took.items.map(({ evidenceId }) => evidenceId);
  const { id } = first.cli<{ id: string }>('claims', 'add', '--session', ids.session, '--text', claimText);
  const link = ['--claim', id, '--evidence', ids.evidence, '--stance', 'supports', '--quote', quoted];
  first.cli('claims', 'link', ...link);
  connect(first, 'ada');
  await first.sync();
});

test.afterAll(async () => {
  for (const laptop of [first, bens, third]) await laptop?.quit();
  await browser.close();
  await server.stop();
  home.remove();
});

function emailOf(name: string): string {
  return `${name}@example.org`;
}

function connect(laptop: SyncLaptop, person: string): void {
  laptop.connect(server.url, emailOf(person), passwords[person] ?? '');
}

/** The card of a claim in the session's list. */
async function claimCard(laptop: SyncLaptop, text: string) {
  await laptop.show(`claims/${ids.session}`);
  return laptop.page.getByRole('button', { name: new RegExp(text) });
}

test('another laptop of a person bootstraps, and shows the same rows, quotes and files', async () => {
  third = await openLaptop(browser, home.folder, 'third');
  connect(third, 'ada');
  const card = await claimCard(third, claimText);
  await expect(card).toContainText('1 source, 1 origin');
  await card.click();
  const supports = third.page.getByRole('region', { name: 'Supports' });
  await expect(supports).toContainText(quoted);
  await supports.getByRole('button').first().press('Enter');
  await expect(third.page.locator('mark.flash')).toHaveText(quoted);
  const hash = createHash('sha256').update(document).digest('hex');
  const blob = path.join(third.folder, 'blobs', hash.slice(0, 2), hash.slice(2));
  await expect.poll(() => read(blob)).toBe(document);
  const rows = (laptop: SyncLaptop, entity: string) =>
    laptop
      .cli<{ rows: Record<string, unknown>[] }>('list', entity)
      .rows.map(({ id, title, claim_text, anchor }) => JSON.stringify([id, title, claim_text, anchor]))
      .toSorted();
  for (const entity of ['research_sessions', 'evidence', 'research_claims', 'claim_evidence', 'artifacts']) {
    expect(rows(third, entity), entity).toEqual(rows(first, entity));
  }
});

test('a member is taken out: the copy goes from screen and file, and what was not sent is named in the inbox', async () => {
  bens = await openLaptop(browser, home.folder, 'bens');
  connect(bens, 'ben');
  await first.show('sync/sharing');
  await first.page.getByRole('button', { name: /Person$/ }).click();
  await first.page.getByRole('option', { name: 'ben' }).click();
  await first.page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(first.page.getByRole('button', { name: 'Take ben out of the project' })).toBeVisible();
  await first.sync();
  await bens.sync();
  await expect(await claimCard(bens, claimText)).toBeVisible();
  await expect.poll(() => filesWith(bens.folder, quoted).length).toBeGreaterThan(0);

  await offline(bens.page);
  await claimCard(bens, claimText);
  const field = bens.page.getByRole('textbox', { name: 'Claim', exact: true });
  await (await claimCard(bens, claimText)).click();
  await field.fill(unsentText);
  await field.blur();
  await expect(bens.page.getByText(/1 change waits/)).toBeVisible();

  await first.show('sync/sharing');
  await first.page.getByRole('button', { name: 'Take ben out of the project' }).click();
  await first.sync();
  await bens.show('sync');
  await bens.page.getByRole('button', { name: 'Go online' }).click();
  await expect.poll(() => bens.cli<{ rows: unknown[] }>('list', 'research_claims').rows).toEqual([]);
  await bens.show(`claims/${ids.session}`);
  await expect(bens.page.getByText(claimText)).toHaveCount(0);
  await bens.show('inbox/refused');
  await expect(bens.page.getByRole('main').getByRole('listitem')).toHaveCount(1);
  await expect.poll(() => filesWith(bens.folder, quoted)).toEqual([]);
});

test('a policy is tightened: what it forbids goes from the other laptop’s screen and file', async () => {
  const settings = path.join(home.folder, 'settings.json');
  const supports = async (laptop: SyncLaptop) => {
    await (await claimCard(laptop, claimText)).click();
    return laptop.page.getByRole('region', { name: 'Supports' });
  };
  await expect(await supports(third)).toContainText(quoted);
  expect(filesWith(third.folder, quoted)).not.toEqual([]);
  writeFileSync(settings, JSON.stringify({ classes: { content: { sync: 'withhold' } } }));
  server.cli('policy', 'set', settings, '--tenant', 'corran');
  await third.sync();
  await expect(await supports(third)).not.toContainText(quoted);
  await expect.poll(() => filesWith(third.folder, quoted)).toEqual([]);
  await first.sync();
  await expect(await supports(first)).toContainText(quoted);
  writeFileSync(settings, '{}');
  server.cli('policy', 'set', settings, '--tenant', 'corran');
});

test('a server that is restored from an older backup gets back what laptops hold, and nothing that was purged', async () => {
  const backup = path.join(home.folder, 'monday.backup');
  server.cli('backup', '--out', backup);
  first.cli('claims', 'add', '--session', ids.session, '--text', lateClaim);
  first.cli('delete', 'evidence', ids.doomed);
  await first.show('trash');
  const trash = first.page.getByRole('grid', { name: 'Trash' });
  await expect(trash.getByRole('row')).toHaveCount(2);
  await trash.focus();
  await first.page.keyboard.press('Home');
  await first.page.keyboard.press('Shift+F10');
  await first.page.getByRole('menuitem', { name: 'Purge' }).click();
  await first.page.getByRole('alertdialog').getByRole('button', { name: 'Purge 1 item' }).click();
  await expect(first.page.getByText('The trash is empty.')).toBeVisible();
  await first.sync();
  await third.sync();
  await expect(await claimCard(third, lateClaim)).toBeVisible();

  await server.restored(backup);
  for (const laptop of [first, third]) {
    connect(laptop, 'ada');
    await laptop.sync();
  }
  const fresh = await openLaptop(browser, home.folder, 'fresh');
  try {
    connect(fresh, 'ada');
    await expect(await claimCard(fresh, lateClaim)).toBeVisible();
    await expect(await claimCard(fresh, claimText)).toBeVisible();
    for (const laptop of [first, third, fresh]) {
      const { rows } = laptop.cli<{ rows: { id: string }[] }>('list', 'evidence');
      expect(rows.map(({ id }) => id)).toEqual([ids.evidence]);
      await expect.poll(() => filesWith(laptop.folder, doomedWords), { message: laptop.folder }).toEqual([]);
    }
  } finally {
    await fresh.quit();
  }
});

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
