import fc from 'fast-check';
import type { z } from 'zod';
import { expect, test } from 'vitest';
import type { Json } from '../../db/catalogue/types.ts';
import { chainHash } from '../../sync/core/chain.ts';
import { valuesOf } from '../../sync/core/row-state.ts';
import { decodeRow, hashOfText } from '../../sync/core/row-wire.ts';
import { canonicalText, faithfulValue } from '../../sync/core/value.ts';
import {
  digestRequestSchema,
  helloRequestSchema,
  protocolVersion,
  pullRequestSchema,
  pushAnswerSchema,
  rowsRequestSchema,
  stampsRequestSchema,
} from '../../sync/protocol/messages.ts';
import { type PushRequest, readPush } from '../../sync/protocol/push-lines.ts';
import { rowContentSchema, type RowLine } from '../../sync/protocol/row-state.ts';
import { RequestRefused } from '../../sync/server/feed/environment.ts';
import { hello } from '../../sync/server/feed/hello.ts';
import { pull } from '../../sync/server/feed/pull.ts';
import { digest, rows, stamps } from '../../sync/server/feed/repair.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, sha256, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { change, changed, changedAt, plainPush, wireOf } from '../helpers/wrong-messages.ts';
import { describeWithPostgres, type TestDatabase, type TestPostgres } from '../helpers/postgres.ts';

const cases = Number(process.env['WORKBENCH_CASES'] ?? 250);
const seed = Number(process.env['WORKBENCH_SEED'] ?? 7);

async function begin(postgres: TestPostgres) {
  const database = await postgres.database();
  const { tenant, users } = await makeTenant(database.admin, { ada: 'analyst', ben: 'analyst' });
  const store = new PostgresStore(database.server);
  const epoch = await beginEpoch(database.server);
  const environment = testEnvironment();
  const laptop = (user: string) => new TestLaptop(store, environment, { tenant, user }, epoch);
  return { database, store, environment, ada: laptop(users.ada), ben: laptop(users.ben) };
}

/** Puts the chain right, so that what is wrong inside of a transaction gets past it. */
function rechained(request: PushRequest): PushRequest {
  let hash = request.previousHash;
  for (const { text } of request.transactions) hash = chainHash(hash, text, sha256);
  return { ...request, hash };
}

async function standing({ admin }: TestDatabase): Promise<string> {
  const { rows } = await admin.query(
    `SELECT (SELECT n FROM central.sync_head) AS head, (SELECT count(*) FROM central.sync_row) AS rows,
            (SELECT count(*) FROM central.sync_result) AS results, (SELECT count(*) FROM central.sync_body) AS bodies,
            (SELECT sum(last_mutation) FROM central.sync_client) AS mutations, (SELECT count(*) FROM central.sync_refused) AS refused`,
  );
  return JSON.stringify(rows);
}

