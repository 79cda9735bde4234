import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { columnSpec, type EntityName, entityNames } from '../../../../db/catalogue/catalogue.ts';
import type * as documents from '../../../../db/catalogue/documents.ts';
import type * as research from '../../../../db/catalogue/research.ts';
import type { Json } from '../../../../db/catalogue/types.ts';
import { examine } from '../../../../db/replica/care/doctor.ts';
import { applyTransaction } from '../../../../db/replica/exchange/apply.ts';
import { listConflicts } from '../../../../db/replica/exchange/conflicts.ts';
import { exportTransactions } from '../../../../db/replica/exchange/export.ts';
import { replayRemote } from '../../../../db/replica/exchange/replay.ts';
import { resolveStamps } from '../../../../db/replica/log/cells.ts';
import { blobToId, idToBlob, newId } from '../../../../db/replica/rows/ids.ts';
import { getRow } from '../../../../db/replica/rows/read.ts';
import { writeText } from '../../../../db/replica/rows/text.ts';
import { insertRow, removeRow, updateRow } from '../../../../db/replica/rows/write.ts';
import { applyPage } from '../../../../db/replica/sync/apply-page.ts';
import { beginScope } from '../../../../db/replica/sync/cursors.ts';
import { enrol } from '../../../../db/replica/sync/enrol.ts';
import { readMeta, writeMeta } from '../../../../db/replica/transaction/meta.ts';
import { captureStatements, captureTriggerNames } from '../../../../db/replica/schema/capture.ts';
import { transact, type Transaction } from '../../../../db/replica/transaction/transact.ts';
import {
  closeWorkspace,
  openWorkspace,
  type OpenWorkspace,
} from '../../../../db/replica/workspace/workspace.ts';
import { noSyncMutants } from '../../../../sync/core/sync-mutants.ts';
import type { ExchangedEntry } from '../../../../sync/protocol/exchange.ts';
import { addEvidence, addSession, withWorkspace } from '../../../helpers/replica.ts';
import { TinyFeed } from '../../../helpers/tiny-feed.ts';

const ada = '00000000-0000-7000-8000-00000000000a';
const bob = '00000000-0000-7000-8000-00000000000b';
const enrolment = { server: 'https://s.example', tenant: ada, user: bob };

/** Columns of evidence that the older build does not know: registers, a map and a text. */
const laterColumns = new Set(['source_url', 'source_name', 'metadata', 'summary', 'notes', 'language']);

/** The build of an earlier catalogue: without these columns, and annotations are not number 12 there. */
async function olderBuild() {
  vi.resetModules();
  vi.doMock('../../../../db/catalogue/research.ts', async (original) => {
    const real = await original<typeof research>();
    const columns = Object.entries(real.evidence.columns).filter(([name]) => !laterColumns.has(name));
    return { ...real, evidence: { ...real.evidence, columns: Object.fromEntries(columns) } };
  });
  vi.doMock('../../../../db/catalogue/documents.ts', async (original) => {
    const real = await original<typeof documents>();
    return { ...real, annotations: { ...real.annotations, n: 912 } };
  });
  return {
    ...(await import('../../../../db/replica/workspace/workspace.ts')),
    ...(await import('../../../../db/replica/sync/apply-page.ts')),
    ...(await import('../../../../db/replica/exchange/apply.ts')),
  };
}

