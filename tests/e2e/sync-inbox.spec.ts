import { expect, type Page, test } from '@playwright/test';
import { expectNoFault } from './axe.ts';
import { type Laptops, withLaptops } from './sync-laptops.ts';
import { connect, offline, open, sync } from './sync-steps.ts';

/** Two people with a session that both have, in which these claims stand. */
async function shared<const Texts extends readonly string[]>(
  { server, laptop, person, cli }: Laptops,
  texts: Texts,
) {
  const passwords = { ada: person('ada@example.org'), ben: person('ben@example.org') };
  const ada = await laptop('ada');
  const project = cli('ada', 'add', 'projects', '--set', 'name=Harbour', '--set', 'slug=harbour') as {
    id: string;
  };
  const session = cli(
    'ada',
    'add',
    'research_sessions',
    '--set',
    `project_id=${project.id}`,
    '--set',
    'title=Harbour',
    '--set',
    'research_question=Why did the works close?',
  ) as { id: string };
  const claim = (text: string) =>
    (cli('ada', 'claims', 'add', '--session', session.id, '--text', text) as { id: string }).id;
  const claims = texts.map(claim) as { readonly [At in keyof Texts]: string };
  await connect(ada, server.url, 'ada@example.org', passwords.ada);
  await ada.getByRole('tab', { name: 'Sharing' }).click();
  await ada
    .getByRole('list', { name: 'Projects' })
    .getByRole('button', { name: /^Harbour/ })
    .click();
  await ada.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(ada.getByRole('listitem').getByText('ben@example.org')).toBeVisible();
  await sync(ada);
  const ben = await laptop('ben');
  await connect(ben, server.url, 'ben@example.org', passwords.ben);
  return { ada, ben, claims, session: session.id };
}

async function online(page: Page): Promise<void> {
  await open(page, 'sync');
  await page.getByRole('button', { name: 'Go online' }).click();
  await sync(page);
}

test('fields of two people are merged in place, a delete that was withstood is answered, judgements stand side by side', async ({
  playwright,
}, info) => {
  await withLaptops(playwright, info, async (laptops) => {
    const { ada, ben, claims, session } = await shared(laptops, [
      'The flood closed the works',
      'A strike came first',
    ]);
    const { cli } = laptops;
    const edit = (who: string, id: string, ...values: string[]) =>
      cli(who, 'edit', 'research_claims', id, ...values.flatMap((value) => ['--set', value]));
    await offline(ada);
    await offline(ben);
    edit(
      'ada',
      claims[0],
      'claim_text=The flood of 1911 closed the works',
      'final_verdict=approved',
      'confidence=0.8',
    );
    edit(
      'ben',
      claims[0],
      'claim_text=The flood closed the harbour works',
      'final_verdict=rejected',
      'confidence=0.3',
    );
    cli('ada', 'delete', 'research_claims', claims[1]);
    edit('ben', claims[1], 'claim_text=A strike came first, in the spring');
    await online(ada);
    await online(ben);
    await sync(ada);

    await expect(ada.getByRole('link', { name: /Inbox: 2 decisions wait for you/ })).toBeVisible();
    await open(ada, 'inbox');
    const field = ada.getByRole('row', { name: /Claim text/ });
    await expect(field).toContainText('The flood closed the works');
    await expectNoFault(ada, 'a conflict');
    await ada.keyboard.press('1');
    await expect(field.getByRole('radio', { name: /Keep what is shown/ })).toBeChecked();
    await field.getByRole('button', { name: 'Merge both versions of Claim text' }).click();
    await field.getByRole('textbox').fill('The flood of 1911 closed the harbour works');
    await ada.keyboard.press('Control+Enter');

    await expect(ada.getByRole('heading', { name: 'A strike came first, in the spring' })).toBeVisible();
    await expect(ada.getByText(/ben@example.org worked on it meanwhile/)).toBeVisible();
    await expectNoFault(ada, 'a notice');
    await ada.getByRole('button', { name: 'Delete it again' }).click();

    await expect(ada.getByText('2 signed positions')).toBeVisible();
    const verdict = ada.getByRole('region', { name: 'Final verdict' });
    await expect(verdict.getByRole('row', { name: /You.*Approved/ })).toBeVisible();
    await expect(verdict.getByRole('row', { name: /ben@example.org.*Rejected/ })).toBeVisible();
    await expect(ada.getByRole('img', { name: /Positions: .*You \.80/ })).toBeVisible();
    await expectNoFault(ada, 'a split judgement');

    await sync(ada);
    await sync(ben);
    await open(ben, `session/${session}`);
    await expect(ben.getByRole('status', { name: 'Status' }).getByText('Internal')).toBeVisible();
    await open(ada, 'sessions');
    await expect(ada.getByRole('img', { name: 'ben@example.org' })).toBeVisible();
    await open(ada, `session/${session}`);
    await expect(ada.getByText('Also here: ben@example.org')).toBeVisible();
    await open(ben, 'claims');
    await expect(ben.getByText('The flood of 1911 closed the harbour works').first()).toBeVisible();
    await expect(ben.getByText(/A strike came first/)).toHaveCount(0);
  });
});

