import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entitySpec } from '../../db/catalogue/catalogue.ts';
import type { Json } from '../../db/catalogue/types.ts';
import type { ExchangedEntry } from '../../sync/protocol/exchange.ts';
import { digest } from '../../sync/server/feed/repair.ts';
import { protocolVersion } from '../../sync/protocol/messages.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres, type TestPostgres } from '../helpers/postgres.ts';

const sessions = entitySpec('research_sessions');
const projectColumn = sessions.columns['project_id']?.n ?? 0;
const restrictedColumn = sessions.columns['restricted']?.n ?? 0;
const bare = (id: string) => id.replaceAll('-', '');

async function begin(postgres: TestPostgres) {
  const database = await postgres.database();
  const { tenant, users } = await makeTenant(database.admin, {
    ada: 'analyst',
    ben: 'analyst',
    cy: 'analyst',
  });
  const store = new PostgresStore(database.server);
  const environment = testEnvironment();
  const epoch = await beginEpoch(database.server);
  const laptop = (user: string) => new TestLaptop(store, environment, { tenant, user }, epoch);
  return {
    database,
    tenant,
    users,
    store,
    epoch,
    ada: laptop(users.ada),
    ben: laptop(users.ben),
    cy: laptop(users.cy),
  };
}

/** A project of Ada's, with members. */
async function makeProject(ada: TestLaptop, members: readonly string[], more: Record<string, Json> = {}) {
  const id = randomUUID();
  const scope = `project:${id}`;
  const values = { name: 'P', owner_id: ada.principal.user, ...more };
  await ada.push(
    ada.transaction([
      ada.insert('projects', scope, values, id),
      ...members.map((user) =>
        ada.insert('project_members', scope, { project_id: id, author_id: user, role: 'editor' }),
      ),
    ]),
  );
  return { id, scope };
}

interface Made {
  readonly id: string;
  readonly scope: string;
  stamp: string;
}

async function makeSession(ada: TestLaptop, project: string, more: Record<string, Json> = {}): Promise<Made> {
  const id = randomUUID();
  const made = ada.transaction([
    ada.insert('research_sessions', `session:${id}`, { title: 'S', project_id: project, ...more }, id),
  ]);
  await ada.push(made);
  return { id, scope: `session:${id}`, stamp: made.stamp };
}

/** A document in a scope with a reading, a fact and a tag, as evidence of a session. */
async function addDocument(ada: TestLaptop, scope: string, session: Made, document: string = randomUUID()) {
  const hash = createHash('sha256').update(document).digest('hex');
  const reading = randomUUID();
  const rows: ExchangedEntry[] = [
    ada.insert('artifacts', scope, { content_hash: hash, file_name: 'a.pdf' }, document),
    ada.insert(
      'content_extractions',
      scope,
      { artifact_id: document, extractor: 'x', extractor_version: '1' },
      reading,
    ),
    ada.insert('metadata_tags', scope, {
      artifact_id: document,
      tag_type: 'k',
      tag_key: 'k',
      tag_value: 'v',
    }),
    ada.insert('set_elements', scope, {
      owner_entity: 'artifacts',
      owner_id: document,
      column_name: 'tags',
      element: 't',
    }),
  ];
  await ada.push(ada.transaction([...rows, evidenceOf(ada, session, document)]));
  return { document, ids: rows.map(({ row }) => row).toSorted() };
}

function evidenceOf(of: TestLaptop, session: Made, document: string): ExchangedEntry {
  return of.insert('evidence', session.scope, { session_id: session.id, artifact_id: document, title: 'T' });
}

/** Writes one column of a session. */
async function write(of: TestLaptop, session: Made, column: number, value: Json) {
  const row = { entity: sessions.n, row: session.id, scope: session.scope };
  const tx = of.transaction([of.update(row, [[column, value, [session.stamp]]])]);
  session.stamp = tx.stamp;
  const answer = await of.push(tx);
  return answer.results[0]?.code ?? 'taken';
}

const exitsOf = (lines: readonly { readonly i: string; readonly st?: string }[]) =>
  lines.flatMap((line) => (line.st === 'exit' ? [line.i] : [])).toSorted();

