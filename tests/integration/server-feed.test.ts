import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { entitySpec } from '../../db/catalogue/catalogue.ts';
import { conflictsOf, valuesOf } from '../../sync/core/row-state.ts';
import { decodeRow, hashOfText, rowText } from '../../sync/core/row-wire.ts';
import { pullLineSchema, pushAnswerSchema } from '../../sync/protocol/messages.ts';
import type { RowLine } from '../../sync/protocol/row-state.ts';
import type { RequestRefused } from '../../sync/server/feed/environment.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, sha256, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres, type TestPostgres } from '../helpers/postgres.ts';

async function begin(postgres: TestPostgres) {
  const database = await postgres.database();
  const { tenant, users } = await makeTenant(database.admin, { ada: 'analyst', ben: 'analyst' });
  const store = new PostgresStore(database.server);
  const environment = testEnvironment();
  const epoch = await beginEpoch(database.server);
  const laptop = (user: string) => new TestLaptop(store, environment, { tenant, user }, epoch);
  return {
    database,
    tenant,
    users,
    store,
    environment,
    epoch,
    laptop,
    ada: laptop(users.ada),
    ben: laptop(users.ben),
  };
}

/** Lets Ben into the project of Ada's session. */
async function share(ada: TestLaptop, project: string, user: string, role = 'editor'): Promise<void> {
  const answer = await ada.push(
    ada.transaction([
      ada.insert('project_members', `project:${project}`, { project_id: project, author_id: user, role }),
    ]),
  );
  expect(answer.results[0]?.st).toBe('applied');
}

function refusal(code: string) {
  return expect.objectContaining({ code }) as RequestRefused;
}

const evidence = entitySpec('evidence').n;