test('what goes alike is decided at once: conflicts all together, withstood deletes one by one', async ({
  playwright,
}, info) => {
  await withLaptops(playwright, info, async (laptops) => {
    const { ada, ben, claims } = await shared(laptops, ['Flood', 'Strike', 'Frost', 'Sale']);
    const [flood, strike, frost, sale] = claims;
    const { cli } = laptops;
    const edit = (who: string, id: string, text: string) =>
      cli(who, 'edit', 'research_claims', id, '--set', `claim_text=${text}`);
    const textsOf = (who: string) =>
      (cli(who, 'list', 'research_claims') as { rows: { id: string; claim_text: string }[] }).rows
        .map(({ claim_text }) => claim_text)
        .sort();
    await offline(ada);
    await offline(ben);
    edit('ada', flood, 'Flood, as Ada has it');
    edit('ada', strike, 'Strike, as Ada has it');
    cli('ada', 'delete', 'research_claims', frost);
    cli('ada', 'delete', 'research_claims', sale);
    edit('ben', flood, 'Flood, as Ben has it');
    edit('ben', strike, 'Strike, as Ben has it');
    edit('ben', frost, 'Frost, worked on');
    edit('ben', sale, 'Sale, worked on');
    await online(ada);
    await online(ben);
    await sync(ada);

    await open(ada, 'inbox');
    await ada.getByRole('link', { name: 'All 2 conflicts at once' }).click();
    await expect(ada.getByRole('row', { name: /Flood, as Ben has it.*Flood, as Ada has it/ })).toBeVisible();
    await expect(ada.getByRole('button', { name: 'Take the other' })).toBeDisabled();
    await ada.getByRole('checkbox', { name: 'Select all of them' }).press(' ');
    await expect(ada.getByText('2 selected')).toBeVisible();
    await expectNoFault(ada, 'many conflicts');
    await ada.getByRole('button', { name: 'Take the other' }).click();
    await expect(ada.getByText('2 are decided.')).toBeVisible();

    await ada.getByRole('link', { name: 'All 2 withstood deletes at once' }).click();
    await ada.getByRole('checkbox', { name: 'Select “Frost, worked on”' }).press(' ');
    await ada.getByRole('button', { name: 'Delete it again' }).click();
    await expect(ada.getByText('1 is decided.')).toBeVisible();
    await expect(ada.getByRole('row', { name: /Frost/ })).toHaveCount(0);
    await ada.getByRole('checkbox', { name: 'Select all of them' }).press(' ');
    await ada.getByRole('button', { name: 'Keep it' }).click();
    await expect(ada.getByText('Nothing waits for you.')).toBeVisible();

    await sync(ada);
    await sync(ben);
    const decided = ['Flood, as Ada has it', 'Sale, worked on', 'Strike, as Ada has it'];
    expect(textsOf('ada')).toEqual(decided);
    expect(textsOf('ben')).toEqual(decided);
  });
});

test('notes that two people wrote at once are told as merged, and lead to their history', async ({
  playwright,
}, info) => {
  await withLaptops(playwright, info, async (laptops) => {
    const { ada, ben, session } = await shared(laptops, []);
    const note = (who: string, words: string) =>
      laptops.cli(who, 'edit', 'research_sessions', session, '--set', `notes=${words}`);
    note('ada', 'the tide was low');
    await sync(ada);
    await sync(ben);
    await offline(ada);
    await offline(ben);
    note('ada', 'In 1911 the tide was low');
    note('ben', 'the tide was low at noon');
    await online(ben);
    await online(ada);
    await open(ada, 'inbox');
    const merged = ada.getByRole('region', { name: 'Merged for you' });
    await expect(merged.getByText(/^Notes, with/)).toBeVisible();
    await expectNoFault(ada, 'a merged text');
    await merged.getByRole('button', { name: 'History of Harbour' }).press('Enter');
    await expect(ada.getByRole('dialog', { name: 'History of Harbour' })).toBeVisible();
    await ada.keyboard.press('Escape');
    await merged.getByRole('button', { name: 'I have seen these' }).press('Enter');
    await expect(merged).toHaveCount(0);
  });
});