describeWithPostgres('builds of different age', (postgres) => {
  test('[P23] [MR8] columns and collections that the server does not know are kept and served; an older build’s edit leaves them', async () => {
    const { ada, ben, users } = await begin(postgres);
    const project = await makeProject(ada, [users.ben]);
    const session = await makeSession(ada, project.id);
    const known = ada.insert('evidence', session.scope, { session_id: session.id, title: 'T' });
    await ada.push(ada.transaction([known]));
    const unknown: ExchangedEntry = {
      op: 'insert',
      entity: 900,
      row: randomUUID(),
      scope: session.scope,
      values: ['a', null, 'c'],
    };
    const newer = ada.transaction([ada.update(known, [[200, 'of a newer build', []]]), unknown], {
      schemaVersion: 9,
    });
    expect((await ada.push(newer)).results[0]?.st).toBe('applied');
    await ben.push(ben.transaction([ben.update(known, [[10, 'of an older build', []]])]));
    const { rows, trailer } = await ben.pull({ [session.scope]: '0' });
    const cells = rows.find(({ i }) => i === known.row)?.cells;
    expect(JSON.stringify(cells?.['200'])).toContain('of a newer build');
    expect(JSON.stringify(cells?.['10'])).toContain('of an older build');
    expect(rows.find(({ i }) => i === unknown.row)).toMatchObject({ e: 900, n: [0, 3] });
    expect(Number(trailer.digest?.[session.scope]?.n)).toBe(rows.length);
  });
});

