import process from 'node:process';
import { insertRow, updateRow } from '../../db/replica/rows/write.ts';
import { replaceSet } from '../../db/replica/rows/elements.ts';
import { undo } from '../../db/replica/log/undo.ts';
import { transact } from '../../db/replica/transaction/transact.ts';
import { openWorkspace } from '../../db/replica/workspace/workspace.ts';

/**
 * A process that a test may kill at any time: it opens the encrypted workspace of its first argument, writes into the session of its
 * second without end, several rows in each transaction, and tells each id only once its transaction has returned.
 */
const [folder = '', session_id = '', key = ''] = process.argv.slice(2);
const { replica } = openWorkspace({ folder, dataKey: Buffer.from(key, 'hex') });
process.send?.('working');

function step(at: number): void {
  const { result } = transact(replica, { command: 'pair' }, (tx) => {
    const parent = insertRow(tx, 'evidence', { session_id, title: `parent ${at}` });
    const child = insertRow(tx, 'evidence', { session_id, title: `child ${at}`, parent_id: parent });
    replaceSet(tx, 'evidence', child, 'tags', ['pair']);
    updateRow(tx, 'evidence', parent, { summary: `of ${child}` });
    return child;
  });
  process.send?.(result);
  if (at % 5 === 4) {
    transact(replica, { command: 'rename' }, (tx) => updateRow(tx, 'evidence', result, { title: 'renamed' }));
    undo(replica);
  }
}

for (let at = 0; ; at += 1) {
  step(at);
  await new Promise((resolve) => setImmediate(resolve));
}
