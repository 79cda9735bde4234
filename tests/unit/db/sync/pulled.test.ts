import { describe, expect, test } from 'vitest';
import { listConflicts } from '../../../../db/replica/exchange/conflicts.ts';
import { historyOf } from '../../../../db/replica/log/history.ts';
import { judge, readJudgement, replaceSet } from '../../../../db/replica/rows/elements.ts';
import { blobToId, idToBlob } from '../../../../db/replica/rows/ids.ts';
import { getRow } from '../../../../db/replica/rows/read.ts';
import { writeText } from '../../../../db/replica/rows/text.ts';
import { removeRow, updateRow } from '../../../../db/replica/rows/write.ts';
import { markStale, staleRows } from '../../../../db/replica/sync/answers.ts';
import { applyPage, type Page } from '../../../../db/replica/sync/apply-page.ts';
import { beginScope, readCursors } from '../../../../db/replica/sync/cursors.ts';
import { digestOf } from '../../../../db/replica/sync/digest.ts';
import { enrol } from '../../../../db/replica/sync/enrol.ts';
import { listInbox } from '../../../../db/replica/sync/inbox.ts';
import { waitingToSend } from '../../../../db/replica/sync/outbox.ts';
import { transact, type Transaction } from '../../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../../db/replica/workspace/workspace.ts';
import { noSyncMutants } from '../../../../sync/core/sync-mutants.ts';
import type { RowLine } from '../../../../sync/protocol/row-state.ts';
import { addEvidence, addSession, withWorkspace } from '../../../helpers/replica.ts';
import { lineOf, TinyFeed } from '../../../helpers/tiny-feed.ts';

const ada = '00000000-0000-7000-8000-00000000000a';
const bob = '00000000-0000-7000-8000-00000000000b';

/** Two enrolled files and a feed. `a` has worked, and `b` has taken its scopes up. */
function withFeed(
  body: (a: OpenWorkspace, b: OpenWorkspace, feed: TinyFeed, id: string, session: string) => void,
): void {
  withWorkspace((a) =>
    withWorkspace((b) => {
      for (const [workspace, user] of [
        [a, ada],
        [b, bob],
      ] as const)
        enrol(workspace.replica, { server: 'https://s.example', tenant: ada, user });
      const feed = new TinyFeed();
      const session = addSession(a);
      const id = addEvidence(a, session, 'first');
      feed.take(a, ada);
      for (const workspace of [a, b])
        for (const scope of ['tenant', `session:${session}`])
          beginScope(workspace.replica.db, scope, 0, workspace.replica.schemaVersion);
      pull(b, feed);
      body(a, b, feed, id, session);
    }),
  );
}

function pull(workspace: OpenWorkspace, feed: TinyFeed, after = 0): ReturnType<typeof applyPage> {
  return applyPage(workspace.replica, feed.page(after), [], noSyncMutants);
}

function edit<T>(workspace: OpenWorkspace, body: (tx: Transaction) => T): T {
  return transact(workspace.replica, { command: 'edit' }, body).result;
}

/** What was queued counts as sent and answered. */
function acknowledge({ replica }: OpenWorkspace): void {
  replica.db.statements.run(`UPDATE outbox SET state = 'acked'`);
}

/** A row of the feed as it goes on the wire once it is purged. */
function purgedLine(feed: TinyFeed, id: string): RowLine {
  const kept = feed.rows.get(id);
  if (kept === undefined) throw new Error('The row is in the feed.');
  const purged = { ...kept.state, purged: true, cells: new Map(), insert: undefined, writers: new Map() };
  return lineOf(purged, feed.seq + 1);
}

