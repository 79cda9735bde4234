import { expect, test } from 'vitest';
import type { Id } from '../../../db/catalogue/rows.ts';
import { keepDeleted, listNotices } from '../../../db/replica/exchange/notices.ts';
import { isOwnPerson, writtenBy } from '../../../db/replica/exchange/own-write.ts';
import { judge } from '../../../db/replica/rows/elements.ts';
import { newId } from '../../../db/replica/rows/ids.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { removeRow, updateRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { inboxFunctions, inboxQuestions } from '../../../main/host/data/inbox.ts';
import { send, withTwo } from '../../helpers/two-replicas.ts';

/** A deletes what B works on, and both hear of it. */
function withWithstood(body: (a: OpenWorkspace, b: OpenWorkspace, id: Id) => void): void {
  withTwo((a, b, id) => {
    transact(a.replica, { command: 'remove' }, (tx) => removeRow(tx, 'evidence', id));
    transact(b.replica, { command: 'rename' }, (tx) => updateRow(tx, 'evidence', id, { title: 'of b' }));
    send(a, b);
    send(b, a);
    body(a, b, id);
  });
}

const isInTrash = (each: OpenWorkspace, id: Id) => getRow(each.replica.db, 'evidence', id)?._deleted === true;
const answers = (each: OpenWorkspace) =>
  inboxFunctions(
    each,
    () => undefined,
    ({ result }) => result,
  )['sync.answerDeletes'];

test('[MR15] a delete that somebody’s work withstood is a notice to who deleted, and to nobody else', () => {
  withWithstood((a, b, id) => {
    expect(isInTrash(a, id)).toBe(false);
    expect(listNotices(a.replica.db)).toMatchObject([{ entity: 'evidence', row: id }]);
    expect(listNotices(b.replica.db)).toEqual([]);
    expect(inboxQuestions(a.replica.db)['sync.notices']()).toMatchObject([
      { row: id, title: 'of b', editedBy: { isMine: false } },
    ]);
  });
});

test('[MR15] kept, the row stays and the notice is settled on every side', () => {
  withWithstood((a, b, id) => {
    const [notice] = listNotices(a.replica.db);
    transact(a.replica, { command: 'sync.decide' }, (tx) => keepDeleted(tx, notice!));
    send(a, b);
    for (const each of [a, b]) {
      expect(listNotices(each.replica.db)).toEqual([]);
      expect(isInTrash(each, id)).toBe(false);
    }
  });
});

test('[MR15] deleted again, the row goes everywhere: the second delete has seen the work', () => {
  withWithstood((a, b, id) => {
    const ids = listNotices(a.replica.db).map((notice) => notice.id);
    expect(answers(a)({ ids, word: 'delete' })).toEqual({ decided: 1 });
    expect(answers(a)({ ids, word: 'delete' })).toEqual({ decided: 0 });
    send(a, b);
    for (const each of [a, b]) {
      expect(isInTrash(each, id)).toBe(true);
      expect(listNotices(each.replica.db)).toEqual([]);
    }
  });
});

test('[MR13] a write is one’s own on every device of one’s user, and nobody else’s', () => {
  withTwo((a, b) => {
    const user = newId();
    const [mine, theirs] = [a.replica.author, b.replica.author];
    expect([mine, theirs, user].map((each) => isOwnPerson(a.replica.db, each))).toEqual([true, false, false]);
    for (const each of [a, b]) {
      transact(each.replica, { command: 'enrol' }, (tx) =>
        updateRow(tx, 'authors', each.replica.author, { user_id: user }),
      );
    }
    send(b, a);
    expect([mine, theirs, user].map((each) => isOwnPerson(a.replica.db, each))).toEqual([true, true, true]);
    expect(writtenBy(a.replica.db, 'f'.repeat(32))).toMatchObject({ name: '', isMine: false });
  });
});

test('[MR9] positions that differ stand side by side with their people, the own one marked', () => {
  withTwo((a, b, id) => {
    const rate = (each: OpenWorkspace, value: string, why: string) =>
      transact(each.replica, { command: 'judge' }, (tx) =>
        judge(tx, 'evidence', id, 'reliability', value, why),
      );
    rate(a, 'B', 'known for years');
    rate(b, 'D', 'wrong twice');
    send(a, b);
    send(b, a);
    const [split] = inboxQuestions(a.replica.db)['sync.splits']();
    const [judgement] = split?.judgements ?? [];
    expect(split).toMatchObject({ entity: 'evidence', row: id });
    expect(judgement?.column).toBe('reliability');
    const positions = judgement?.positions.toSorted((x, y) => Number(y.isMine) - Number(x.isMine));
    expect(positions).toMatchObject([
      { isMine: true, value: 'B', rationale: 'known for years' },
      { isMine: false, value: 'D', rationale: 'wrong twice' },
    ]);
    rate(b, 'B', 'after all');
    send(b, a);
    expect(inboxQuestions(a.replica.db)['sync.splits']()).toEqual([]);
  });
});
