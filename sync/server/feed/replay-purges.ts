import { randomUUID } from 'node:crypto';
import { emptyRow } from '../../core/row-state.ts';
import { hashOfText, rowText } from '../../core/row-wire.ts';
import { encodeStamp } from '../../core/stamp.ts';
import { firstHash } from '../../protocol/messages.ts';
import type { FeedEnvironment } from './environment.ts';
import { keyOf } from './fold.ts';
import type { RowKey, RowWrite, ServerStore } from './store.ts';

/** Purged rows in one transaction at most. */
const batch = 1000;
/** Stands for the server itself where a person would stand. */
const nobody = '00000000-0000-0000-0000-000000000000';

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
  return store.write(tenant, async (tx) => {
    const client = randomUUID();
    await tx.lockClient(client, nobody);
    const stored = new Map((await tx.lockRows(keys)).map((row) => [keyOf(row.entity, row.id), row]));
    const missing = keys.filter(({ entity, id }) => !isPurged(stored.get(keyOf(entity, id))?.state));
    const session = client.replaceAll('-', '').slice(0, 16);
    const stamp = encodeStamp({ milliseconds: environment.now(), counter: 0, session });
    const writes = missing.map(({ entity, id }, place): RowWrite => {
      const before = stored.get(keyOf(entity, id));
      const scope = before?.scope ?? 'tenant';
      const state = rowText({ ...emptyRow(entity, id, scope), purged: true });
      return {
        entity,
        id,
        scope,
        place,
        state,
        hash: hashOfText(state, environment.sha256),
        bodies: [],
        level: null,
        before,
        notAsSent: true,
        purged: true,
        values: undefined,
        deleted: false,
        insertStamp: '',
      };
    });
    if (writes.length === 0) return 0;
    await tx.writePush({
      client,
      user: nobody,
      lastMutation: 0n,
      lastHash: firstHash,
      versions: writes.map(({ entity, id, scope }) => ({
        entity,
        id,
        scope,
        mutation: 0n,
        stamp,
        ops: 'p',
        replaced: [],
      })),
      rows: writes,
      results: [],
      refused: [],
      bodies: [],
      sessionPlaces: new Map(),
      lives: [],
      purged: missing,
      at: environment.now(),
    });
    return writes.length;
  });
}

function isPurged(state: string | undefined): boolean {
  if (state === undefined) return false;
  return (JSON.parse(state) as { readonly st?: unknown }).st === 'purged';
}