describe('a pulled page', () => {
  test('[MR20] shows what others wrote, their texts, tags and positions among it', () => {
    withFeed((a, b, feed, id) => {
      const from = feed.seq;
      edit(a, (tx) => {
        updateRow(tx, 'evidence', id, { title: 'second', metadata: { k: 1 } });
        replaceSet(tx, 'evidence', id, 'tags', ['x', 'y']);
        judge(tx, 'evidence', id, 'reliability', 'B', 'seen');
        writeText(tx, 'evidence', id, 'notes', 'words of Ada');
      });
      feed.take(a, ada);
      pull(b, feed, from);
      const row = getRow(b.replica.db, 'evidence', id);
      expect(row).toMatchObject({
        title: 'second',
        metadata: { k: 1 },
        tags: ['x', 'y'],
        reliability: 'B',
        notes: 'words of Ada',
        created_by: ada,
      });
      expect(readJudgement(b.replica.db, id, 'reliability').positions[0]?.rationale).toBe('seen');
      const [step] = historyOf(b.replica.db, 'evidence', id).filter(({ columns }) => columns['title']);
      expect(step?.columns['title']).toEqual({ old: 'first', new: 'second' });
    });
  });

  test('[P22] a first fetch is one entry for its scope, and what changes afterwards is logged row by row', () => {
    withFeed((a, b, feed, id, session) => {
      const stepsOf = (entity: 'evidence' | 'research_sessions', row: string) =>
        historyOf(b.replica.db, entity, row).map(({ command, origin, columns }) => [
          command,
          origin,
          Object.keys(columns),
        ]);
      expect(stepsOf('research_sessions', session)).toEqual([['sync.fetch', 'remote', []]]);
      expect(stepsOf('evidence', id)).toEqual([]);
      const from = feed.seq;
      edit(a, (tx) => updateRow(tx, 'evidence', id, { title: 'second' }));
      feed.take(a, ada);
      pull(b, feed, from);
      expect(stepsOf('evidence', id)).toEqual([['sync', 'remote', ['title']]]);
      expect(stepsOf('research_sessions', session)).toHaveLength(1);
    });
  });

  test('[MR19] leaves what waits to be sent on top, as a conflict where both wrote the same cell', () => {
    withFeed((a, b, feed, id) => {
      const from = feed.seq;
      edit(a, (tx) => updateRow(tx, 'evidence', id, { title: 'of Ada', summary: 'of Ada' }));
      feed.take(a, ada);
      edit(b, (tx) => updateRow(tx, 'evidence', id, { title: 'of Bob', language: 'de' }));
      pull(b, feed, from);
      const row = getRow(b.replica.db, 'evidence', id);
      expect(row).toMatchObject({ summary: 'of Ada', language: 'de', title: 'of Bob' });
      const [conflict, second] = listConflicts(b.replica.db, id);
      expect(second).toBeUndefined();
      expect(conflict).toMatchObject({ column: 'title', base: 'first', shown: 'of Bob', lost: 'of Ada' });
    });
  });

  test('[MR20] what the server has applied already is not laid over it again, even where its answer was lost', () => {
    withFeed((a, b, feed, id) => {
      const from = feed.seq;
      edit(b, (tx) => updateRow(tx, 'evidence', id, { title: 'of Bob' }));
      b.replica.db.statements.run(
        `UPDATE outbox SET state = 'in_flight', mutation = 7, payload = '{}' WHERE txn = (SELECT max(txn) FROM outbox)`,
      );
      feed.take(b, bob);
      pull(a, feed, from);
      edit(a, (tx) => updateRow(tx, 'evidence', id, { title: 'Ada, after Bob' }));
      acknowledge(a);
      feed.take(a, ada);
      applyPage(b.replica, feed.page(from, 7), [], noSyncMutants);
      expect(getRow(b.replica.db, 'evidence', id)?.title).toBe('Ada, after Bob');
      expect(listConflicts(b.replica.db, id)).toEqual([]);
    });
  });

  test('[P11] headers confirm what is here, many at once; a row that is not here is asked for, and stays so', () => {
    withFeed((a, _, feed, __, session) => {
      const { db } = a.replica;
      const ids = Array.from({ length: 40 }, (___, at) => addEvidence(a, session, `e${at}`));
      const scope = `session:${session}`;
      const header = (i: string, at: number) => {
        const s = String(feed.seq + 1 + at);
        return { e: 6, i, sc: scope, s, h: at.toString(16).padStart(32, '0') };
      };
      const page: Page = {
        rows: [...ids.slice(0, 20), bob, ...ids.slice(20)].map(header),
        bodies: {},
        trailer: { next: {}, more: true, lastMutation: '0' },
      };
      for (let turn = 0; turn < 2; turn += 1) {
        applyPage(a.replica, page, [], noSyncMutants);
        const kept = db.statements.all<{ row: Buffer; seq: number; hash: string }>(
          'SELECT row, seq, hash FROM sync_rows WHERE entity = 6 AND scope = ? ORDER BY seq',
          scope,
        );
        const known = kept.filter(({ hash }) => hash !== '');
        expect(known.map(({ row, seq, hash }) => [blobToId(row), String(seq), hash])).toEqual(
          page.rows.flatMap((line) => (line.i === bob || !('h' in line) ? [] : [[line.i, line.s, line.h]])),
        );
        expect(staleRows(db, 9)).toEqual([{ e: 6, i: bob }]);
      }
    });
  });

  test('a row that is older than what is here, or the same, changes nothing', () => {
    withFeed((a, b, feed, id) => {
      const old = feed.page();
      edit(a, (tx) => updateRow(tx, 'evidence', id, { title: 'second' }));
      feed.take(a, ada);
      pull(b, feed);
      applyPage(b.replica, old, [], noSyncMutants);
      expect(getRow(b.replica.db, 'evidence', id)?.title).toBe('second');
    });
  });

  test('[MR8] [MR15] keeps columns and entities of newer builds, and a delete that saw everything', () => {
    withFeed((a, b, feed, id, session) => {
      const from = feed.seq;
      const scope = `session:${session}`;
      const stamp = 'f'.repeat(12) + '0001' + '5eed000000000000';
      const replica = ada;
      feed.join(
        {
          v: 1,
          stamp,
          command: 'newer',
          origin: 'local',
          author: ada,
          replica,
          schemaVersion: 9,
          bodies: {},
          entries: [
            { op: 'update', entity: 6, row: id, scope, cells: [{ cell: 200, value: 'new', base: [] }] },
            { op: 'insert', entity: 900, row: bob, scope, values: ['a'] },
          ],
        },
        ada,
      );
      const gone = addEvidence(a, session, 'gone');
      edit(a, (tx) => removeRow(tx, 'evidence', gone));
      feed.take(a, ada);
      pull(b, feed, from);
      const ext = b.replica.db.statements.value<string>(
        'SELECT _ext FROM evidence WHERE id = ?',
        idToBlob(id),
      );
      expect(JSON.parse(ext ?? '{}')).toEqual({ '200': 'new' });
      const held = b.replica.db.statements.value<string>('SELECT held FROM sync_rows WHERE entity = 900');
      expect(held).toContain('"a"');
      const deleted = b.replica.db.statements.all<{ id: Buffer }>(
        'SELECT id FROM evidence WHERE _deleted = 1',
      );
      expect(deleted.map((row) => blobToId(row.id))).toEqual([gone]);
    });
  });
});

