import { expect, test } from 'vitest';
import { entitySpec } from '../../db/catalogue/catalogue.ts';
import { decodeRow, hashOfText, rowText } from '../../sync/core/row-wire.ts';
import { protocolVersion } from '../../sync/protocol/messages.ts';
import type { RowLine } from '../../sync/protocol/row-state.ts';
import { hello } from '../../sync/server/feed/hello.ts';
import { rows } from '../../sync/server/feed/repair.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, sha256, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres, type TestPostgres } from '../helpers/postgres.ts';

const now = Date.now();

/** Ada's session in a project of which Ben is made an editor by `member`. */
async function begin(postgres: TestPostgres) {
  const { admin, server } = await postgres.database();
  const { tenant, users } = await makeTenant(admin, { ada: 'analyst', ben: 'analyst' });
  const store = new PostgresStore(server);
  const environment = testEnvironment(() => now);
  const epoch = await beginEpoch(server);
  const laptop = (user: string) => new TestLaptop(store, environment, { tenant, user }, epoch);
  const [ada, ben] = [laptop(users.ada), laptop(users.ben)];
  const made = await ada.makeSession();
  const member = ada.insert('project_members', `project:${made.project}`, {
    project_id: made.project,
    author_id: users.ben,
    role: 'editor',
  });
  return { admin, store, environment, epoch, users, laptop, ada, ben, ...made, member };
}

/** Everything that a reader is told of a project in which a page is closed to them: pages with their digests, greeting, rows, refusals. */
async function toldTo(postgres: TestPostgres, secret: string, guess = 'over it'): Promise<string> {
  const { store, environment, epoch, ada, ben, project, session, scope, member } = await begin(postgres);
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
  const guessed = ben.update(page, [[title, guess, []]]);
  return told([
    await hello(store, environment, ben.principal, greeting),
    await ben.pull({ [scope]: '0', [`project:${project}`]: '0' }),
    await rows(store, environment, ben.principal, { ...asked, rows: [{ e: page.entity, i: page.row }] }),
    await ben.push(ben.transaction([guessed])),
    await ben.pull({ [scope]: '0' }),
  ]);
}

/** What was told, without what differs between any two runs: ids, stamps, hashes and salts, each by the place where it was first told. */
function told(answers: readonly unknown[]): string {
  const known = new Map<string, number>();
  return JSON.stringify(answers).replaceAll(
    /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}|(?<="x":")[\w-]{16}/gu,
    (name) => {
      const place = known.get(name) ?? known.size;
      known.set(name, place);
      return `<${place}>`;
    },
  );
}

describeWithPostgres('what a reader is told', (postgres) => {
  test('[P14] does not depend on what is hidden from them: not in form, length, count or number', async () => {
    const short = await toldTo(postgres, 'x');
    expect(await toldTo(postgres, 'hiddenword '.repeat(400))).toBe(short);
    expect(short).not.toContain('hiddenword');
    expect(short).toContain('$r');
  });

  test('[P28] is the same whether or not what they write over a hidden value is that value', async () => {
    const right = await toldTo(postgres, 'y', 'y and more');
    expect(right).toBe(await toldTo(postgres, 'y', 'n and more'));
    expect(right).toContain('"merged"');
  });

  test('[P28] holds no hash of a hidden value that could be tried with guesses: its salt goes to nobody but who sees all of it', async () => {
    const { users, laptop, ada, ben, session, scope, member } = await begin(postgres);
    const page = ada.insert('evidence', scope, {
      session_id: session,
      title: 'yes',
      sharing_level: 'restricted',
    });
    await ada.push(ada.transaction([member]), ada.transaction([page]));
    const lineFor = async (reader: TestLaptop) => {
      const { rows: lines } = await reader.pull({ [scope]: '0' });
      return lines.find(({ i }) => i === page.row) as RowLine;
    };
    const whole = await lineFor(laptop(users.ada));
    const masked = await lineFor(ben);
    expect(hashOfText(rowText(decodeRow(whole), whole.x), sha256)).toBe(masked.h);
    // Whoever guesses every value rightly has this text, and still not the hash.
    expect(hashOfText(rowText(decodeRow(whole)), sha256)).not.toBe(masked.h);
    expect(JSON.stringify(masked)).not.toContain(whole.x);
    expect(Object.keys(masked)).not.toContain('x');
  });

  test('[P28] each version has a salt of its own, so that who saw a version has none for the next', async () => {
    const { admin, ada, session, scope } = await begin(postgres);
    const page = ada.insert('evidence', scope, { session_id: session, title: 'a' });
    const salts = new Set<unknown>();
    const title = entitySpec('evidence').columns['title']?.n ?? 0;
    let base = ada.transaction([page]);
    await ada.push(base);
    for (const word of ['b', 'a', 'b']) {
      const next = ada.transaction([ada.update(page, [[title, word, [base.stamp]]])]);
      await ada.push(next);
      base = next;
      const kept = await admin.query<{ state: string }>('SELECT state FROM central.sync_row WHERE id = $1', [
        page.row,
      ]);
      salts.add((JSON.parse(kept.rows[0]?.state ?? '{}') as RowLine).x);
    }
    expect(salts.size).toBe(3);
    expect(salts).not.toContain(undefined);
  });
});
