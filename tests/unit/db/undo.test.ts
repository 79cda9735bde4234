import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Id } from '../../../db/catalogue/rows.ts';
import { redo, undo } from '../../../db/replica/log/undo.ts';
import { historyOf } from '../../../db/replica/log/history.ts';
import { judge, readJudgement, readSet, replaceSet } from '../../../db/replica/rows/elements.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import { writeText } from '../../../db/replica/rows/text.ts';
import { insertRow, removeRow, restoreRow, updateRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { addEvidence, addSession, withWorkspace } from '../../helpers/replica.ts';

/** Everything a person can see of the evidence rows, in a form that can be compared. Texts have an undo of their own. */
function view(workspace: OpenWorkspace): unknown {
  const { db } = workspace.replica;
  return [false, true].flatMap((trash) =>
    listRows(db, 'evidence', { trash, orderBy: 'evidence.id' }).map((row) => ({
      id: row.id,
      trash,
      title: row.title,
      metadata: row.metadata,
      tags: row.tags,
      reliability: readJudgement(db, row.id, 'reliability').value,
    })),
  );
}

type Step =
  | { kind: 'insert' }
  | { kind: 'title'; row: number; title: string }
  | { kind: 'map'; row: number; key: string; value: number | null }
  | { kind: 'tags'; row: number; tags: string[] }
  | { kind: 'judge'; row: number; value: string | null }
  | { kind: 'remove'; row: number }
  | { kind: 'restore'; row: number }
  | { kind: 'bulk'; title: string }
  | { kind: 'twice'; row: number; title: string }
  | { kind: 'blink'; row: number }
  | { kind: 'filled'; title: string };

const row = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constant({ kind: 'insert' as const }),
  fc.record({ kind: fc.constant('title' as const), row, title: fc.constantFrom('a', 'b', 'c', 'ä') }),
  fc.record({
    kind: fc.constant('map' as const),
    row,
    key: fc.constantFrom('k', 'a"b', 'x.y'),
    value: fc.option(fc.nat(2)),
  }),
  fc.record({ kind: fc.constant('tags' as const), row, tags: fc.subarray(['red', 'green', 'blue']) }),
  fc.record({ kind: fc.constant('judge' as const), row, value: fc.constantFrom('A', 'B', null) }),
  fc.record({ kind: fc.constant('remove' as const), row }),
  fc.record({ kind: fc.constant('restore' as const), row }),
  fc.record({ kind: fc.constant('bulk' as const), title: fc.constantFrom('p', 'q') }),
  fc.record({ kind: fc.constant('twice' as const), row, title: fc.constantFrom('a', 'b', 'z') }),
  fc.record({ kind: fc.constant('blink' as const), row }),
  fc.record({ kind: fc.constant('filled' as const), title: fc.constantFrom('f', 'g') }),
);

function perform(workspace: OpenWorkspace, session: Id, ids: Id[], step: Step): boolean {
  const { replica } = workspace;
  const live = (at: number) => {
    const id = ids[at % Math.max(1, ids.length)];
    return id !== undefined && getRow(replica.db, 'evidence', id)?._deleted === false ? id : undefined;
  };
  const { stamp } = transact(replica, { command: step.kind }, (tx) => {
    if (step.kind === 'insert') ids.push(insertRow(tx, 'evidence', { session_id: session, title: 'new' }));
    else if (step.kind === 'filled') {
      const id = insertRow(tx, 'evidence', { session_id: session, title: 'new' });
      updateRow(tx, 'evidence', id, { title: step.title, metadata: { made: 1 } });
      ids.push(id);
    } else if (step.kind === 'bulk') {
      for (const at of ids.keys()) {
        const id = live(at);
        if (id !== undefined && ids.indexOf(id) === at) updateRow(tx, 'evidence', id, { title: step.title });
      }
    } else if (step.kind === 'restore') {
      const id = ids[step.row % Math.max(1, ids.length)];
      if (id !== undefined) restoreRow(tx, 'evidence', id);
    } else {
      const id = live(step.row);
      if (id === undefined) return;
      if (step.kind === 'twice') {
        updateRow(tx, 'evidence', id, { title: 'first of two', metadata: { twice: 1 } });
        updateRow(tx, 'evidence', id, { title: step.title, metadata: { twice: 2 } });
      }
      if (step.kind === 'blink') {
        removeRow(tx, 'evidence', id);
        restoreRow(tx, 'evidence', id);
      }
      if (step.kind === 'title') updateRow(tx, 'evidence', id, { title: step.title });
      if (step.kind === 'map') {
        const metadata = { ...(getRow(replica.db, 'evidence', id)?.metadata as object) } as Record<
          string,
          number | null
        >;
        if (step.value === null) delete metadata[step.key];
        else metadata[step.key] = step.value;
        updateRow(tx, 'evidence', id, { metadata });
      }
      if (step.kind === 'tags') replaceSet(tx, 'evidence', id, 'tags', step.tags);
      if (step.kind === 'judge') judge(tx, 'evidence', id, 'reliability', step.value);
      if (step.kind === 'remove') removeRow(tx, 'evidence', id);
    }
  });
  return stamp !== null;
}

