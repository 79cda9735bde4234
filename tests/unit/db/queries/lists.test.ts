import { expect, test } from 'vitest';
import { labelOf } from '../../../../db/catalogue/label.ts';
import type { Id } from '../../../../db/catalogue/rows.ts';
import { artifactWindow } from '../../../../db/queries/artifacts.ts';
import { type EvidenceFilter, evidenceWindow } from '../../../../db/queries/evidence.ts';
import { idsNamed } from '../../../../db/queries/labels.ts';
import { getSession, listSessions } from '../../../../db/queries/sessions.ts';
import { trashWindow } from '../../../../db/queries/trash.ts';
import { judge, replaceSet } from '../../../../db/replica/rows/elements.ts';
import { insertRow, removeRow, restoreRow } from '../../../../db/replica/rows/write.ts';
import { transact } from '../../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../../db/replica/workspace/workspace.ts';
import { addEvidence, addSession, withWorkspace } from '../../../helpers/replica.ts';

function titles(workspace: OpenWorkspace, sessionId: Id, filter: EvidenceFilter, offset = 0, limit = 10) {
  const sort = { column: 'title', direction: 'ascending' as const };
  const { total, rows } = evidenceWindow(workspace.replica.db, { sessionId, filter, sort, offset, limit });
  return { total, titles: rows.map((row) => row.title) };
}

test('evidence is windowed, sorted and filtered by what it is, who said so, and its tags', () => {
  withWorkspace((workspace) => {
    const { replica } = workspace;
    const session = addSession(workspace);
    addEvidence(workspace, addSession(workspace, 'Other'), 'elsewhere');
    const ids = ['delta', 'alpha', '100% sure', 'charlie', 'Bravo'].map((title) =>
      addEvidence(workspace, session, title),
    );
    const [delta = '', alpha = '', , charlie = ''] = ids;
    transact(replica, { command: 'work' }, (tx) => {
      replaceSet(tx, 'evidence', delta, 'tags', ['red', 'old']);
      replaceSet(tx, 'evidence', alpha, 'tags', ['red']);
      judge(tx, 'evidence', alpha, 'reliability', 'B');
      removeRow(tx, 'evidence', charlie);
    });
    expect(titles(workspace, session, {})).toEqual({
      total: 4,
      titles: ['100% sure', 'alpha', 'Bravo', 'delta'],
    });
    expect(titles(workspace, session, {}, 1, 2)).toEqual({ total: 4, titles: ['alpha', 'Bravo'] });
    expect(titles(workspace, session, { tags: ['red'] }).titles).toEqual(['alpha', 'delta']);
    expect(titles(workspace, session, { tags: ['red', 'old'] }).titles).toEqual(['delta']);
    expect(titles(workspace, session, { reliability: ['B'] }).titles).toEqual(['alpha']);
    expect(titles(workspace, session, { unrated: true }).total).toBe(3);
    expect(titles(workspace, session, { text: '0% s' }).titles).toEqual(['100% sure']);
    expect(titles(workspace, session, { text: '%' }).titles).toEqual(['100% sure']);
    expect(titles(workspace, session, { types: ['pdf'] }).total).toBe(0);
    const sort = { column: 'title; DROP TABLE evidence', direction: 'descending' as const };
    expect(
      evidenceWindow(replica.db, { sessionId: session, filter: {}, sort, offset: 0, limit: 9 }).total,
    ).toBe(4);
  });
});

test('a session counts its evidence and claims on their own, and knows its latest activity', () => {
  withWorkspace((workspace) => {
    const { replica } = workspace;
    const session = addSession(workspace, 'Counted');
    const quiet = addSession(workspace, 'Quiet');
    for (const title of ['a', 'b', 'c']) addEvidence(workspace, session, title);
    transact(replica, { command: 'claims' }, (tx) => {
      insertRow(tx, 'research_claims', { session_id: session, claim_text: 'One.' });
      const gone = insertRow(tx, 'research_claims', { session_id: session, claim_text: 'Two.' });
      removeRow(tx, 'research_claims', gone);
    });
    const listed = listSessions(replica.db, false);
    expect(listed.map((row) => row.id)).toEqual([session, quiet]);
    expect(listed[0]).toMatchObject({ title: 'Counted', evidence: 3, claims: 1 });
    expect(getSession(replica.db, session)?.lastActivity).toBe(listed[0]?.lastActivity);
    transact(replica, { command: 'trash' }, (tx) => removeRow(tx, 'research_sessions', quiet));
    expect(listSessions(replica.db, true).map((row) => row.id)).toEqual([quiet]);
  });
});

test('the trash lists what a person put there, newest first, and empties by restoring', () => {
  withWorkspace((workspace) => {
    const { replica } = workspace;
    const session = addSession(workspace);
    const first = addEvidence(workspace, session, 'first');
    const second = addEvidence(workspace, session, 'second');
    for (const id of [first, second]) {
      transact(replica, { command: 'trash' }, (tx) => removeRow(tx, 'evidence', id));
    }
    const { total, rows } = trashWindow(replica.db, 0, 10);
    expect(total).toBe(2);
    expect(rows.map((row) => row.title)).toEqual(['second', 'first']);
    expect(rows[0]).toMatchObject({ entity: 'evidence', id: second, deletedBy: 'Ada' });
    transact(replica, { command: 'restore' }, (tx) => restoreRow(tx, 'evidence', second));
    expect(trashWindow(replica.db, 0, 10).rows.map((row) => row.id)).toEqual([first]);
  });
});

test('a file says where it is used', () => {
  withWorkspace((workspace) => {
    const { replica } = workspace;
    const session = addSession(workspace, 'Uses it');
    transact(replica, { command: 'add' }, (tx) => {
      const scope = `session:${session}`;
      const artifact_id = insertRow(
        tx,
        'artifacts',
        { content_hash: 'b'.repeat(64), file_name: 'b.pdf', artifact_type: 'pdf' },
        { scope },
      );
      insertRow(tx, 'evidence', { session_id: session, artifact_id, title: 'b' });
    });
    const sort = { column: 'addedAt', direction: 'descending' as const };
    const { total, rows } = artifactWindow(replica.db, { text: 'B.P', types: [], sort, offset: 0, limit: 5 });
    expect(total).toBe(1);
    expect(rows[0]?.usedIn).toMatchObject([{ sessionId: session, sessionTitle: 'Uses it' }]);
  });
});

test('a label or the start of an id names its row, where it is the only one', () => {
  withWorkspace((workspace) => {
    const { db } = workspace.replica;
    const session = addSession(workspace);
    const id = addEvidence(workspace, session, 'first');
    addEvidence(workspace, session, 'second');
    expect(idsNamed(db, 'evidence', labelOf('evidence', id, 8))).toEqual([id]);
    expect(idsNamed(db, 'evidence', labelOf('evidence', id, 8).toLowerCase())).toEqual([id]);
    expect(idsNamed(db, 'evidence', id)).toEqual([id]);
    expect(idsNamed(db, 'evidence', '0')).toEqual([]);
  });
});
