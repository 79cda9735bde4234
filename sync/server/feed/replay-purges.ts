import { decodeRow } from '../../core/row-wire.ts';
import { emptyRow } from '../../core/row-state.ts';
import type { RowContent } from '../../protocol/row-state.ts';
import type { FeedEnvironment } from './environment.ts';
import { keyOf } from './fold.ts';
import { serverStamp, type ServerWrite, writeAsServer } from './server-writes.ts';
import type { RowKey, ServerStore, ServerTransaction } from './store.ts';

/** Purged rows in one transaction at most. */
const batch = 1000;

/**
 * Purges rows again in a database that was restored from before they were purged, or from before they were made: then too, since a
 * laptop may send them once more. A row that is not there is marked in the tenant's scope, as an id without anything else. Answers
 * with how many were not purged yet.
 */
export async function replayPurges(
  store: ServerStore,
  environment: FeedEnvironment,
  tenant: string,
  rows: readonly RowKey[],
): Promise<number> {
  const unique = [...new Map(rows.map((row) => [keyOf(row.entity, row.id), row])).values()];
  let purged = 0;
  for (let from = 0; from < unique.length; from += batch) {
    purged += await replayBatch(store, environment, tenant, unique.slice(from, from + batch));
  }
  return purged;
}

function replayBatch(
  store: ServerStore,
  environment: FeedEnvironment,
  tenant: string,
  keys: readonly RowKey[],
): Promise<number> {
  return store.write(tenant, (tx) => purgeRows(tx, environment, keys));
}

/** Purges rows in a transaction, and marks those that are not there. Answers with how many were not purged yet. */
export async function purgeRows(
  tx: ServerTransaction,
  environment: FeedEnvironment,
  keys: readonly RowKey[],
): Promise<number> {
  const stored = new Map((await tx.lockRows(keys)).map((row) => [keyOf(row.entity, row.id), row]));
  const writes = keys.flatMap(({ entity, id }): ServerWrite[] => {
    const before = stored.get(keyOf(entity, id));
    const isPurged = before !== undefined && decodeRow(JSON.parse(before.state) as RowContent).purged;
    if (isPurged) return [];
    return [{ state: { ...emptyRow(entity, id, before?.scope ?? 'tenant'), purged: true }, before, op: 'p' }];
  });
  await writeAsServer(tx, environment, serverStamp(environment), writes);
  return writes.length;
}
