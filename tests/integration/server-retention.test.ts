import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { EntityName } from '../../db/catalogue/catalogue.ts';
import { BlobFiles } from '../../sync/server/blobs/blob-files.ts';
import { Blobs } from '../../sync/server/blobs/blobs.ts';
import { runRetention, showDue } from '../../sync/server/retention/retention.ts';
import { beginEpoch, PostgresStore } from '../../sync/server/store/postgres-store.ts';
import { makeTenant, TestLaptop, testEnvironment } from '../helpers/feed.ts';
import { describeWithPostgres } from '../helpers/postgres.ts';
import { slowPool } from '../helpers/slow-pool.ts';

const dayMs = 86_400_000;

describeWithPostgres('retention', (postgres) => {
  const folder = mkdtempSync(join(tmpdir(), 'retention-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = async () => {
    const { admin, server } = await postgres.database();
    // The test's clock runs months ahead.
    await admin.query(`SELECT governance.make_partitions('central.sync_log', 12)`);
    const { tenant, users } = await makeTenant(admin, { ada: 'owner' });
    const clock = { now: Date.now() };
    const environment = testEnvironment(() => clock.now);
    const store = new PostgresStore(server);
    const laptop = new TestLaptop(store, environment, { tenant, user: users.ada }, await beginEpoch(server));
    const parts = { pool: server, store, environment, blobs: new Blobs(server, new BlobFiles(folder)) };
    const keep = (retention: object) =>
      admin.query('UPDATE governance.tenants SET privacy_settings = $2 WHERE id = $1', [
        tenant,
        JSON.stringify({ retention }),
      ]);
    const add = async (entity: EntityName, scope: string, values: Record<string, string>) => {
      const insert = laptop.insert(entity, scope, values);
      const { results } = await laptop.push(laptop.transaction([insert]));
      expect(results).toMatchObject([{ st: 'applied' }]);
      return insert;
    };
    const there = async () => {
      const found = await admin.query<{ id: string }>(
        `SELECT id FROM central.sync_row WHERE tenant_id = $1 AND state NOT LIKE '%"st":"purged"%'`,
        [tenant],
      );
      return new Set(found.rows.map(({ id }) => id));
    };
    return { admin, tenant, clock, environment, laptop, parts, keep, add, there };
  };

  test('what is older than its days goes with what belongs to it: from rows, log and bodies, and from laptops by the feed', async () => {
    const { admin, tenant, clock, environment, laptop, parts, keep, add, there } = await start();
    const { scope, session } = await laptop.makeSession();
    const old = await add('evidence', scope, { session_id: session, title: 'words that grow old' });
    await laptop.push(laptop.transaction([laptop.update(old, [[12, 'other words', []]])]));
    const tag = { owner_entity: 'evidence', owner_id: old.row, column_name: 'tags', element: 'an old tag' };
    const ofOld = await add('set_elements', scope, tag);
    clock.now += 20 * dayMs;
    const young = await add('evidence', scope, { session_id: session, title: 'young' });
    clock.now += 15 * dayMs;
    await keep({ by_entity: { evidence: 30 } });
    expect(await showDue(parts, tenant)).toMatchObject({ rows: { evidence: 1, set_elements: 1 }, total: 2 });
    expect((await there()).has(old.row)).toBe(true);
    expect(await runRetention(parts, tenant)).toMatchObject({ total: 2, held: 0 });
    const left = await there();
    expect([old.row, ofOld.row, young.row, session].map((id) => left.has(id))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(environment.purged.map(({ id }) => id).toSorted()).toEqual([old.row, ofOld.row].toSorted());
    const { rows } = await laptop.pull({ [scope]: '0' });
    expect(
      rows
        .filter(({ st }) => st === 'purged')
        .map(({ i }) => i)
        .toSorted(),
    ).toEqual([old.row, ofOld.row].toSorted());
    for (const table of [
      'central.sync_row',
      'central.sync_log',
      'central.evidence',
      'central.set_elements',
    ]) {
      const found = await admin.query(
        `SELECT 1 FROM ${table} t WHERE t::text LIKE '%grow old%' OR t::text LIKE '%an old tag%' OR t::text LIKE '%other words%'`,
      );
      expect([table, found.rowCount]).toEqual([table, 0]);
    }
    expect(await runRetention(parts, tenant)).toMatchObject({ total: 0 });
  });

  test('[P32] work that the server has acknowledged is not purged as old, and stands in no ledger', async () => {
    const { tenant, clock, environment, laptop, parts, keep, there } = await start();
    const { scope, session } = await laptop.makeSession();
    await keep({ by_entity: { evidence: 30 } });
    const slow = slowPool(parts.pool);
    const slowly = { ...parts, pool: slow, store: new PostgresStore(slow) };
    let [kept, refused] = [0, 0];
    for (let round = 0; round < 4; round += 1) {
      const old = Array.from({ length: 16 }, () =>
        laptop.insert('evidence', scope, { session_id: session, title: 'old' }),
      );
      await laptop.push(laptop.transaction(old));
      clock.now += 40 * dayMs;
      const running = runRetention(slowly, tenant);
      const worked: string[] = [];
      for (const [at, row] of old.entries()) {
        await sleep(20);
        const tag = { owner_entity: 'evidence', owner_id: row.row, column_name: 'tags', element: 'of today' };
        const part = laptop.insert('set_elements', scope, tag);
        const work = at % 2 === 0 ? laptop.update(row, [[12, 'work of today', []]]) : part;
        const { results } = await laptop.push(laptop.transaction([work]));
        if (results[0]?.code === undefined) worked.push(work.row);
        else refused += 1;
      }
      await running;
      kept += worked.length;
      const left = await there();
      expect(worked.filter((id) => !left.has(id))).toEqual([]);
      const purged = new Set(environment.purged.map(({ id }) => id));
      expect(worked.filter((id) => purged.has(id))).toEqual([]);
    }
    expect(Math.min(kept, refused)).toBeGreaterThan(0);
  });

  test('under random ages, days and holds it is what a model says', async () => {
    const { tenant, clock, laptop, parts, keep, add, there } = await start();
    const begun = clock.now;
    let purged = 0;
    const days = fc.option(fc.integer({ min: 1, max: 30 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2)), { minLength: 3, maxLength: 8 }),
        fc.record({ default_days: days, session: days, evidence: days }),
        fc.subarray([0, 1]),
        async (steps, keeps, heldAt) => {
          clock.now = begun;
          await keep({});
          const rows: {
            id: string;
            entity: EntityName;
            at: number;
            owner: string | null;
            session: string;
          }[] = [];
          const sessions: { scope: string; session: string }[] = [];
          for (let n = 0; n < 2; n += 1) {
            const made = await laptop.makeSession();
            sessions.push(made);
            rows.push({
              id: made.session,
              entity: 'research_sessions',
              at: clock.now,
              owner: null,
              session: made.session,
            });
          }
          for (const [in_, kind, wait] of steps) {
            clock.now += wait * 9 * dayMs;
            const { scope, session } = sessions[in_ % 2] ?? { scope: '', session: '' };
            const evidence = rows.findLast((row) => row.session === session && row.entity === 'evidence');
            const part = kind === 2 && evidence !== undefined;
            const entity = part ? 'set_elements' : kind === 1 ? 'research_claims' : 'evidence';
            const values: Record<string, string> = part
              ? {
                  owner_entity: 'evidence',
                  owner_id: evidence.id,
                  column_name: 'tags',
                  element: randomUUID(),
                }
              : { session_id: session };
            const { row } = await add(entity, scope, values);
            rows.push({ id: row, entity, at: clock.now, owner: part ? evidence.id : session, session });
          }
          const held = heldAt.map((n) => sessions[n]?.session ?? '');
          const byEntity = { research_sessions: keeps.session, evidence: keeps.evidence };
          await keep({
            default_days: keeps.default_days,
            by_entity: Object.fromEntries(Object.entries(byEntity).filter(([, each]) => each !== null)),
            legal_hold: held,
          });
          const due = new Set<string>();
          const below = (id: string): typeof rows => {
            const own = rows.filter((row) => row.owner === id && !due.has(row.id));
            return [...own, ...own.flatMap((row) => below(row.id))];
          };
          // What kept a row young may go in the same run: until nothing more is old.
          for (let before = -1; before < due.size;) {
            before = due.size;
            for (const row of rows) {
              if (row.entity === 'set_elements' || held.includes(row.session) || due.has(row.id)) continue;
              const of = (byEntity as Partial<Record<EntityName, number | null>>)[row.entity];
              const most = of ?? keeps.default_days;
              const all = [row, ...below(row.id)];
              if (most !== null && all.every(({ at }) => at < clock.now - most * dayMs))
                for (const { id } of all) due.add(id);
            }
          }
          const report = await runRetention(parts, tenant);
          const left = await there();
          expect(rows.filter(({ id }) => !left.has(id)).map(({ id }) => id)).toEqual(
            rows.filter(({ id }) => due.has(id)).map(({ id }) => id),
          );
          purged += due.size;
          expect(report.total).toBeGreaterThanOrEqual(due.size);
          // What this run left must not grow old in the next.
          await keep({ default_days: 1 });
          clock.now += 60 * dayMs;
          await runRetention(parts, tenant);
        },
      ),
      { seed: 20_261_125, numRuns: 12 },
    );
    expect(purged).toBeGreaterThan(20);
  });
});
