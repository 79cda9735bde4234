import { expect, test } from 'vitest';
import { addElement } from '../../../db/replica/rows/elements.ts';
import { writeText } from '../../../db/replica/rows/text.ts';
import { updateRow } from '../../../db/replica/rows/write.ts';
import { exportTransaction } from '../../../db/replica/exchange/export.ts';
import { wipe } from '../../../db/replica/sync/wipe.ts';
import { transact, type Transaction } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { inboxRows } from '../../../main/host/data/inbox-rows.ts';
import { addEvidence, addSession, withWorkspace } from '../../helpers/replica.ts';

/** Writes, takes the whole copy off the file, and answers with what the transaction says of its rows then. */
function afterItsRowsWent(
  workspace: OpenWorkspace,
  write: (tx: Transaction) => unknown,
): ReturnType<typeof inboxRows> {
  const { replica } = workspace;
  transact(replica, { command: 'edit.evidence' }, write);
  const txn = replica.db.statements.value<number>('SELECT max(txn) FROM txns') ?? 0;
  const transaction = exportTransaction(replica.db, txn);
  if (transaction === undefined) throw new Error('Nothing was written.');
  wipe(replica, true);
  return inboxRows(replica.db, transaction);
}

test('a change whose row has gone is named by its own words, and says what it wrote into which field', () => {
  withWorkspace((workspace) => {
    const id = addEvidence(workspace, addSession(workspace), 'Harbour notes');
    const rows = afterItsRowsWent(workspace, (tx) => {
      updateRow(tx, 'evidence', id, { title: 'Notes of the harbour', summary: 'x'.repeat(1000) });
      addElement(tx, 'evidence', id, 'tags', 'flood');
      writeText(tx, 'evidence', id, 'notes', 'Ask the \u05e0\u05de\u05dc.');
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      id,
      entity: 'evidence',
      title: 'Notes of the harbour',
      written: {
        title: 'Notes of the harbour',
        summary: `${'x'.repeat(400)} …`,
        tags: 'flood',
        notes: 'Ask the \u05e0\u05de\u05dc.',
      },
    });
  });
});

test('of a text that was there before, only what the change added is said', () => {
  withWorkspace((workspace) => {
    const id = addEvidence(workspace, addSession(workspace), 'Harbour notes');
    transact(workspace.replica, { command: 'edit.evidence' }, (tx) =>
      writeText(tx, 'evidence', id, 'notes', 'The flood closed it.'),
    );
    const [row] = afterItsRowsWent(workspace, (tx) =>
      writeText(tx, 'evidence', id, 'notes', 'The flood of 1911 closed it.'),
    );
    expect(row?.written['notes']).toBe('of 1911 ');
  });
});