describe('what is taken away', () => {
  test('a scope that may not be read any more goes, values in the log too, and unsent work is in the inbox', () => {
    withFeed((_, b, feed, id, session) => {
      edit(b, (tx) => updateRow(tx, 'evidence', id, { title: 'unsent words' }));
      const scope = `session:${session}`;
      const trailer = { next: {}, more: false, lastMutation: '0', revoke: [scope] };
      applyPage(b.replica, { rows: [], bodies: {}, trailer }, [], noSyncMutants);
      expect(getRow(b.replica.db, 'evidence', id)).toBeUndefined();
      const values = b.replica.db.statements.value(
        'SELECT count(*) FROM log WHERE row = ? AND cols IS NOT NULL',
        idToBlob(id),
      );
      expect(values).toBe(0);
      expect(JSON.stringify(listInbox(b.replica.db))).toContain('unsent words');
      expect(readCursors(b.replica.db).some((cursor) => cursor.scope === scope)).toBe(false);
      expect(feed.seq).toBeGreaterThan(0);
    });
  });

  test('a page that would take away a third of a scope stops, unless its digest has been asked', () => {
    withFeed((a, b, feed, _, session) => {
      const from = feed.seq;
      const ids = Array.from({ length: 20 }, (__, at) => addEvidence(a, session, `e${at}`));
      feed.take(a, ada);
      pull(b, feed, from);
      const scope = `session:${session}`;
      const rows = ids
        .slice(0, 12)
        .map((i) => ({ e: 6, i, sc: scope, s: String(feed.seq + 1), st: 'exit' as const }));
      const page: Page = {
        rows,
        bodies: {},
        trailer: { next: { [scope]: '900' }, more: false, lastMutation: '0' },
      };
      const stopped = applyPage(b.replica, page, [], noSyncMutants);
      expect(stopped.braked).toEqual([{ scope, left: 10 }]);
      expect(getRow(b.replica.db, 'evidence', ids[0] ?? '')).toBeDefined();
      expect(applyPage(b.replica, page, [scope], noSyncMutants).braked).toEqual([]);
      expect(getRow(b.replica.db, 'evidence', ids[0] ?? '')).toBeUndefined();
    });
  });

  test.each(['exit first', 'row first'])(
    '[P18] a row that goes to a scope that is held here stays with what waits of it: %s',
    (order) => {
      withFeed((a, b, feed, id, session) => {
        const [from, to] = [`session:${session}`, `session:${addSession(a)}`];
        beginScope(b.replica.db, to, 0, 1);
        edit(b, (tx) => updateRow(tx, 'evidence', id, { title: 'unsent words' }));
        const kept = feed.rows.get(id);
        if (kept === undefined) throw new Error('The row is in the feed.');
        const s = String(feed.seq + 1);
        const exit = { e: 6, i: id, sc: from, s, st: 'exit' as const, to };
        const row = lineOf({ ...kept.state, scope: to }, feed.seq + 1);
        const give = (line: Page['rows'][number], next: Record<string, string>) =>
          applyPage(
            b.replica,
            { rows: [line], bodies: {}, trailer: { next, more: true, lastMutation: '0' } },
            [],
            noSyncMutants,
          );
        const gives = [() => give(exit, { [from]: s }), () => give(row, { [to]: s })];
        for (const each of order === 'exit first' ? gives : gives.toReversed()) each();
        const shown = getRow(b.replica.db, 'evidence', id);
        expect(shown).toMatchObject({ title: 'unsent words', _scope: to });
        expect(digestOf(b.replica.db, to)).toMatchObject({ n: 1 });
        expect([listInbox(b.replica.db), waitingToSend(b.replica.db).count > 0]).toEqual([[], true]);
      });
    },
  );

  test('[P18] a row that goes where this laptop has no part goes, and what waited of it is in the inbox', () => {
    withFeed((_, b, feed, id, session) => {
      edit(b, (tx) => updateRow(tx, 'evidence', id, { title: 'unsent words' }));
      const scope = `session:${session}`;
      const s = String(feed.seq + 1);
      const rows = [{ e: 6, i: id, sc: scope, s, st: 'exit' as const, to: `session:${bob}` }];
      const trailer = { next: { [scope]: s }, more: false, lastMutation: '0' };
      applyPage(b.replica, { rows, bodies: {}, trailer }, [], noSyncMutants);
      expect(getRow(b.replica.db, 'evidence', id)).toBeUndefined();
      expect(listInbox(b.replica.db)).toMatchObject([{ kind: 'revoked' }]);
    });
  });

  test('[P21] a scope that begins anew loses what the server does not have any more, and keeps what waits', () => {
    withFeed((a, b, feed, id, session) => {
      const gone = addEvidence(a, session, 'gone while away');
      feed.take(a, ada);
      pull(b, feed, feed.seq - 1);
      const own = addEvidence(b, session, 'unsent words');
      feed.rows.delete(gone);
      beginScope(b.replica.db, `session:${session}`, 0, b.replica.schemaVersion);
      applyPage(b.replica, feed.page(), [`session:${session}`], noSyncMutants);
      expect(getRow(b.replica.db, 'evidence', gone)).toBeUndefined();
      expect(getRow(b.replica.db, 'evidence', id)).toMatchObject({ title: 'first' });
      expect(getRow(b.replica.db, 'evidence', own)).toMatchObject({ title: 'unsent words' });
    });
  });

  /** The next page of one scope, with these rows and floors. */
  const pageOf = (scope: string, seq: number, rows: Page['rows'], floor: Record<string, string>): Page => ({
    rows,
    bodies: {},
    trailer: { next: { [scope]: String(seq) }, more: false, lastMutation: '0', floor },
  });

  test('[P21] [MR17] what the server has forgotten of a purged row counts no more here either, and stays purged', () => {
    withFeed((_, b, feed, id, session) => {
      const scope = `session:${session}`;
      const seq = feed.seq + 1;
      applyPage(b.replica, pageOf(scope, seq, [purgedLine(feed, id)], {}), [], noSyncMutants);
      const before = digestOf(b.replica.db, scope).n;
      applyPage(b.replica, pageOf(scope, seq, [], { [scope]: String(seq) }), [], noSyncMutants);
      expect(digestOf(b.replica.db, scope).n).toBe(before - 1);
      pull(b, feed);
      expect(getRow(b.replica.db, 'evidence', id)).toBeUndefined();
    });
  });

  test('[P21] a purged row that is to be asked for is still asked for after older ones were forgotten', () => {
    withFeed((_, b, feed, id, session) => {
      const scope = `session:${session}`;
      const seq = feed.seq + 1;
      const line = purgedLine(feed, id);
      applyPage(b.replica, pageOf(scope, seq, [line], {}), [], noSyncMutants);
      markStale(b.replica.db, [{ e: line.e, i: id, scope }]);
      applyPage(b.replica, pageOf(scope, seq, [], { [scope]: String(seq) }), [], noSyncMutants);
      expect(staleRows(b.replica.db, 9)).toEqual([{ e: line.e, i: id }]);
    });
  });

  test('[MR17] a purge takes the values out of the log and the inbox, and nothing brings the row back', () => {
    withFeed((_, b, feed, id) => {
      edit(b, (tx) => updateRow(tx, 'evidence', id, { title: 'secret words' }));
      const line = purgedLine(feed, id);
      const trailer = { next: {}, more: false, lastMutation: '0' };
      applyPage(b.replica, { rows: [line], bodies: {}, trailer }, [], noSyncMutants);
      expect(getRow(b.replica.db, 'evidence', id)).toBeUndefined();
      const texts = b.replica.db.statements.all('SELECT cols, stamps FROM log WHERE row = ?', idToBlob(id));
      expect(JSON.stringify(texts)).not.toContain('secret words');
      pull(b, feed);
      expect(getRow(b.replica.db, 'evidence', id)).toBeUndefined();
    });
  });
});
