import { getRow } from '../../../db/replica/rows/read.ts';
import { insertRow, removeRow, restoreRow, updateRow } from '../../../db/replica/rows/write.ts';
import { transact, type Transaction } from '../../../db/replica/transaction/transact.ts';
import type { Device } from '../sync/device.ts';
import type { Edit } from './scope.ts';

/**
 * Does an edit on a laptop; `words` are said by no other. What may not be done, such as editing what is in the trash, is left. Answers
 * with what the person does not see of their own work at once (MR30).
 */
export function makeEdit(device: Device, edit: Edit, rows: readonly string[], words: string): string[] {
  const { db } = device.replica;
  const row = rows[edit === 'title 2' ? 1 : 0] ?? '';
  const shown = () => getRow(db, 'evidence', row);
  const before = shown();
  const run = <T>(body: (tx: Transaction) => T): T =>
    transact(device.replica, { command: edit }, body).result;
  const isThere = before !== undefined && !before._deleted;
  switch (edit) {
    case 'title 1':
    case 'title 2':
      if (!isThere) return [];
      run((tx) => updateRow(tx, 'evidence', row, { title: words }));
      return shown()?.title === words ? [] : [`MR30 ${device.name} does not see its own ${words}`];
    case 'delete 1':
      if (!isThere) return [];
      run((tx) => removeRow(tx, 'evidence', row));
      return [];
    case 'restore 1':
      if (before?._deleted !== true) return [];
      run((tx) => restoreRow(tx, 'evidence', row));
      return shown()?._deleted === false ? [] : [`MR30 ${device.name} does not see the row that it restored`];
    case 'add': {
      const id = run((tx) =>
        insertRow(tx, 'evidence', { session_id: sessionOf(device, rows), title: words }),
      );
      return getRow(db, 'evidence', id)?.title === words
        ? []
        : [`MR30 ${device.name} does not see its new row`];
    }
  }
}

function sessionOf(device: Device, rows: readonly string[]): string {
  return getRow(device.replica.db, 'evidence', rows[1] ?? '')?.session_id ?? '';
}
