import { randomUUID } from 'node:crypto';
import type { RowState } from '../../core/row-state.ts';
import { encodeStamp, type Stamp } from '../../core/stamp.ts';
import { firstHash } from '../../protocol/messages.ts';
import type { FeedEnvironment } from './environment.ts';
import { rowWrite } from './row-writes.ts';
import type { ServerTransaction, StoredRow } from './store.ts';

/** Stands for the server itself where a person would stand. */
export const serverItself = '00000000-0000-0000-0000-000000000000';

/** A row that the server writes of its own accord. */
export interface ServerWrite {
  readonly state: RowState;
  readonly before: StoredRow | undefined;
  readonly op: 'i' | 'u' | 'p';
}

/** The stamp of a transaction of the server. */
export function serverStamp({ now }: FeedEnvironment): Stamp {
  return encodeStamp({
    milliseconds: now(),
    counter: 0,
    session: randomUUID().replaceAll('-', '').slice(0, 16),
  });
}

/** Writes rows as one transaction of the server: laptops get them as they get everybody's. */
export async function writeAsServer(
  tx: ServerTransaction,
  environment: FeedEnvironment,
  stamp: Stamp,
  writes: readonly ServerWrite[],
): Promise<void> {
  if (writes.length === 0) return;
  const client = randomUUID();
  await tx.lockClient(client, serverItself);
  const rows = writes.map(({ state, before }, place) =>
    rowWrite(environment, { state, place, notAsSent: true, bodies: new Set() }, before, []),
  );
  await tx.writePush({
    client,
    user: serverItself,
    lastMutation: 0n,
    lastHash: firstHash,
    versions: writes.map(({ state: { entity, id, scope }, op }) => ({
      entity,
      id,
      scope,
      mutation: 0n,
      stamp,
      ops: op,
      replaced: [],
    })),
    rows,
    results: [],
    refused: [],
    bodies: [],
    sessionPlaces: new Map(),
    lives: [],
    purged: rows.filter(({ purged }) => purged).map(({ entity, id }) => ({ entity, id })),
    at: environment.now(),
  });
}
