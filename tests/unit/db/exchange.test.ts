import { expect, test } from 'vitest';
import type { Id } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { applyTransaction } from '../../../db/replica/exchange/apply.ts';
import { bySession, convertText } from '../../../db/replica/exchange/convert-text.ts';
import { dismissConflicts, listConflicts, pickValue } from '../../../db/replica/exchange/conflicts.ts';
import { pickReadable, readableConflict } from '../../../db/replica/exchange/text-conflicts.ts';
import { exportTransactions } from '../../../db/replica/exchange/export.ts';
import { examine } from '../../../db/replica/care/doctor.ts';
import { replayRemote } from '../../../db/replica/exchange/replay.ts';
import { purge } from '../../../db/replica/log/purge.ts';
import { undo } from '../../../db/replica/log/undo.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { derivedId, idToBlob, newId } from '../../../db/replica/rows/ids.ts';
import { judge, readJudgement } from '../../../db/replica/rows/elements.ts';
import { writeText } from '../../../db/replica/rows/text.ts';
import { insertRow, removeRow, restoreRow, updateRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { addEvidence, addSession, withWorkspace } from '../../helpers/replica.ts';
import { send, withTwo } from '../../helpers/two-replicas.ts';

const title = (workspace: OpenWorkspace, id: Id) => getRow(workspace.replica.db, 'evidence', id)?.title;
const rename = (workspace: OpenWorkspace, id: Id, to: string) =>
  transact(workspace.replica, { command: 'rename' }, (tx) => updateRow(tx, 'evidence', id, { title: to }));

test('[MR13] [MR14] two titles at once are one conflict with one id on both sides; picking ends it on both', () => {
  withTwo((a, b, id) => {
    rename(a, id, 'from a');
    rename(b, id, 'from b');
    send(a, b);
    send(b, a);
    expect(title(a, id)).toBe(title(b, id));
    const [conflict] = listConflicts(a.replica.db);
    expect(listConflicts(b.replica.db).map((each) => each.id)).toEqual([conflict?.id]);
    transact(a.replica, { command: 'pick', pick: true }, (tx) => pickValue(tx, conflict!, conflict!.lost));
    send(a, b);
    for (const each of [a, b]) {
      expect(listConflicts(each.replica.db)).toEqual([]);
      expect(title(each, id)).toBe(conflict?.lost);
    }
  });
});

test('[MR5] a write names what was shown; the lost one that was left open stays a conflict and cannot win any more', () => {
  withTwo((a, b, id) => {
    rename(a, id, 'from a');
    rename(b, id, 'from b');
    send(a, b);
    send(b, a);
    const lost = listConflicts(a.replica.db)[0]?.lost;
    rename(a, id, 'third');
    send(a, b);
    expect(title(b, id)).toBe('third');
    expect(listConflicts(b.replica.db).map((each) => each.lost)).toEqual([lost]);
  });
});

test('[MR15] a delete beside an edit that it did not see keeps the row; a delete that saw it wins', () => {
  withTwo((a, b, id) => {
    transact(a.replica, { command: 'trash' }, (tx) => removeRow(tx, 'evidence', id));
    rename(b, id, 'worked on');
    send(a, b);
    send(b, a);
    for (const each of [a, b])
      expect(getRow(each.replica.db, 'evidence', id)).toMatchObject({ _deleted: false, title: 'worked on' });
    transact(a.replica, { command: 'trash' }, (tx) => removeRow(tx, 'evidence', id));
    send(a, b);
    for (const each of [a, b]) expect(getRow(each.replica.db, 'evidence', id)?._deleted).toBe(true);
  });
});

test('[MR6] what one transaction makes and writes again arrives as it was left: words, values, and a row taken back', () => {
  withTwo((a, b, id) => {
    const session = addSession(a);
    const made = transact(a.replica, { command: 'import' }, (tx) => {
      const row = insertRow(tx, 'evidence', { session_id: session, title: 'first' });
      updateRow(tx, 'evidence', row, { title: 'second' });
      updateRow(tx, 'evidence', row, { title: 'third' });
      writeText(tx, 'evidence', row, 'notes', 'words of the first day');
      updateRow(tx, 'evidence', id, { title: 'once' });
      updateRow(tx, 'evidence', id, { title: 'twice' });
      const gone = insertRow(tx, 'evidence', { session_id: session, title: 'gone' });
      removeRow(tx, 'evidence', gone);
      return { row, gone };
    }).result;
    send(a, b);
    for (const { replica } of [a, b]) {
      const row = getRow(replica.db, 'evidence', made.row);
      expect(row).toMatchObject({ title: 'third', notes: 'words of the first day' });
      expect(getRow(replica.db, 'evidence', id)?.title).toBe('twice');
      expect(getRow(replica.db, 'evidence', made.gone)?._deleted).toBe(true);
      expect(listConflicts(replica.db, made.row)).toEqual([]);
    }
    rename(b, made.row, 'fourth');
    send(b, a);
    expect(getRow(a.replica.db, 'evidence', made.row)?.title).toBe('fourth');
  });
});

test('[MR10] notes written on both sides from one lineage unite; two first notes are a conflict', () => {
  withTwo((a, b, id) => {
    const note = (workspace: OpenWorkspace, words: string) =>
      transact(workspace.replica, { command: 'note' }, (tx) => writeText(tx, 'evidence', id, 'notes', words));
    note(a, 'one two');
    send(a, b);
    note(a, 'zero one two');
    note(b, 'one two three');
    send(a, b);
    send(b, a);
    for (const each of [a, b])
      expect(getRow(each.replica.db, 'evidence', id)?.notes).toBe('zero one two three');
    const other = addEvidence(a, addSession(a), 'second');
    send(a, b);
    for (const [each, words] of [
      [a, 'mine'],
      [b, 'yours'],
    ] as const) {
      transact(each.replica, { command: 'note' }, (tx) => writeText(tx, 'evidence', other, 'notes', words));
    }
    send(a, b);
    send(b, a);
    expect(listConflicts(a.replica.db, other).map((each) => each.column)).toEqual(['notes']);
    expect(getRow(a.replica.db, 'evidence', other)?.notes).toBe(
      getRow(b.replica.db, 'evidence', other)?.notes,
    );
  });
});

test.each(['theirs', 'merged'] as const)(
  '[MR10] [MR14] first words of two people stand as words in their conflict; a person takes %s, and both go on from it',
  (take) => {
    withTwo((a, b, id) => {
      const note = (workspace: OpenWorkspace, words: string) =>
        transact(workspace.replica, { command: 'note' }, (tx) =>
          writeText(tx, 'evidence', id, 'notes', words),
        );
      const notes = ({ replica }: OpenWorkspace) => getRow(replica.db, 'evidence', id)?.notes;
      note(a, 'the tide was low');
      note(b, 'the tide was high');
      send(a, b);
      send(b, a);
      const [conflict] = listConflicts(a.replica.db);
      const { base, shown, lost } = readableConflict(a.replica.db, conflict!);
      expect(base).toBeNull();
      expect(shown).toBe(notes(a));
      expect(new Set([shown, lost])).toEqual(new Set(['the tide was high', 'the tide was low']));
      const wanted = take === 'theirs' && typeof lost === 'string' ? lost : 'the tide was high, then low';
      transact(a.replica, { command: 'pick', pick: true }, (tx) => pickReadable(tx, conflict!, wanted));
      send(a, b);
      for (const each of [a, b]) {
        expect(listConflicts(each.replica.db)).toEqual([]);
        expect(notes(each)).toBe(wanted);
      }
      note(b, `${wanted}, and`);
      note(a, `so ${wanted}`);
      send(a, b);
      send(b, a);
      expect([notes(a), notes(b)]).toEqual(Array(2).fill(`so ${wanted}, and`));
      // The words were brought over by hand: those who wrote them do not bring them over again.
      for (const { replica } of [a, b])
        expect(
          transact(replica, { command: 'convert' }, (tx) => convertText(tx, 'evidence', id, 'notes')).result,
        ).toBe(false);
      expect([notes(a), notes(b)]).toEqual(Array(2).fill(`so ${wanted}, and`));
    });
  },
);

test('[MR10] what a session wrote in a lineage that lost is converted by it once, and by nobody else', () => {
  withTwo((a, b, id) => {
    const note = (workspace: OpenWorkspace, words: string) =>
      transact(workspace.replica, { command: 'note' }, (tx) => writeText(tx, 'evidence', id, 'notes', words));
    const convert = ({ replica }: OpenWorkspace) =>
      transact(replica, { command: 'convert' }, (tx) =>
        convertText(tx, 'evidence', id, 'notes', bySession(replica.session)),
      ).result;
    const notes = ({ replica }: OpenWorkspace) => getRow(replica.db, 'evidence', id)?.notes;
    note(a, 'from a');
    note(b, 'from b');
    send(a, b);
    send(b, a);
    const shown = notes(a);
    const [winner, loser] = shown === 'from a' ? [a, b] : [b, a];
    expect(convert(winner)).toBe(false);
    expect(convert(loser)).toBe(true);
    expect(convert(loser)).toBe(false);
    send(loser, winner);
    for (const each of [a, b]) {
      expect(notes(each)).toBe(shown === 'from a' ? 'from a\nfrom b' : 'from b\nfrom a');
      expect(listConflicts(each.replica.db)).toEqual([]);
    }
  });
});

test('[MR9] one person’s positions that differ show the latest, whichever arrived last', () => {
  withTwo((a, b, id) => {
    const person = newId();
    for (const each of [a, b]) {
      transact(each.replica, { command: 'enrol' }, (tx) =>
        updateRow(tx, 'authors', each.replica.author, { user_id: person }),
      );
    }
    const grade = (each: OpenWorkspace, value: string) =>
      transact(each.replica, { command: 'judge' }, (tx) => judge(tx, 'evidence', id, 'reliability', value));
    grade(a, 'A');
    grade(b, 'B');
    send(a, b);
    send(b, a);
    for (const each of [a, b])
      expect(readJudgement(each.replica.db, id, 'reliability')).toMatchObject({
        state: 'agreed',
        value: 'B',
      });
  });
});

test('[MR17] a purged row takes nothing that still arrives for it', () => {
  withTwo((a, b, id) => {
    transact(a.replica, { command: 'trash' }, (tx) => removeRow(tx, 'evidence', id));
    purge(a.replica, [{ entity: 'evidence', id }], () => undefined, a.layout.purgeLedger);
    rename(b, id, 'too late');
    send(b, a);
    send(a, b);
    for (const each of [a, b]) {
      expect(getRow(each.replica.db, 'evidence', id)).toBeUndefined();
      expect(
        each.replica.db.statements.value(
          `SELECT count(*) FROM log WHERE row = ? AND cols IS NOT NULL`,
          idToBlob(id),
        ),
      ).toBe(0);
    }
  });
});

test('[MR8] a column that this build does not know is kept, and a later write of it supersedes the first', () => {
  withTwo((a, b, id) => {
    const [template] = exportTransactions(a.replica.db, 0);
    const scope = getRow(a.replica.db, 'evidence', id)!._scope;
    const newer = (n: number, base: string[]) => ({
      ...template!.transaction,
      stamp: `${String(n).padStart(31, '0')}f`,
      entries: [
        { op: 'update' as const, entity: 6, row: id, scope, cells: [{ cell: 200, value: `n${n}`, base }] },
      ],
      bodies: {},
    });
    applyTransaction(b.replica, newer(1, []));
    applyTransaction(b.replica, newer(2, [`${'1'.padStart(31, '0')}f`]));
    expect(b.replica.db.statements.value('SELECT _ext FROM evidence WHERE id = ?', idToBlob(id))).toBe(
      '{"200":"n2"}',
    );
  });
});

test('[MR8] columns that this build does not know are kept from every insert of a row, whichever comes first', () => {
  withTwo((a, b, id) => {
    const scope = getRow(a.replica.db, 'evidence', id)!._scope;
    const [template] = exportTransactions(a.replica.db, 0);
    const row = derivedId('metadata_tags', id, 'newer');
    const made = (n: number, unknown: string | null) => {
      const plain = id.replaceAll('-', '');
      const values: Json[] = ['2026-01-01T00:00:00.000Z', plain, plain, 't', 'k', 'v', unknown];
      return {
        ...template!.transaction,
        stamp: `${String(n).padStart(31, '0')}f`,
        entries: [{ op: 'insert' as const, entity: 10, row, scope, values }],
        bodies: {},
      };
    };
    const [one, other, none] = [made(1, 'one'), made(2, 'other'), made(3, null)];
    for (const each of [one, other, none]) applyTransaction(a.replica, each);
    for (const each of [none, other, one]) applyTransaction(b.replica, each);
    const kept = ({ replica }: OpenWorkspace) => [
      replica.db.statements.value('SELECT _ext FROM metadata_tags WHERE id = ?', idToBlob(row)),
      replica.db.statements.value(`SELECT state FROM cells WHERE row = ? AND cell = '7'`, idToBlob(row)),
    ];
    expect(kept(a)).toEqual(kept(b));
    expect(kept(a)[0]).toBe('{"7":null}');
    expect(JSON.parse(String(kept(a)[1]))).toMatchObject({
      live: [{ value: 'one' }, { value: 'other' }, { value: null }],
    });
  });
});

test('[MR13] a conflict holds the value that both sides had started from, the same on both', () => {
  withTwo((a, b, id) => {
    rename(a, id, 'from a');
    rename(b, id, 'from b');
    transact(a.replica, { command: 'key' }, (tx) => updateRow(tx, 'evidence', id, { metadata: { k: 1 } }));
    transact(b.replica, { command: 'key' }, (tx) => updateRow(tx, 'evidence', id, { metadata: { k: 2 } }));
    send(a, b);
    send(b, a);
    const bases = ({ replica }: OpenWorkspace) =>
      listConflicts(replica.db).map(({ column, base }) => [column, base]);
    expect(bases(a)).toEqual(bases(b));
    expect(Object.fromEntries(bases(a) as [string, Json][])).toEqual({ title: 'first', 'metadata/k': null });
  });
});

test('[MR26] undo of a write that lost dismisses its conflict and leaves what is shown', () => {
  withTwo((a, b, id) => {
    rename(a, id, 'from a');
    rename(b, id, 'from b');
    send(a, b);
    send(b, a);
    const winning = title(a, id);
    const loser = winning === 'from a' ? b : a;
    expect(undo(loser.replica)?.skipped).toEqual([]);
    send(a, b);
    send(b, a);
    for (const each of [a, b]) {
      expect(title(each, id)).toBe(winning);
      expect(listConflicts(each.replica.db)).toEqual([]);
    }
  });
});

test('[MR26] what somebody else wrote too is left by an undo; a dismissed write beside it does not hold it up', () => {
  withTwo((a, b, id) => {
    rename(a, id, 'same');
    rename(b, id, 'same');
    send(a, b);
    send(b, a);
    expect(undo(a.replica)?.skipped).toMatchObject([{ id, columns: ['title'] }]);
    expect(title(a, id)).toBe('same');
    rename(a, id, 'mine');
    rename(b, id, 'yours');
    send(a, b);
    send(b, a);
    const [conflict] = listConflicts(a.replica.db);
    const winner = title(a, id) === 'mine' ? a : b;
    transact(winner.replica, { command: 'keep' }, (tx) =>
      dismissConflicts(tx, 'evidence', id, conflict!.cell, [conflict!.stamp]),
    );
    expect(undo(winner.replica)?.command).toBe('keep');
    expect(undo(winner.replica)?.skipped).toEqual([]);
    expect(title(winner, id)).toBe('same');
  });
});

test('[MR18] a link to a row that is not there is kept, and counted', () => {
  withTwo((a, b, id) => {
    transact(a.replica, { command: 'annotate' }, (tx) =>
      insertRow(tx, 'annotations', { evidence_id: id, extraction_id: id }),
    );
    send(a, b);
    const { ok, counts } = examine(b, replayRemote);
    expect(ok).toBe(true);
    expect(counts['missingTargets']).toBeGreaterThan(0);
  });
});

test('[MR23] a status moves only by a declared step', () => {
  withWorkspace((workspace) => {
    const session = addSession(workspace);
    const set = (status: 'completed' | 'paused') =>
      transact(workspace.replica, { command: 'status' }, (tx) =>
        updateRow(tx, 'research_sessions', session, { status }),
      );
    set('completed');
    expect(() => set('paused')).toThrowError(/it can become active/);
  });
});

test('[MR27] undo of a delete restores; undo of an insert that somebody else worked on leaves the row', () => {
  withTwo((a, b, id) => {
    transact(a.replica, { command: 'trash' }, (tx) => removeRow(tx, 'evidence', id));
    undo(a.replica);
    expect(getRow(a.replica.db, 'evidence', id)?._deleted).toBe(false);
    send(a, b);
    rename(b, id, 'from b');
    send(b, a);
    expect(undo(a.replica)?.skipped).toMatchObject([{ entity: 'evidence', id }]);
    expect(getRow(a.replica.db, 'evidence', id)).toMatchObject({ _deleted: false, title: 'from b' });
    transact(a.replica, { command: 'trash' }, (tx) => removeRow(tx, 'evidence', id));
    transact(a.replica, { command: 'restore' }, (tx) => restoreRow(tx, 'evidence', id));
    undo(a.replica);
    expect(getRow(a.replica.db, 'evidence', id)?._deleted).toBe(true);
  });
});