describe('undo and redo', () => {
  test('[MR26] any sequence of writes, undone and redone at any point, equals the model', () => {
    const moves = fc.array(
      fc.oneof({ weight: 3, arbitrary: step }, { weight: 2, arbitrary: fc.constantFrom('undo', 'redo') }),
      {
        maxLength: 25,
      },
    );
    const property = fc.property(moves, (sequence) => {
      withWorkspace((workspace) => {
        const session = addSession(workspace);
        const ids: Id[] = [];
        // The model: what was seen after each step, and a cursor.
        let past: unknown[] = [view(workspace)];
        let at = 0;
        for (const move of sequence) {
          if (move === 'undo') {
            if (at > 0) {
              undo(workspace.replica);
              at -= 1;
            }
          } else if (move === 'redo') {
            const done = redo(workspace.replica);
            if (at + 1 < past.length) at += 1;
            else expect(done).toBeNull();
          } else if (perform(workspace, session, ids, move)) {
            past = [...past.slice(0, at + 1), view(workspace)];
            at += 1;
          }
          // An undone insert is a row in the trash: the model knows it only as gone.
          const trashless = (state: unknown) => (state as { trash: boolean }[]).filter((seen) => !seen.trash);
          expect(trashless(view(workspace))).toEqual(trashless(past[at]));
        }
      });
    });
    fc.assert(property, { numRuns: 120, seed: 7 });
  });

  test('of a bulk edit is one step', () => {
    withWorkspace((workspace) => {
      const session = addSession(workspace);
      const ids = ['a', 'b', 'c'].map((title) => addEvidence(workspace, session, title));
      transact(workspace.replica, { command: 'bulk' }, (tx) => {
        for (const id of ids) updateRow(tx, 'evidence', id, { title: 'same' });
      });
      expect(undo(workspace.replica)).toMatchObject({ command: 'bulk', skipped: [] });
      expect(ids.map((id) => getRow(workspace.replica.db, 'evidence', id)?.title)).toEqual(['a', 'b', 'c']);
    });
  });

  test('[MR26] leaves what another author changed since, says so, and goes on to what lies before', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const session = addSession(workspace);
      const id = addEvidence(workspace, session, 'first');
      const other = transact(replica, { command: 'author' }, (tx) =>
        insertRow(tx, 'authors', { kind: 'agent', name: 'A' }),
      ).result;
      transact(replica, { command: 'mine' }, (tx) =>
        updateRow(tx, 'evidence', id, { title: 'mine', language: 'en' }),
      );
      transact(replica, { command: 'theirs', author: other }, (tx) =>
        updateRow(tx, 'evidence', id, { title: 'theirs' }),
      );
      const done = undo(replica);
      expect(done?.skipped).toEqual([{ entity: 'evidence', id, columns: ['title'] }]);
      expect(getRow(replica.db, 'evidence', id)).toMatchObject({ title: 'theirs', language: null });
      expect(undo(replica)?.command).toBe('author');
    });
  });

  test('history names every step with its values, those of tags, ratings and notes too', () => {
    withWorkspace((workspace) => {
      const { replica } = workspace;
      const id = addEvidence(workspace, addSession(workspace), 'first');
      transact(replica, { command: 'rename' }, (tx) => updateRow(tx, 'evidence', id, { title: 'second' }));
      transact(replica, { command: 'tag' }, (tx) => replaceSet(tx, 'evidence', id, 'tags', ['red']));
      transact(replica, { command: 'rate' }, (tx) => judge(tx, 'evidence', id, 'reliability', 'B'));
      transact(replica, { command: 'note' }, (tx) => writeText(tx, 'evidence', id, 'notes', 'Seen twice.'));
      transact(replica, { command: 'trash' }, (tx) => removeRow(tx, 'evidence', id));
      const steps = historyOf(replica.db, 'evidence', id);
      expect(steps.map((step) => step.command)).toEqual([
        'trash',
        'note',
        'note',
        'rate',
        'tag',
        'rename',
        'evidence.add',
      ]);
      expect(steps.at(-2)?.columns).toEqual({ title: { old: 'first', new: 'second' } });
      expect(steps.find((step) => step.command === 'tag')?.columns).toEqual({
        tags: { old: null, new: 'red' },
      });
      expect(steps.find((step) => step.command === 'rate')?.columns).toEqual({
        reliability: { old: null, new: 'B' },
      });
      expect(steps.every((step) => step.author === 'Ada')).toBe(true);
      expect(readSet(replica.db, id, 'tags')).toEqual(['red']);
      expect(getRow(replica.db, 'evidence', id)?.notes).toBe('Seen twice.');
    });
  });
});
