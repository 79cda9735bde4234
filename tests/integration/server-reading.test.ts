import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { entitySpec } from '../../db/catalogue/catalogue.ts';
import { decodeRow } from '../../sync/core/row-wire.ts';
import { valuesOf } from '../../sync/core/row-state.ts';
import {
  firstHash,
  type HelloAnswer,
  helloAnswerSchema,
  protocolVersion,
} from '../../sync/protocol/messages.ts';
import type { RowLine } from '../../sync/protocol/row-state.ts';
import { hello } from '../../sync/server/feed/hello.ts';
import { digest, rows, stamps } from '../../sync/server/feed/repair.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres, type TestPostgres } from '../helpers/postgres.ts';

async function begin(postgres: TestPostgres) {
  const database = await postgres.database();
  const { tenant, users } = await makeTenant(database.admin, {
    ada: 'analyst',
    ben: 'analyst',
    eve: 'owner',
  });
  const store = new PostgresStore(database.server);
  const environment = testEnvironment();
  const epoch = await beginEpoch(database.server);
  const laptop = (user: string) => new TestLaptop(store, environment, { tenant, user }, epoch);
  const greet = (
    of: TestLaptop,
    have: { scope: string; scopeEpoch: number; seq: string }[] = [],
  ): Promise<HelloAnswer> =>
    hello(store, environment, of.principal, {
      v: protocolVersion,
      client: of.client,
      epoch: of.epoch,
      app: 'test',
      schema: 1,
      lastMutation: String(of.last),
      lastHash: of.hash,
      settled: '0',
      have,
      now: environment.now(),
    });
  const member = (of: TestLaptop, project: string, user: string, role: string) =>
    of.insert('project_members', `project:${project}`, { project_id: project, author_id: user, role });
  return {
    database,
    users,
    tenant,
    store,
    epoch,
    greet,
    member,
    ada: laptop(users.ada),
    ben: laptop(users.ben),
    eve: laptop(users.eve),
  };
}