describeWithPostgres('rows that go to another scope', (postgres) => {
  test('[P18] documents follow their session into another project, and say in the old one that they left', async () => {
    const { ada, ben, cy, users, database, tenant } = await begin(postgres);
    const [from, to] = [await makeProject(ada, [users.ben]), await makeProject(ada, [users.cy])];
    const [moved, stays] = [await makeSession(ada, from.id), await makeSession(ada, from.id)];
    const { ids, document } = await addDocument(ada, from.scope, moved);
    const shared = await addDocument(ada, from.scope, stays);
    await ada.push(ada.transaction([evidenceOf(ada, moved, shared.document)]));
    const before = await ben.pull({ [from.scope]: '0' });
    expect(before.rows.map(({ i }) => i)).toEqual(expect.arrayContaining([...ids, ...shared.ids]));
    const cursor = before.trailer.next[from.scope] ?? '0';
    expect(await write(ada, moved, projectColumn, bare(to.id))).toBe('taken');
    const after = await ben.pull({ [from.scope]: cursor, [moved.scope]: '0' });
    expect(exitsOf(after.rows)).toEqual(ids);
    expect(after.rows.every((line) => !('to' in line))).toBe(true);
    expect(after.trailer.revoke).toEqual([moved.scope]);
    const arrived = await cy.pull({ [to.scope]: '0' });
    expect(arrived.rows.map(({ i }) => i)).toEqual(expect.arrayContaining(ids));
    expect(arrived.rows.map(({ i }) => i)).not.toContain(shared.document);
    const both = await ada.pull({ [from.scope]: cursor, [to.scope]: '0' });
    const told = both.rows.filter((line) => (line as { st?: string }).st === 'exit');
    expect(told.map((line) => (line as { to?: string }).to)).toEqual(ids.map(() => to.scope));
    for (const table of ['artifacts', 'content_extractions', 'metadata_tags', 'set_elements']) {
      const { rows } = await database.admin.query<{ _scope: string }>(
        `SELECT DISTINCT _scope FROM central.${table} WHERE tenant_id = $1 AND id = ANY ($2)`,
        [tenant, ids],
      );
      expect(rows).toEqual([{ _scope: to.scope }]);
    }
    // What is edited by one who does not know yet follows the row; one who may not write where it is now is refused.
    const rename = (of: TestLaptop) =>
      of.push(
        of.transaction([of.update({ entity: 9, row: document, scope: from.scope }, [[9, 'renamed', []]])]),
      );
    expect((await rename(ada)).results[0]?.code).toBeUndefined();
    expect((await rename(ben)).results[0]?.code).toBe('FORBIDDEN');
    // And back: it has not left any more.
    expect(await write(ada, moved, projectColumn, bare(from.id))).toBe('taken');
    const back = await ben.pull({ [from.scope]: cursor });
    expect(exitsOf(back.rows)).toEqual([]);
    expect(back.rows.map(({ i }) => i)).toEqual(expect.arrayContaining(ids));
  });

  test('[P18] a session that is restricted takes its own documents out of the project; later ones and parts follow', async () => {
    const { ada, ben, users } = await begin(postgres);
    const project = await makeProject(ada, [users.ben]);
    const session = await makeSession(ada, project.id);
    const { ids, document } = await addDocument(ada, project.scope, session);
    const cursor = (await ben.pull({ [project.scope]: '0' })).trailer.next[project.scope] ?? '0';
    expect(await write(ada, session, restrictedColumn, 1)).toBe('taken');
    const late = await addDocument(ada, project.scope, session);
    const reading = { artifact_id: document, extractor: 'y', extractor_version: '2' };
    await ada.push(ada.transaction([ada.insert('content_extractions', project.scope, reading)]));
    const { rows } = await ben.pull({ [project.scope]: cursor });
    expect(exitsOf(rows)).toEqual(ids);
    expect(rows.filter((line) => (line as { st?: string }).st !== 'exit')).toEqual([]);
    const own = await ada.pull({ [session.scope]: '0' });
    expect(own.rows.map(({ i }) => i)).toEqual(expect.arrayContaining([...ids, ...late.ids]));
    expect(await write(ada, session, restrictedColumn, 0)).toBe('taken');
    const opened = await ben.pull({ [project.scope]: cursor });
    expect(opened.rows.map(({ i }) => i)).toEqual(expect.arrayContaining([...ids, ...late.ids]));
  });

  test('[P10] [P13] a project that is opened is everybody’s to read, and no longer once it is closed; only its leads decide', async () => {
    const { ada, ben, cy, users } = await begin(postgres);
    const project = await makeProject(ada, [users.cy]);
    const session = await makeSession(ada, project.id);
    const visibility = entitySpec('projects').columns['visibility']?.n ?? 0;
    const base: string[] = [];
    const set = async (of: TestLaptop, value: string) => {
      const tx = of.transaction([
        of.update({ entity: 3, row: project.id, scope: project.scope }, [[visibility, value, [...base]]]),
      ]);
      const { results } = await of.push(tx);
      const code = results[0]?.code;
      if (code === undefined) base.splice(0, base.length, tx.stamp);
      return code ?? 'taken';
    };
    expect((await ben.pull({ [session.scope]: '0' })).trailer.revoke).toEqual([session.scope]);
    expect(await set(cy, 'public')).toBe('FORBIDDEN');
    expect(await set(ada, 'internal')).toBe('taken');
    expect((await ben.pull({ [session.scope]: '0' })).rows.map(({ i }) => i)).toEqual([session.id]);
    const written = await ben.push(
      ben.transaction([ben.insert('evidence', session.scope, { session_id: session.id })]),
    );
    expect(written.results[0]?.code).toBe('FORBIDDEN');
    expect(await set(ada, 'private')).toBe('taken');
    expect((await ben.pull({ [session.scope]: '0' })).trailer.revoke).toEqual([session.scope]);
  });

  test('[P12] [P18] whatever moves where, digests are those of the rows, and a holder of one scope has what stands there', async () => {
    const { ada, users, store, epoch } = await begin(postgres);
    const step = fc.record({
      session: fc.nat(2),
      act: fc.constantFrom('move', 'restrict', 'open', 'document', 'share'),
      project: fc.nat(1),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 9 }), async (steps) => {
        const projects = [await makeProject(ada, [users.ben]), await makeProject(ada, [users.cy])];
        const made: Made[] = [];
        for (let at = 0; at < 3; at += 1) made.push(await makeSession(ada, projects[at % 2]?.id ?? ''));
        const documents: string[] = [];
        const held = new Map<string, string>();
        const cursors = new Map([...projects, ...made].map(({ scope }) => [scope, '0']));
        for (const { session: at, act, project } of steps) {
          const session = made[at];
          const into = projects[project];
          if (session === undefined || into === undefined) continue;
          if (act === 'move') await write(ada, session, projectColumn, bare(into.id));
          else if (act === 'document') documents.push((await addDocument(ada, into.scope, session)).document);
          else if (act !== 'share') await write(ada, session, restrictedColumn, act === 'restrict' ? 1 : 0);
          else if (documents[0] !== undefined)
            await ada.push(ada.transaction([evidenceOf(ada, session, documents[0])]));
          const { rows, trailer } = await ada.pull(Object.fromEntries(cursors));
          for (const line of rows) {
            if ((line as { st: string }).st !== 'exit') held.set(line.i, line.sc);
            else if (held.get(line.i) === line.sc) held.delete(line.i);
          }
          for (const [scope, seq] of Object.entries(trailer.next)) cursors.set(scope, seq);
          expect(trailer.revoke).toBeUndefined();
          for (const [scope, { n, x }] of Object.entries(trailer.digest ?? {})) {
            const asked = { v: protocolVersion, client: ada.client, epoch, scope } as const;
            const answer = await digest(store, ada.principal, asked);
            const parts = 'parts' in answer ? Object.values(answer.parts) : [];
            expect(parts.reduce((sum, part) => sum + Number(part.n), 0)).toBe(Number(n));
            const xor = parts.reduce((sum, part) => sum ^ BigInt(`0x${part.x}`), 0n);
            expect(xor.toString(16).padStart(16, '0')).toBe(x);
            expect([...held.values()].filter((each) => each === scope)).toHaveLength(Number(n));
          }
        }
      }),
      { numRuns: 12, seed: 20261121 },
    );
  });
});
