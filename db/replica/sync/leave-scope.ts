import { entityNames, entitySpec } from '../../catalogue/catalogue.ts';
import { entityOfNumber } from '../../../sync/core/cell-name.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import { eraseLooseBodies, erasePurged, eraseRow } from '../log/purge.ts';
import { blobToId, idToBlob } from '../rows/ids.ts';
import { ownerOf } from '../rows/refresh.ts';
import { removeChunks } from '../search-chunks.ts';
import type { RowChange, Transaction } from '../transaction/transact.ts';
import { onlyWaiting, wasPurged } from './apply-named.ts';
import { settleOwner } from './apply-row.ts';
import { toInbox, waitingFor } from './inbox.ts';
import type { RowContext } from './row-context.ts';

/**
 * Takes a row of a scope off this laptop, with its values in the log. It may come back: it is remembered as purged only where the server said
 * so (MR17). What waits to be sent of it goes to the inbox first, with its values (I6). The row stays where it stands in another scope by
 * now.
 */
export function removeHere(
  tx: Transaction,
  e: number,
  id: string,
  scope: string,
  mutants: SyncMutants,
): RowChange[] {
  const { db } = tx.replica;
  const row = idToBlob(id);
  const entity = entityOfNumber(e);
  db.statements.run('DELETE FROM sync_rows WHERE entity = ? AND row = ? AND scope = ?', e, row, scope);
  if (entity === undefined) return [];
  const stands = db.statements.value<string>(`SELECT _scope FROM ${entity} WHERE id = ?`, row);
  // It was hidden before the server refused what waited of it, and its values are in the log alone.
  if (stands === undefined && wasPurged(db, row)) erasePurged(db, { entity, id }, tx.stamp);
  if (stands !== scope) return [];
  if (mutants.revokeDropsQueue !== true) {
    for (const txn of waitingFor(db, id)) toInbox(tx.replica, txn, 'revoked', 'REVOKED');
  }
  if (entity === 'evidence') removeChunks(db.sqlite, row);
  const owner = ownerOf(db, entity, row);
  if (wasPurged(db, row)) erasePurged(db, { entity, id }, tx.stamp);
  else eraseRow(db, { entity, id });
  settleOwner(tx, owner);
  return [{ entity, id, op: 'purge' }];
}

/** Takes everything of a scope off this laptop, what it wrote there itself too: it may not be read here any more. */
export function leaveScope(tx: Transaction, scope: string, mutants: SyncMutants): RowChange[] {
  const { db } = tx.replica;
  if (mutants.revokeIgnored === true) return [];
  const changes = entityNames.flatMap((entity) =>
    db.statements
      .all<{ id: Buffer }>(`SELECT id FROM ${entity} WHERE _scope = ? ORDER BY id`, scope)
      .flatMap(({ id }) => removeHere(tx, entitySpec(entity).n, blobToId(id), scope, mutants)),
  );
  db.statements.run('DELETE FROM sync_rows WHERE scope = ?', scope);
  db.statements.run('DELETE FROM sync_cursor WHERE scope = ?', scope);
  eraseLooseBodies(db);
  return changes;
}

/**
 * The end of a full fetch: rows of the scope that it did not bring are not there for this reader any more. Where something of a row waits
 * to be sent, the row is that and nothing else: the server has not heard of it yet (I6).
 */
export function dropUnseen(context: RowContext, scope: string): RowChange[] {
  const { tx, mutants } = context;
  return unseen(tx, scope, context.round(scope)).flatMap(({ entity, row }) => {
    const id = blobToId(row);
    return waitingFor(tx.replica.db, id).length > 0
      ? onlyWaiting(context, { e: entity, i: id })
      : removeHere(tx, entity, id, scope, mutants);
  });
}

/** Rows of a scope that were not confirmed in this round. */
export function unseen(tx: Transaction, scope: string, round: string): { entity: number; row: Buffer }[] {
  return tx.replica.db.statements.all(
    'SELECT entity, row FROM sync_rows WHERE scope = ? AND round <> ? ORDER BY row',
    scope,
    round,
  );
}
