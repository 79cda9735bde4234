import { expect, test } from 'vitest';
import { changeWindow } from '../../../db/replica/log/change-list.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { writerFunctions } from '../../../main/host/data/writer.ts';
import { addEvidence, addSession, withWorkspace } from '../../helpers/replica.ts';

test('the log names what each change was about, and one of them is undone whatever came after', () => {
  withWorkspace((workspace) => {
    const { db } = workspace.replica;
    const write = writerFunctions(workspace, () => undefined);
    const list = (filter = {}) => changeWindow(db, { filter, offset: 0, limit: 50 });
    const session = addSession(workspace, 'Tides');
    const [first, second] = [
      addEvidence(workspace, session, 'First'),
      addEvidence(workspace, session, 'Second'),
    ];
    write['edits.edit']({ entity: 'evidence', ids: [first, second], values: { source_name: 'Harbour' } });
    write['edits.tag']({ entity: 'evidence', ids: [second], column: 'tags', add: ['wet'], remove: [] });

    const [tagged, edited, added] = list().rows;
    expect(tagged).toMatchObject({
      command: 'tag.evidence',
      author: 'Ada',
      mine: true,
      canUndo: true,
      count: 1,
      subject: { entity: 'evidence', id: second, title: 'Second', sessionId: session, present: true },
    });
    expect(edited).toMatchObject({ command: 'edit.evidence', count: 2, subject: { id: first } });
    expect(added).toMatchObject({ subject: { id: second } });

    const step = write['edits.undoChange']({ change: edited?.txn ?? 0 });
    expect(step.skipped).toEqual([]);
    expect(getRow(db, 'evidence', first)).toMatchObject({ source_name: null });
    expect(getRow(db, 'evidence', second)).toMatchObject({ source_name: null, tags: ['wet'] });
    expect(list().rows.find(({ txn }) => txn === edited?.txn)).toMatchObject({
      inEffect: false,
      canUndo: false,
    });
    expect(() => write['edits.undoChange']({ change: edited?.txn ?? 0 })).toThrow(/cannot be undone/);
    write['edits.redo']();
    expect(getRow(db, 'evidence', first)).toMatchObject({ source_name: 'Harbour' });
    expect(list().rows.find(({ txn }) => txn === edited?.txn)).toMatchObject({
      inEffect: true,
      canUndo: true,
    });
  });
});

test('the log is narrowed by kind, by author and by time, and its windows meet', () => {
  withWorkspace((workspace) => {
    const { db } = workspace.replica;
    const session = addSession(workspace, 'Tides');
    for (const title of ['a', 'b', 'c']) addEvidence(workspace, session, title);
    const list = (filter: Parameters<typeof changeWindow>[1]['filter'], offset = 0, limit = 50) =>
      changeWindow(db, { filter, offset, limit });
    const all = list({});
    expect(list({ entity: 'evidence' }).rows.map(({ subject }) => subject?.title)).toEqual(['c', 'b', 'a']);
    expect(list({ entity: 'research_claims' })).toEqual({ total: 0, rows: [] });
    expect(list({ by: 'others' }).total).toBe(0);
    expect(list({ by: 'me' }).total).toBe(all.total);
    expect(list({ since: '2000-01-01T00:00:00.000Z' }).total).toBe(all.total);
    expect(list({ since: '2999-01-01T00:00:00.000Z' }).total).toBe(0);
    expect([...list({}, 0, 2).rows, ...list({}, 2, 50).rows]).toEqual(all.rows);
  });
});
