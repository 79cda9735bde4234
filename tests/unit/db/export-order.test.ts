import { expect, test } from 'vitest';
import type { Json } from '../../../db/catalogue/types.ts';
import { exportTransactions } from '../../../db/replica/exchange/export.ts';
import { asUser } from '../../../db/replica/sync/people.ts';
import { undo } from '../../../db/replica/log/undo.ts';
import { insertRow, removeRow, restoreRow, updateRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import { canonicalText } from '../../../sync/core/value.ts';
import { addEvidence, addSession, withWorkspace } from '../../helpers/replica.ts';

test('a transaction of the log is made with its keys in text order, so that its canonical text is the engine’s own', () => {
  withWorkspace((workspace) => {
    const { replica } = workspace;
    const evidence = addEvidence(workspace, addSession(workspace), 'a');
    const edit = (body: Parameters<typeof transact>[2], pick = false) =>
      transact(replica, { command: 'edit', pick }, body);
    edit((tx) => updateRow(tx, 'evidence', evidence, { title: 'b', summary: 'n' }), true);
    edit((tx) => removeRow(tx, 'evidence', evidence));
    edit((tx) => restoreRow(tx, 'evidence', evidence));
    edit((tx) => updateRow(tx, 'evidence', evidence, { title: 'c' }));
    undo(replica);
    edit((tx) => insertRow(tx, 'authors', { kind: 'person', name: 'B' }));
    const person = { author: replica.author, user: '00000000-0000-7000-8000-00000000000a' };
    const all = exportTransactions(replica.db, 0).map(({ transaction }) => asUser(transaction, person));
    const ops = new Set(all.flatMap(({ entries }) => entries.map(({ op }) => op)));
    expect([...ops].toSorted()).toEqual(['delete', 'insert', 'restore', 'update']);
    expect(all.some(({ undoes }) => undoes !== undefined)).toBe(true);
    for (const each of all) expect(JSON.stringify(each)).toBe(canonicalText(each as unknown as Json));
  });
});