describeWithPostgres('reading the feed', (postgres) => {
  test('[P10] [P13] who is let in is told what to fetch; who is put out is told what to give back', async () => {
    const { ada, ben, eve, users, greet, member } = await begin(postgres);
    const { project, session, scope } = await ada.makeSession();
    const personal = ['tenant', `user:${users.ben}`];
    expect((await greet(ben)).scopes.map((each) => each.scope)).toEqual(personal);
    const entry = member(ada, project, users.ben, 'reader');
    const made = ada.transaction([entry]);
    await ada.push(made);
    const answer = helloAnswerSchema.parse(await greet(ben));
    expect(answer.scopes.filter((each) => !personal.includes(each.scope))).toEqual([
      {
        scope: `project:${project}`,
        scopeEpoch: 0,
        rows: '2',
        priority: 1,
        do: 'bootstrap',
        access: 'read',
        part: true,
        name: 'P',
      },
      {
        scope,
        scopeEpoch: 0,
        rows: '1',
        priority: 0,
        do: 'bootstrap',
        access: 'read',
        part: true,
        project,
        name: 'S',
      },
    ]);
    expect((await greet(eve)).scopes.length).toBe(2);
    const { rows: pulled } = await ben.pull({ [scope]: '0' });
    expect(pulled.map(({ i }) => i)).toEqual([session]);
    const written = await ben.push(ben.transaction([ben.insert('evidence', scope, { session_id: session })]));
    expect(written.results[0]?.code).toBe('FORBIDDEN');
    await ada.push(
      ada.transaction([
        {
          op: 'delete',
          entity: entry.entity,
          row: entry.row,
          scope: entry.scope,
          base: [made.stamp],
          stamps: [made.stamp],
        },
      ]),
    );
    const next = await ben.pull({ [scope]: '1', tenant: '0' });
    expect(next.trailer.revoke).toEqual([scope]);
    expect(next.rows).toEqual([]);
    expect(Object.keys(next.trailer.digest ?? {})).toEqual(['tenant']);
    const later = await greet(ben, [{ scope, scopeEpoch: 0, seq: '1' }]);
    expect(later.scopes.find((each) => each.scope === scope)).toMatchObject({ do: 'revoke', access: 'none' });
  });

  test('[P10] nobody makes themselves a member, moves a session where they may not write, or writes as another', async () => {
    const { ada, ben, users, member } = await begin(postgres);
    const { project, session, scope } = await ada.makeSession();
    const foreign = await ben.makeSession();
    await ada.push(ada.transaction([member(ada, project, users.ben, 'editor')]));
    const insert = ben.insert('evidence', scope, { session_id: session });
    const ownSession = { entity: 5, row: session, scope };
    const answer = await ben.push(
      ben.transaction([member(ben, project, users.ben, 'lead')]),
      ben.transaction([ben.update(ownSession, [[3, foreign.project.replaceAll('-', ''), []]])]),
      ben.transaction([insert], { author: users.ada }),
      ben.transaction([{ ...insert, scope: foreign.scope }]),
      ben.transaction([ben.insert('evidence', `session:${randomUUID()}`, { session_id: randomUUID() })]),
      ben.transaction([ben.insert('users', 'tenant', { email: 'x@example.org' })]),
      ben.transaction([ben.insert('projects', `project:${project}`, { name: 'mine now' }, project)]),
      ben.transaction([
        ben.insert('research_sessions', `session:${users.ada}`, { project_id: randomUUID() }, users.ada),
      ]),
      ben.transaction([insert]),
    );
    expect(answer.results.map(({ st, code }) => code ?? st)).toEqual([
      'FORBIDDEN',
      'FORBIDDEN',
      'AUTHOR',
      'SCOPE',
      'SCOPE',
      'FORBIDDEN',
      'FORBIDDEN',
      'SCOPE',
      'applied',
    ]);
    // What a refused transaction would have made gives no right to the next one.
    const project2 = randomUUID();
    const tail = await ben.push(
      ben.transaction([ben.insert('projects', `project:${project2}`, { name: '\u0000' }, project2)]),
      ben.transaction([member(ben, project2, users.ben, 'lead')]),
    );
    expect(tail.results.map(({ code }) => code)).toEqual(['UNFAITHFUL', 'SCOPE']);
  });

  test('[P14] [MR25] a value that the reader may not see is a marker, and the digest stays the same', async () => {
    const { ada, ben, users, member, database, tenant } = await begin(postgres);
    const { project, session, scope } = await ada.makeSession();
    await ada.push(ada.transaction([member(ada, project, users.ben, 'editor')]));
    const open = ada.insert('evidence', scope, { session_id: session, title: 'seen by all' });
    const closed = ada.insert('evidence', scope, {
      session_id: session,
      title: 'TAINT-1',
      metadata: { k: 'TAINT-2' },
      sharing_level: 'restricted',
      language: 'en',
    });
    await ada.push(ada.transaction([open, closed]));
    const bens = await ben.pull({ [scope]: '0' });
    expect(JSON.stringify(bens.rows)).not.toContain('TAINT');
    const masked = decodeRow(bens.rows.find(({ i }) => i === closed.row) as RowLine);
    expect(valuesOf(masked).known.get(10)).toEqual({ $r: 1 });
    expect(valuesOf(masked).known.get(15)).toBe('en');
    const whole = { want: [{ scope, scopeEpoch: 0, seq: '0', whole: true as const }] };
    const adas = await ada.pull({}, whole);
    expect(JSON.stringify(adas.rows)).toContain('TAINT-2');
    expect(adas.trailer.digest).toEqual(bens.trailer.digest);
    const back = await ben.push(ben.transaction([ben.update(closed, [[10, { $r: 1 }, []]])]));
    expect(back.results[0]?.code).toBe('REDACTED');
    await database.admin.query(
      `UPDATE governance.tenants SET policy_version = 2,
         privacy_settings = '{"classes": {"content": {"sync": "withhold"}}}' WHERE id = $1`,
      [tenant],
    );
    expect(JSON.stringify((await ada.pull({}, whole)).rows)).not.toContain('TAINT');
    const forbidden = await ada.push(
      ada.transaction([ada.insert('evidence', scope, { session_id: session, title: 'x' })]),
    );
    expect(forbidden.results[0]?.code).toBe('POLICY');
  });

  test('[P14] a quote is as confidential as its page: who may not read the page gets no word of it, and a level that changes is fetched anew', async () => {
    const { ada, ben, users, greet, member } = await begin(postgres);
    const { project, session, scope } = await ada.makeSession();
    await ada.push(ada.transaction([member(ada, project, users.ben, 'editor')]));
    const page = ada.insert('evidence', scope, {
      session_id: session,
      title: 'TAINT-1',
      sharing_level: 'restricted',
    });
    const claim = ada.insert('research_claims', scope, { session_id: session, claim_text: 'open words' });
    const link = ada.insert('claim_evidence', scope, {
      claim_id: claim.row,
      evidence_id: page.row,
      stance: 'supports',
      quote: 'TAINT-2',
    });
    const mark = ada.insert('annotations', scope, { evidence_id: page.row, quote: 'TAINT-3' });
    const tag = (owner: string, id: string, element: string) =>
      ada.insert('set_elements', scope, { owner_entity: owner, owner_id: id, column_name: 'tags', element });
    const tags = [
      tag('evidence', page.row, 'TAINT-4'),
      tag('annotations', mark.row, 'TAINT-5'),
      tag('research_claims', claim.row, 'open tag'),
    ];
    const { results } = await ada.push(ada.transaction([page, claim, link, mark, ...tags]));
    expect(results).toMatchObject([{ st: 'applied' }]);
    const bens = JSON.stringify((await ben.pull({ [scope]: '0' })).rows);
    expect(bens).not.toContain('TAINT');
    expect(bens).toContain('open words');
    expect(bens).toContain('open tag');
    const whole = { want: [{ scope, scopeEpoch: 0, seq: '0', whole: true as const }] };
    const adas = JSON.stringify((await ada.pull({}, whole)).rows);
    for (const n of [1, 2, 3, 4, 5]) expect(adas).toContain(`TAINT-${n}`);
    const level = entitySpec('evidence').columns['sharing_level']?.n ?? 0;
    const stamp = (await ada.pull({}, whole)).rows.find(({ i }) => i === page.row)?.t[0]?.[0] ?? '';
    await ada.push(ada.transaction([ada.update(page, [[level, 'internal', [stamp]]])]));
    const greeted = await greet(ben, [{ scope, scopeEpoch: 0, seq: '1000000' }]);
    const told = greeted.scopes.find((each) => each.scope === scope);
    expect(told).toMatchObject({ do: 'bootstrap', scopeEpoch: 1 });
    const after = await ben.pull({ [scope]: '0' }, { scopeEpoch: 1 });
    expect(JSON.stringify(after.rows)).toContain('TAINT-2');
  });

  test('[P12] digests of parts and rows lead from a difference to the row; stamps tell what the server knows', async () => {
    const { ada, ben, store, epoch } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    const inserts = Array.from({ length: 40 }, () => ada.insert('evidence', scope, { session_id: session }));
    const made = ada.transaction(inserts);
    await ada.push(made);
    const asked = { v: protocolVersion, client: ada.client, epoch } as const;
    const answer = await digest(store, ada.principal, { ...asked, scope });
    const parts = 'parts' in answer ? answer.parts : {};
    const { trailer } = await ada.pull({ [scope]: '0' });
    const sum = Object.values(parts).reduce((n, part) => n + Number(part.n), 0);
    const xor = Object.values(parts).reduce((x, part) => x ^ BigInt(`0x${part.x}`), 0n);
    expect({ n: String(sum), x: xor.toString(16).padStart(16, '0') }).toEqual(trailer.digest?.[scope]);
    const [first] = inserts;
    const id = first?.row ?? '';
    const part = await digest(store, ada.principal, { ...asked, scope, part: id.slice(-2) });
    expect('rows' in part && part.rows.some(({ i }) => i === id)).toBe(true);
    const request = {
      ...asked,
      rows: [
        { e: 6, i: id },
        { e: 6, i: randomUUID() },
      ],
    };
    const lines = await rows(store, testEnvironment(), ada.principal, request);
    expect(lines.length).toBe(2);
    expect(lines[1]).toContain('missing');
    const bens = await rows(store, testEnvironment(), ben.principal, { ...request, client: ben.client });
    expect(JSON.parse(bens[0] ?? '')).toMatchObject({ trailer: { missing: request.rows } });
    await expect(digest(store, ben.principal, { ...asked, client: ben.client, scope })).rejects.toMatchObject(
      {
        code: 'FORBIDDEN',
      },
    );
    const unknown = '0'.repeat(32);
    expect(await stamps(store, ada.principal, { ...asked, stamps: [made.stamp, unknown] })).toEqual({
      known: { [made.stamp]: { st: 'applied' } },
    });
  });

  test('[P8] pages follow one another without a gap; [P13] a scope whose rules changed is fetched again', async () => {
    const { ada, database, greet } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    for (let at = 0; at < 5; at += 1) {
      await ada.push(
        ada.transaction(
          Array.from({ length: 7 }, () => ada.insert('evidence', scope, { session_id: session })),
        ),
      );
    }
    const seen: string[] = [];
    let seq = '0';
    for (;;) {
      const page = await ada.pull({ [scope]: seq }, { maxBytes: 600 });
      seen.push(...page.rows.map(({ s }) => s));
      seq = page.trailer.next[scope] ?? '';
      expect('digest' in page.trailer).toBe(!page.trailer.more);
      if (!page.trailer.more) break;
    }
    expect(seen).toEqual(Array.from({ length: 36 }, (_, at) => String(at + 2)));
    await database.admin.query('UPDATE central.sync_scope SET scope_epoch = 1 WHERE scope = $1', [scope]);
    const { trailer, rows: none } = await ada.pull({ [scope]: seq });
    expect([trailer.bootstrap, none]).toEqual([[scope], []]);
    const answer = await greet(ada, [{ scope, scopeEpoch: 0, seq }]);
    expect(answer.scopes.find((each) => each.scope === scope)).toMatchObject({
      do: 'bootstrap',
      scopeEpoch: 1,
    });
    expect(answer.lastHash).not.toBe(firstHash);
  });
});
