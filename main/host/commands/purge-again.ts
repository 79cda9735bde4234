import { readLedger } from '../../../db/replica/log/purge.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { removeRow } from '../../../db/replica/rows/write.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { purgeRows } from './edits.ts';

/** Ends rows that the purge ledger names and that are here again, because the file is a backup from before the purge. */
export function purgeAgain(workspace: OpenWorkspace): void {
  const { replica, layout } = workspace;
  for (const { entity, id } of readLedger(layout.purgeLedger)) {
    const row = getRow(replica.db, entity, id);
    if (row === undefined) continue;
    if (!row._deleted) transact(replica, { command: 'purge' }, (tx) => removeRow(tx, entity, id));
    purgeRows(workspace, { entity, ids: [id] });
  }
}