describeWithPostgres('whatever arrives', (postgres) => {
  test('[P17] a push that is not right is refused by a known name, writes nothing, and leaves the feed whole', async () => {
    const { database, ada } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    const first = ada.insert('evidence', scope, { session_id: session, title: 'first', metadata: { k: 1 } });
    const made = ada.transaction([first]);
    await ada.push(made);
    const counts = { unread: 0, refused: 0, answered: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (changes, chained) => {
          const frame = { entity: first.entity, row: first.row, scope };
          const request = ada.request([
            ada.transaction([
              ada.insert('evidence', scope, {
                session_id: session,
                title: 'x',
                metadata: { a: [1, { b: null }] },
              }),
              ada.update(first, [
                [10, 'y', [made.stamp]],
                ['26/k', [2], [made.stamp]],
              ]),
            ]),
            ada.transaction([{ op: 'delete', ...frame, base: [made.stamp], stamps: [made.stamp] }]),
            ada.transaction([{ op: 'dismiss', ...frame, cell: 10, stamps: [made.stamp] }]),
          ]);
          const wrong = changes.reduce<unknown>(changedAt, plainPush(request));
          const parsed = readPush(wireOf(wrong));
          if (!parsed.success) {
            counts.unread += 1;
            return;
          }
          const before = await standing(database);
          try {
            const answer = pushAnswerSchema.parse(
              await ada.send(chained ? rechained(parsed.data) : parsed.data),
            );
            ada.last = BigInt(answer.lastMutation);
            ada.hash = answer.lastHash;
            counts.answered += 1;
          } catch (error) {
            if (!(error instanceof RequestRefused)) throw error;
            counts.refused += 1;
            expect(await standing(database)).toBe(before);
          }
        },
      ),
      { seed, numRuns: cases },
    );
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(cases / 50);
    const stored = await database.admin.query<{ state: string; hash: string }>(
      'SELECT state, hash FROM central.sync_row',
    );
    for (const { state, hash } of stored.rows) {
      const content = rowContentSchema.parse(JSON.parse(state));
      expect(hashOfText(state, sha256)).toBe(hash);
      expect(canonicalText(content as unknown as Json)).toBe(state);
    }
    const digests = await database.admin.query(
      `SELECT s.scope FROM central.sync_scope AS s CROSS JOIN LATERAL
         (SELECT count(*) AS n, bit_xor(('x' || left(hash, 16))::bit(64)::bigint) AS x FROM central.sync_row AS r WHERE r.scope = s.scope) AS d
       WHERE s.n <> d.n OR s.xor64 <> d.x`,
    );
    expect(digests.rows).toEqual([]);
  });

  test('[P17] so is whatever is asked', async () => {
    const { database, store, environment, ada } = await begin(postgres);
    const { session, scope } = await ada.makeSession();
    const asked = { v: protocolVersion, client: ada.client, epoch: ada.epoch };
    const cursor = { scope, scopeEpoch: 0, seq: '0' };
    const { principal } = ada;
    const questions: [object, z.ZodType, (request: never) => Promise<unknown>][] = [
      [
        {
          v: protocolVersion,
          client: ada.client,
          epoch: ada.epoch,
          app: 'a',
          schema: 1,
          lastMutation: '1',
          lastHash: ada.hash,
          settled: '0',
          have: [cursor],
          now: 1,
        },
        helloRequestSchema,
        (request) => hello(store, environment, principal, request),
      ],
      [
        { ...asked, policy: 1, want: [cursor], maxBytes: 1000 },
        pullRequestSchema,
        (request) => pull(store, environment, principal, request),
      ],
      [{ ...asked, scope, part: 'aa' }, digestRequestSchema, (request) => digest(store, principal, request)],
      [
        { ...asked, rows: [{ e: 5, i: session }] },
        rowsRequestSchema,
        (request) => rows(store, environment, principal, request),
      ],
      [
        { ...asked, stamps: ['0'.repeat(32)] },
        stampsRequestSchema,
        (request) => stamps(store, principal, request),
      ],
    ];
    const before = await standing(database);
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), change, async (which, made) => {
        const question = questions[which % questions.length];
        if (question === undefined) return;
        const [request, schema, ask] = question;
        const parsed = schema.safeParse(
          JSON.parse(JSON.stringify(changed(request, made.path, made.value, made.what)) ?? 'null'),
        );
        if (!parsed.success) return;
        try {
          await ask(parsed.data as never);
          answered += 1;
        } catch (error) {
          if (!(error instanceof RequestRefused)) throw error;
        }
      }),
      { seed, numRuns: cases * 2 },
    );
    expect(answered).toBeGreaterThan(0);
    expect(await standing(database)).toBe(before);
  });

  test('[P16] a value comes back as it went, in the feed and in its table, or is refused', async () => {
    const { database, ada, ben } = await begin(postgres);
    const { session, project, scope } = await ada.makeSession();
    await ada.push(
      ada.transaction([
        ada.insert('project_members', `project:${project}`, {
          project_id: project,
          author_id: ben.principal.user,
          role: 'reader',
        }),
      ]),
    );
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.constantFrom<Json>(
        9_007_199_254_740_991,
        Number.MAX_SAFE_INTEGER + 3,
        -0,
        5e-324,
        '\u2028',
        '𝒳',
        '\u0000',
        'a\udfff',
        0.1,
      ),
      fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as Json),
    ) as fc.Arbitrary<Json>;
    let seq = '0';
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        fc.dictionary(fc.string({ unit: 'binary' }), value),
        async (title, map) => {
          const entry = ada.insert('evidence', scope, { session_id: session, title, metadata: map });
          const sent = JSON.parse(JSON.stringify(entry)) as typeof entry;
          const [result] = (await ada.push(ada.transaction([sent]))).results;
          const faithful =
            isFaithful([title, JSON.parse(JSON.stringify(map)) as Json]) &&
            !JSON.stringify(map).includes('"$r"');
          expect(result?.st).toBe(faithful ? 'applied' : 'refused');
          const page = await ben.pull({ [scope]: seq });
          seq = page.trailer.next[scope] ?? seq;
          if (!faithful) return;
          const { known } = valuesOf(decodeRow(page.rows.find(({ i }) => i === entry.row) as RowLine));
          expect(known.get(10)).toBe(title);
          expect(canonicalText(known.get(26) ?? null)).toBe(
            canonicalText(JSON.parse(JSON.stringify(map)) as Json),
          );
          const typed = await database.admin.query<{ title: string; metadata: Json }>(
            'SELECT title, metadata FROM central.evidence WHERE id = $1',
            [entry.row],
          );
          expect(typed.rows[0]?.title).toBe(title);
          expect(canonicalText(typed.rows[0]?.metadata ?? null)).toBe(canonicalText(known.get(26) ?? null));
        },
      ),
      { seed, numRuns: Math.ceil(cases / 2) },
    );
  });
});

function isFaithful(value: Json): boolean {
  try {
    faithfulValue(value);
    return true;
  } catch {
    return false;
  }
}