let folder: string;
let older: Awaited<ReturnType<typeof olderBuild>>;
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'older-')), 'w');
  older = await olderBuild();
});
afterEach(() => {
  vi.doUnmock('../../../../db/catalogue/research.ts');
  vi.doUnmock('../../../../db/catalogue/documents.ts');
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

function edit<T>(workspace: OpenWorkspace, body: (tx: Transaction) => T): T {
  return transact(workspace.replica, { command: 'edit' }, body).result;
}

/** Rows by entity and id as the file keeps them, with stamps in full and side records. */
function kept({ replica: { db } }: OpenWorkspace, ids: ReadonlySet<string>): Record<string, unknown> {
  const rowsOf = (entity: EntityName) =>
    db.statements
      .all<Record<string, unknown> & { id: Buffer }>(`SELECT * FROM ${entity}`)
      .filter((row) => ids.has(blobToId(row.id)))
      .map((row): [string, unknown] => {
        const { rid: _rid, _stamps, ...others } = row;
        const stamps = Object.entries(JSON.parse(String(_stamps)) as Record<string, Json>);
        return [
          `${entity} ${blobToId(row.id)}`,
          {
            ...others,
            stamps: Object.fromEntries(stamps.map(([cell, named]) => [cell, resolveStamps(db, named)])),
            cells: db.statements.all(
              'SELECT cell, state, open FROM cells WHERE row = ? ORDER BY cell',
              row.id,
            ),
          },
        ];
      });
  return Object.fromEntries(entityNames.flatMap(rowsOf));
}

/** Somebody else's writes, which saw nothing but the insert. */
function writeOf(entries: ExchangedEntry[], n: number) {
  const stamp = `${'f'.repeat(11)}${n.toString(16)}0001${'5eed'.repeat(4)}`;
  const [author, replica] = [bob, bob];
  return {
    v: 1 as const,
    stamp,
    command: 'else',
    origin: 'local' as const,
    author,
    replica,
    schemaVersion: 1,
    bodies: {},
    entries,
  };
}

/** Work in everything that the older build does not know: writes, conflicts, keys, texts, rows, a row in the trash. */
function work(a: OpenWorkspace, session: string, first: string) {
  const annotate = (body: string) => {
    const id = edit(a, (tx) =>
      insertRow(tx, 'annotations', { evidence_id: first, kind: 'comment', quote: body }),
    );
    edit(a, (tx) => {
      writeText(tx, 'annotations', id, 'body', body);
    });
    return id;
  };
  edit(a, (tx) => {
    updateRow(tx, 'evidence', first, { source_url: 'https://a.example', language: 'de', summary: null });
    updateRow(tx, 'evidence', first, { metadata: { one: 1, two: 2 } });
    writeText(tx, 'evidence', first, 'notes', 'words of Ada');
  });
  edit(a, (tx) => updateRow(tx, 'evidence', first, { metadata: { two: 3 } }));
  const whole = edit(a, (tx) =>
    insertRow(tx, 'evidence', {
      session_id: session,
      title: 'whole',
      source_type: 'manual_entry',
      source_name: 'N',
    }),
  );
  const [shown, gone] = [annotate('shown'), annotate('gone')];
  edit(a, (tx) => updateRow(tx, 'annotations', shown, { colour: 'support' }));
  edit(a, (tx) => removeRow(tx, 'annotations', gone));
  return { shown, gone, whole };
}

function concurrent(session: string, first: string, shown: string): ExchangedEntry[] {
  const scope = `session:${session}`;
  const cells = [
    { cell: 7, value: 'https://b.example', base: [] },
    { cell: `${columnSpec('evidence', 'metadata')?.n}/two`, value: [4], base: [] },
  ];
  return [
    { op: 'update', entity: 6, row: first, scope, cells },
    { op: 'update', entity: 12, row: shown, scope, cells: [{ cell: 6, value: 'question', base: [] }] },
  ];
}

describe('[MR8] [MR12] a file that an older build wrote, opened by one that knows more', () => {
  test('is as a first fetch by the newer build leaves it, and logs nothing as written here', () => {
    withWorkspace((a) =>
      withWorkspace((fresh) => {
        const feed = new TinyFeed();
        const session = addSession(a);
        const first = addEvidence(a, session, 'first');
        feed.take(a, ada);
        const old = older.createWorkspace({ folder, name: 'Old', authorName: 'Bob' });
        const begin = ({ replica }: OpenWorkspace) => {
          enrol(replica, enrolment);
          for (const scope of ['tenant', `session:${session}`])
            beginScope(replica.db, scope, 0, replica.schemaVersion);
        };
        begin(old);
        older.applyPage(old.replica, feed.page(), [], noSyncMutants);
        const from = feed.seq;
        const { shown, gone, whole } = work(a, session, first);
        feed.take(a, ada);
        feed.join(writeOf(concurrent(session, first, shown), 1), bob);
        const hidden = { cell: 9, value: null, base: [], withheld: 3 };
        feed.join(
          writeOf([{ op: 'update', entity: 6, row: whole, scope: `session:${session}`, cells: [hidden] }], 2),
          ada,
        );
        older.applyPage(old.replica, feed.page(from), [], noSyncMutants);
        expect(old.replica.db.statements.value('SELECT count(*) FROM annotations')).toBe(0);
        expect(getRow(old.replica.db, 'evidence', first)?.source_url).toBeNull();
        const count = (sql: string) => [
          old.replica.db.statements.value<number>(`SELECT count(*) FROM ${sql}`) ?? 0,
        ];
        const waiting = count('outbox');
        older.closeWorkspace(old);

        const upgraded = openWorkspace({ folder });
        begin(fresh);
        applyPage(fresh.replica, feed.page(), [], noSyncMutants);
        const ids = new Set(feed.rows.keys());
        expect(kept(upgraded, ids)).toEqual(kept(fresh, ids));
        const { db } = upgraded.replica;
        expect(getRow(db, 'evidence', first)).toMatchObject({
          source_url: 'https://b.example',
          language: 'de',
          notes: 'words of Ada',
          metadata: { two: 4 },
        });
        expect(getRow(db, 'annotations', shown)).toMatchObject({ body: 'shown' });
        expect(getRow(db, 'annotations', gone)?._deleted).toBe(
          fresh.replica.db.statements.value(
            'SELECT _deleted FROM annotations WHERE id = ?',
            idToBlob(gone),
          ) === 1,
        );
        expect(listConflicts(db, first).map(({ column, lost }) => [column, lost])).toContainEqual([
          'source_url',
          'https://a.example',
        ]);
        expect(getRow(db, 'evidence', whole)).toMatchObject({ source_name: null });
        expect(db.statements.value('SELECT _redacted FROM evidence WHERE id = ?', idToBlob(whole))).toBe(
          '["source_name"]',
        );
        expect(db.statements.value('SELECT count(*) FROM outbox')).toBe(waiting[0]);
        expect(examine(upgraded, replayRemote)).toMatchObject({
          ok: true,
          counts: { waitingRows: 0, rowsWithUnknownValues: 0 },
        });
        const before = db.statements.all('SELECT * FROM txns');
        closeWorkspace(upgraded);
        const again = openWorkspace({ folder });
        expect(again.replica.db.statements.all('SELECT * FROM txns')).toEqual(before);
        expect(kept(again, ids)).toEqual(kept(fresh, ids));
        // The cursor goes on: what changes next arrives as ever.
        const then = feed.seq;
        edit(a, (tx) => updateRow(tx, 'annotations', shown, { status: 'resolved' }));
        feed.take(a, ada);
        for (const { replica } of [again, fresh]) applyPage(replica, feed.page(then), [], noSyncMutants);
        expect(kept(again, ids)).toEqual(kept(fresh, ids));
        closeWorkspace(again);
      }),
    );
  });

  test('is, without a server, as the transactions themselves leave a file of the newer build', () => {
    withWorkspace((a) =>
      withWorkspace((fresh) => {
        const session = addSession(a);
        const first = addEvidence(a, session, 'first');
        const { shown } = work(a, session, first);
        const sent = exportTransactions(a.replica.db, 0).map(({ transaction }) => transaction);
        sent.push(writeOf(concurrent(session, first, shown), 1));
        const old = older.createWorkspace({ folder, name: 'Old', authorName: 'Bob' });
        for (const transaction of sent) {
          older.applyTransaction(old.replica, transaction);
          applyTransaction(fresh.replica, transaction);
        }
        older.closeWorkspace(old);
        const upgraded = openWorkspace({ folder });
        const ids = new Set(sent.flatMap(({ entries }) => entries.map(({ row }) => row)));
        const [here, there] = [kept(upgraded, ids), kept(fresh, ids)];
        expect(here).toEqual(there);
        closeWorkspace(upgraded);
      }),
    );
  });

  test('leaves what its tables refuse where it is, opens all the same, is counted by the doctor, and is tried again by the next schema', () => {
    withWorkspace((a) => {
      const session = addSession(a);
      const first = addEvidence(a, session, 'first');
      const second = addEvidence(a, session, 'second');
      const feed = new TinyFeed();
      feed.take(a, ada);
      const scope = `session:${session}`;
      const old = older.createWorkspace({ folder, name: 'Old', authorName: 'Bob' });
      enrol(old.replica, enrolment);
      beginScope(old.replica.db, scope, 0, 1);
      const orphan = newId();
      feed.join(
        writeOf(
          [
            {
              op: 'insert',
              entity: 12,
              row: orphan,
              scope,
              values: ['2026-01-01T00:00:00.000Z', null, null],
            },
            ...[first, second].map((row): ExchangedEntry => ({
              op: 'update',
              entity: 6,
              row,
              scope,
              cells: [{ cell: 7, value: 'https://b.example', base: [] }],
            })),
            {
              op: 'update',
              entity: 6,
              row: first,
              scope,
              cells: [{ cell: 200, value: 'later still', base: [] }],
            },
          ],
          1,
        ),
        bob,
      );
      older.applyPage(old.replica, feed.page(), [], noSyncMutants);
      // Triggers in place of stricter checks.
      old.replica.db.sqlite.exec(
        `CREATE TRIGGER strict BEFORE UPDATE OF source_url ON evidence WHEN NEW.source_url IS NOT NULL BEGIN SELECT RAISE(ABORT, 'no'); END`,
      );
      old.replica.db.sqlite.exec(
        `CREATE TRIGGER strict_rows BEFORE INSERT ON annotations BEGIN SELECT RAISE(ABORT, 'no'); END`,
      );
      older.closeWorkspace(old);
      const upgraded = openWorkspace({ folder });
      const { db } = upgraded.replica;
      expect(getRow(db, 'annotations', orphan)).toBeUndefined();
      expect(
        db.statements.value('SELECT held FROM sync_rows WHERE row = ?', idToBlob(orphan)),
      ).not.toBeNull();
      const extra = db.statements.value<string>('SELECT _ext FROM evidence WHERE id = ?', idToBlob(first));
      expect(JSON.parse(extra ?? '{}')).toEqual({ '7': 'https://b.example', '200': 'later still' });
      expect(examine(upgraded, replayRemote).counts).toMatchObject({
        waitingRows: 1,
        rowsWithUnknownValues: 2,
      });
      // What was refused is tried again by the next schema, where the checks are others; not over what was written since.
      // The migration that a newer build brings makes the triggers of its columns.
      for (const name of [...captureTriggerNames('evidence'), 'strict', 'strict_rows'])
        db.sqlite.exec(`DROP TRIGGER ${name}`);
      for (const statement of captureStatements('evidence')) db.sqlite.exec(statement);
      edit(upgraded, (tx) => updateRow(tx, 'evidence', second, { source_url: 'https://since.example' }));
      writeMeta(db, 'known', JSON.stringify({ ...JSON.parse(readMeta(db, 'known') ?? '{}'), version: 0 }));
      closeWorkspace(upgraded);
      const later = openWorkspace({ folder });
      const { db: now } = later.replica;
      expect(getRow(now, 'evidence', first)?.source_url).toBe('https://b.example');
      expect(getRow(now, 'evidence', second)?.source_url).toBe('https://since.example');
      expect(getRow(now, 'annotations', orphan)).toBeDefined();
      expect(now.statements.value('SELECT _ext FROM evidence WHERE id = ?', idToBlob(first))).toBe(
        '{"200":"later still"}',
      );
      expect(now.statements.value('SELECT held FROM sync_rows WHERE row = ?', idToBlob(orphan))).toBeNull();
      closeWorkspace(later);
    });
  });
});
