import { expect, test } from 'vitest';
import { entitySpec } from '../../db/catalogue/catalogue.ts';
import { protocolVersion } from '../../sync/protocol/messages.ts';
import { hello } from '../../sync/server/feed/hello.ts';
import { rows } from '../../sync/server/feed/repair.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres, type TestPostgres } from '../helpers/postgres.ts';

const now = Date.now();

/** Everything that a reader is told of a project in which a page is closed to them: pages with their digests, greeting, rows, refusals. */
async function toldTo(postgres: TestPostgres, secret: string): Promise<string> {
  const { admin, server } = await postgres.database();
  const { tenant, users } = await makeTenant(admin, { ada: 'analyst', ben: 'analyst' });
  const store = new PostgresStore(server);
  const environment = testEnvironment(() => now);
  const epoch = await beginEpoch(server);
  const laptop = (user: string) => new TestLaptop(store, environment, { tenant, user }, epoch);
  const [ada, ben] = [laptop(users.ada), laptop(users.ben)];
  const { project, session, scope } = await ada.makeSession();
  const member = ada.insert('project_members', `project:${project}`, {
    project_id: project,
    author_id: users.ben,
    role: 'editor',
  });
  const page = ada.insert('evidence', scope, {
    session_id: session,
    title: secret,
    summary: secret,
    metadata: { note: secret },
    sharing_level: 'restricted',
  });
  const mark = ada.insert('annotations', scope, { evidence_id: page.row, quote: secret, body: secret });
  const tag = ada.insert('set_elements', scope, {
    owner_entity: 'evidence',
    owner_id: page.row,
    column_name: 'tags',
    element: secret,
  });
  await ada.push(ada.transaction([member]), ada.transaction([page]), ada.transaction([mark, tag]));
  const title = entitySpec('evidence').columns['title']?.n ?? 0;
  await ada.push(ada.transaction([ada.update(page, [[title, `${secret} and more`, []]])]));
  const asked = { v: protocolVersion, client: ben.client, epoch } as const;
  const greeting = {
    ...asked,
    app: 'test',
    schema: 1,
    lastMutation: '0',
    lastHash: ben.hash,
    settled: '0',
    have: [],
    now: 0,
  };
  const refused = ben.update(page, [[title, 'over it', []]]);
  return told([
    await hello(store, environment, ben.principal, greeting),
    await ben.pull({ [scope]: '0', [`project:${project}`]: '0' }),
    await rows(store, environment, ben.principal, { ...asked, rows: [{ e: page.entity, i: page.row }] }),
    await ben.push(ben.transaction([refused])),
    await ben.pull({ [scope]: '0' }),
  ]);
}

/** What was told, without what differs between any two runs: ids, stamps and hashes, each by the place where it was first told. */
function told(answers: readonly unknown[]): string {
  const known = new Map<string, number>();
  return JSON.stringify(answers).replaceAll(
    /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}/gu,
    (name) => {
      const place = known.get(name) ?? known.size;
      known.set(name, place);
      return `<${place}>`;
    },
  );
}

describeWithPostgres('what a reader is told', (postgres) => {
  test('[P14] does not depend on what is hidden from them but in hashes: not in form, length, count or number', async () => {
    const short = await toldTo(postgres, 'x');
    expect(await toldTo(postgres, 'hiddenword '.repeat(400))).toBe(short);
    expect(short).not.toContain('hiddenword');
    expect(short).toContain('$r');
  });
});