describeWithPostgres('the feed on PostgreSQL', (postgres) => {
  test('[P5] [P8] [P12] what one pushes the other pulls, with the digest of what they hold', async () => {
    const { ada, ben, users, database, tenant } = await begin(postgres);
    const { project, session, scope } = await ada.makeSession();
    await share(ada, project, users.ben);
    const insert = ada.insert('evidence', scope, {
      session_id: session,
      title: 'Änderung “x”',
      metadata: { k: [1.5, null] },
    });
    const answer = pushAnswerSchema.parse(await ada.push(ada.transaction([insert])));
    expect(answer.results.map(({ st }) => st)).toEqual(['applied']);
    const { rows, trailer } = await ben.pull({ [scope]: '0', [`project:${project}`]: '0' });
    for (const row of rows) expect(pullLineSchema.safeParse(row).success).toBe(true);
    expect(rows.map(({ s }) => Number(s))).toEqual([2, 4, 1, 3]);
    const pulled = rows.find(({ i }) => i === insert.row);
    const state = decodeRow(pulled as RowLine);
    expect(valuesOf(state).known.get(10)).toBe('Änderung “x”');
    expect(hashOfText(rowText(state, (pulled as RowLine).x), sha256)).toBe(pulled?.h);
    expect(trailer.more).toBe(false);
    const xor = rows
      .filter(({ sc }) => sc === scope)
      .reduce((x, { h }) => x ^ BigInt(`0x${h.slice(0, 16)}`), 0n);
    expect(trailer.digest?.[scope]).toEqual({ n: '2', x: xor.toString(16).padStart(16, '0') });
    const typed = await database.admin.query('SELECT * FROM central.evidence WHERE id = $1', [insert.row]);
    expect(typed.rows[0]).toMatchObject({
      tenant_id: tenant,
      title: 'Änderung “x”',
      metadata: { k: [1.5, null] },
      session_id: session,
      _deleted: false,
    });
  });

  test('[P6] [P3] [MR4] what is sent twice is answered twice and done once', async () => {
    const { ada, laptop, users, database } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    const request = ada.request([ada.transaction([ada.insert('evidence', scope, { session_id: session })])]);
    const first = await ada.send(request);
    expect(await ada.send(request)).toEqual(first);
    const counted = () =>
      database.admin.query('SELECT n FROM central.sync_head').then(({ rows }) => rows[0] as unknown);
    const before = await counted();
    const other = laptop(users.ada);
    const [mutation] = request.transactions;
    if (mutation === undefined) throw new Error('nothing was sent');
    const again = await other.push(mutation.tx);
    expect(again.results).toEqual([{ ...first.results[0], m: '1' }]);
    expect(await counted()).toEqual(before);
  });

  test('[P7] gaps, forks, other epochs, retired clients and other people’s clients are refused as a whole', async () => {
    const { ada, ben, database, users, laptop } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    const evidenceOf = () => ada.transaction([ada.insert('evidence', scope, { session_id: session })]);
    const good = ada.request([evidenceOf()]);
    const later = { ...good, first: '9' };
    await expect(ada.send(later)).rejects.toEqual(refusal('GAP'));
    await expect(ada.send({ ...good, epoch: randomUUID() })).rejects.toEqual(refusal('EPOCH'));
    await expect(ada.send({ ...good, hash: '0'.repeat(64) })).rejects.toEqual(refusal('BAD_REQUEST'));
    await ada.send(good);
    // A copy of the file before that push sends something else under the same number.
    const copied = ada.request([evidenceOf()]);
    await expect(ada.send(copied)).rejects.toEqual(refusal('FORK'));
    await expect(ben.send({ ...good, client: ada.client })).rejects.toEqual(refusal('FORBIDDEN'));
    const second = laptop(users.ada);
    await database.admin.query('UPDATE central.sync_client SET retired = true WHERE client_id = $1', [
      ada.client,
    ]);
    await expect(ada.send(good)).rejects.toEqual(refusal('CLIENT_RETIRED'));
    const counts = await database.admin.query('SELECT count(*)::int AS n FROM central.evidence');
    expect(counts.rows[0]).toEqual({ n: 1 });
    expect((await second.push(second.transaction([]))).lastMutation).toBe('1');
  });

  test('[MR20] [MR28] concurrent edits of one cell meet as a conflict that shows what both had replaced', async () => {
    const { ada, ben, users } = await begin(postgres);
    const { project, session, scope } = await ada.makeSession();
    await share(ada, project, users.ben);
    const insert = ada.insert('evidence', scope, { session_id: session, title: 'base' });
    const made = ada.transaction([insert]);
    await ada.push(made);
    await ada.push(ada.transaction([ada.update(insert, [[10, 'Ada’s', [made.stamp]]])]));
    const bens = ben.transaction([ben.update(insert, [[10, 'Ben’s', [made.stamp]]])]);
    expect((await ben.push(bens)).results[0]?.st).toBe('merged');
    const { rows } = await ada.pull({ [scope]: '0' });
    const row = rows.find(({ i }) => i === insert.row) as RowLine;
    const [conflict] = conflictsOf(decodeRow(row));
    expect(new Set([conflict?.lost.value, conflict?.shown.value])).toEqual(new Set(['Ada’s', 'Ben’s']));
    expect([conflict?.lost.was, conflict?.shown.was]).toEqual(['base', 'base']);
  });

  test('[P11] a laptop’s own version comes as a header, but in full where somebody had written below it', async () => {
    const { ada, ben, users } = await begin(postgres);
    const { project, session, scope } = await ada.makeSession();
    await share(ada, project, users.ben);
    const insert = ada.insert('evidence', scope, { session_id: session, title: 'a' });
    const made = ada.transaction([insert]);
    await ada.push(made);
    const whole = (row: object | undefined) => row !== undefined && 'cells' in row;
    const first = await ada.pull({ [scope]: '0' });
    expect(first.rows.some(whole)).toBe(false);
    const all = await ada.pull({}, { want: [{ scope, scopeEpoch: 0, seq: '0', whole: true }] });
    expect(all.rows.every(whole)).toBe(true);
    await ben.push(ben.transaction([ben.update(insert, [[11, 'Ben was here', [made.stamp]]])]));
    await ada.push(ada.transaction([ada.update(insert, [[10, 'b', [made.stamp]]])]));
    const next = first.trailer.next[scope] ?? '';
    const second = await ada.pull({ [scope]: next });
    expect(second.rows.map((row) => [row.i, whole(row)])).toEqual([[insert.row, true]]);
    await ada.push(ada.transaction([ada.update(insert, [[7, 'https://example.org', [made.stamp]]])]));
    const third = await ada.pull({ [scope]: second.trailer.next[scope] ?? '' });
    expect(third.rows.map(whole)).toEqual([false]);
  });

  test('[P8] [P11] a page holds as many headers as fit into it, in their order, and whole rows up to its bytes', async () => {
    const { ada } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    const count = 2400;
    const rows = Array.from({ length: count }, (_, at) =>
      ada.insert('evidence', scope, { session_id: session, title: `Evidence ${at}` }),
    );
    for (let at = 0; at < count; at += 600) await ada.push(ada.transaction(rows.slice(at, at + 600)));
    const own = await ada.pull({ [scope]: '0' });
    const numbers = own.rows.map(({ s }) => Number(s));
    expect(numbers).toEqual(Array.from({ length: count + 1 }, (_, at) => (numbers[0] ?? 0) + at));
    expect([own.trailer.more, own.rows.some((row) => 'cells' in row)]).toEqual([false, false]);
    const pages: RowLine[][] = [];
    for (let seq = '0', more = true; more;) {
      const want = [{ scope, scopeEpoch: 0, seq, whole: true as const }];
      const page = await ada.pull({}, { want, maxBytes: 200_000 });
      pages.push(page.rows);
      [seq, more] = [page.trailer.next[scope] ?? '', page.trailer.more];
    }
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.flat().map(({ s }) => Number(s))).toEqual(numbers);
  });

  test('[MR3] a fast clock is held to the server’s now, and what is written over it is shown', async () => {
    const { ada, ben, users, environment } = await begin(postgres);
    const { project, session, scope } = await ada.makeSession();
    await share(ada, project, users.ben);
    const insert = ada.insert('evidence', scope, { session_id: session, title: 'base' });
    const made = ada.transaction([insert]);
    await ada.push(made);
    ada.clock += 315_360_000_000;
    const fast = ada.transaction([ada.update(insert, [[10, 'from 2036', [made.stamp]]])]);
    await ada.push(fast);
    ben.clock = environment.now() - 1000;
    await ben.push(ben.transaction([ben.update(insert, [[10, 'after it', [fast.stamp]]])]));
    const { rows } = await ben.pull({}, { want: [{ scope, scopeEpoch: 0, seq: '0', whole: true }] });
    const state = decodeRow(rows.find(({ i }) => i === insert.row) as RowLine);
    expect(valuesOf(state).known.get(10)).toBe('after it');
    expect(conflictsOf(state)).toEqual([]);
    for (const { at } of state.writers.values())
      if (at !== undefined) expect(at).toBeLessThan(Date.now() + 1000);
  });

  test('[MR22] [MR23] [MR25] a transaction is refused as one, by a code that says why', async () => {
    const { ada, database } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    const insert = ada.insert('evidence', scope, { session_id: session, title: 'a' });
    const made = ada.transaction([insert]);
    await ada.push(made);
    const claim = ada.insert('research_claims', scope, { session_id: session, status: 'settled' });
    const claimed = ada.transaction([claim]);
    await ada.push(claimed);
    const step = ada.update(claim, [[6, 'draft', [claimed.stamp]]]);
    const title = ada.update(insert, [[10, 'b', [made.stamp]]]);
    const answer = await ada.push(
      ada.transaction([title, step]),
      ada.transaction([title, step], { pick: true }),
      ada.transaction([ada.update(insert, [[11, { $r: 3 }, []]])]),
      ada.transaction([ada.update(insert, [[10, 'nul \u0000', []]])]),
      ada.transaction([ada.update(insert, [[14, '2026-02-30T00:00:00.000Z', []]])]),
    );
    expect(answer.results.map(({ st, code }) => code ?? st)).toEqual([
      'TRANSITION',
      'applied',
      'REDACTED',
      'UNFAITHFUL',
      'UNFAITHFUL',
    ]);
    const shown = await database.admin.query('SELECT status FROM central.research_claims');
    expect(shown.rows).toEqual([{ status: 'draft' }]);
  });

  test('[MR24] what follows a refused write also stands for what that one had replaced', async () => {
    const { ada, database } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    const insert = ada.insert('evidence', scope, { session_id: session, title: 'old' });
    const made = ada.transaction([insert]);
    await ada.push(made);
    const refused = ada.transaction([ada.update(insert, [[10, 'bad \ud800', [made.stamp]]])]);
    const next = ada.transaction([ada.update(insert, [[10, 'good', [refused.stamp]]])]);
    expect((await ada.push(refused)).results[0]?.code).toBe('UNFAITHFUL');
    expect((await ada.push(next)).results[0]?.st).toBe('applied');
    const { rows } = await ada.pull({}, { want: [{ scope, scopeEpoch: 0, seq: '0', whole: true }] });
    const state = decodeRow(rows.find(({ i }) => i === insert.row) as RowLine);
    expect(valuesOf(state).known.get(10)).toBe('good');
    expect(conflictsOf(state)).toEqual([]);
    const lost = ada.insert('evidence', scope, { session_id: session, title: '\u0000' });
    const answer = await ada.push(
      ada.transaction([lost]),
      ada.transaction([ada.update(lost, [[11, 'summary', []]])]),
    );
    expect(answer.results.map(({ code }) => code)).toEqual(['UNFAITHFUL', 'ROW_REFUSED']);
    expect((await database.admin.query('SELECT 1 FROM central.evidence')).rowCount).toBe(1);
  });

  test('[MR15] [MR16] a row goes into the trash where its deleter had seen everything, texts among it', async () => {
    const { ada, ben, users, database } = await begin(postgres);
    const { project, session, scope } = await ada.makeSession();
    await share(ada, project, users.ben);
    const insert = ada.insert('evidence', scope, { session_id: session, title: 'a' });
    const made = ada.transaction([insert]);
    await ada.push(made);
    const frame = { entity: evidence, row: insert.row, scope };
    const deleted = async () =>
      ((await database.admin.query('SELECT _deleted FROM central.evidence')).rows[0] as { _deleted: boolean })
        ._deleted;
    await ada.push(ada.transaction([{ op: 'delete', ...frame, base: [made.stamp], stamps: [made.stamp] }]));
    expect(await deleted()).toBe(true);
    const body = Buffer.from('words');
    const words = ben.insert('text_updates', scope, {
      owner_entity: 'evidence',
      owner_id: insert.row,
      column_name: 'notes',
      lineage: randomUUID(),
      update_hash: sha256(body),
    });
    await ben.push(ben.transaction([words], { bodies: { [sha256(body)]: body.toString('base64') } }));
    expect(await deleted()).toBe(false);
    const { bodies } = await ada.pull({ [scope]: '0' });
    expect(bodies[sha256(body)]).toBe(body.toString('base64'));
  });

  test('[MR17] [P15] [P19] a purge takes a row’s values everywhere, for ever, and stands in the ledger', async () => {
    const { ada, database, environment } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    const insert = ada.insert('evidence', scope, {
      session_id: session,
      title: 'PURGED-SECRET',
      summary: 'x',
    });
    const made = ada.transaction([insert]);
    await ada.push(made);
    await ada.push(ada.transaction([ada.update(insert, [[10, 'other', [made.stamp]]])]));
    const purge = () => ada.transaction([{ op: 'purge', entity: evidence, row: insert.row, scope }]);
    expect((await ada.push(purge())).results[0]?.st).toBe('applied');
    expect(environment.purged).toEqual([{ entity: evidence, id: insert.row }]);
    const tables = await database.admin.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'central'`,
    );
    for (const { name } of tables.rows) {
      const found = await database.admin.query(
        `SELECT 1 FROM ${name} AS t WHERE t::text LIKE '%PURGED-SECRET%'`,
      );
      expect([name, found.rowCount]).toEqual([name, 0]);
    }
    const answer = await ada.push(ada.transaction([ada.update(insert, [[11, 'y', []]])]), purge());
    expect(answer.results.map(({ st, code }) => code ?? st)).toEqual(['PURGED', 'applied']);
    expect(environment.purged.length).toBe(1);
    const { rows } = await ada.pull({}, { want: [{ scope, scopeEpoch: 0, seq: '0', whole: true }] });
    expect(rows.find(({ i }) => i === insert.row)?.st).toBe('purged');
  });

  test('[P6] what was refused is judged anew when it is sent again, and what was taken then is not', async () => {
    const { ada, ben, users } = await begin(postgres);
    const { project, session, scope } = await ada.makeSession();
    const work = ben.transaction([ben.insert('evidence', scope, { session_id: session, title: 'mine' })]);
    const resultOf = async () => (await ben.push(work)).results[0];
    expect(await resultOf()).toMatchObject({ code: 'FORBIDDEN' });
    expect(await resultOf()).toMatchObject({ code: 'FORBIDDEN' });
    await share(ada, project, users.ben);
    const taken = await resultOf();
    expect(taken).toMatchObject({ st: 'applied' });
    expect(await resultOf()).toMatchObject({ st: 'applied', seq: taken?.seq });
    const { rows } = await ada.pull({ [scope]: '0' });
    expect(rows.map(({ i }) => i)).toContain(work.entries[0]?.row);
  });

  test('[P6] [P15] a purge is answered only when it stands in the ledger, also where the process ended in between', async () => {
    const { ada, environment } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    const insert = ada.insert('evidence', scope, { session_id: session });
    await ada.push(ada.transaction([insert]));
    const purging = ada.request([
      ada.transaction([{ op: 'purge', entity: evidence, row: insert.row, scope }]),
    ]);
    const append = vi.spyOn(environment.ledger, 'append');
    append.mockRejectedValueOnce(new Error('the disk is full'));
    await expect(ada.send(purging)).rejects.toThrow('the disk is full');
    expect(environment.purged).toEqual([]);
    expect((await ada.send(purging)).results[0]?.st).toBe('applied');
    expect(environment.purged).toEqual([{ entity: evidence, id: insert.row }]);
  });
});
