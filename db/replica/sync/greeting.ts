import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import { firstHash, type HelloAnswer } from '../../../sync/protocol/messages.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { Replica } from '../transaction/replica.ts';
import { type RowChange, transact } from '../transaction/transact.ts';
import { writeOffers } from './choice.ts';
import { beginOwnScope, beginScope, readCursors, unfollowedScopes } from './cursors.ts';
import { ownScope, principalOf } from './enrol.ts';
import { leaveChosen, wantedScopes } from './leave-chosen.ts';
import { leaveScope } from './leave-scope.ts';
import { readSync, writeSync } from './meta.ts';
import { inTransaction, reidentify } from './outbox.ts';

/** Why a chain cannot go on under its client id. */
export type Road = 'none' | 'fork' | 'epoch';

/** The end of the chain as far as the server has answered for it. */
export function answeredChain(db: ReadableDb): { readonly mutation: number; readonly hash: string } {
  const row = db.statements.get<{ mutation: number; hash: string }>(
    `SELECT mutation, hash FROM outbox WHERE hash IS NOT NULL AND state IN ('acked', 'settled', 'inbox')
     ORDER BY mutation DESC LIMIT 1`,
  );
  return row ?? { mutation: 0, hash: firstHash };
}

/** The last mutation of this client that is known to stand in a backup of the server. */
export function settledUpTo(db: ReadableDb): number {
  return (
    db.statements.value<number>(
      `SELECT coalesce(max(mutation), 0) FROM outbox WHERE state = 'settled' AND hash IS NOT NULL`,
    ) ?? 0
  );
}

/**
 * Whether the chain goes on: the server may not be behind what it has answered for, not ahead of what was ever numbered here, and the
 * hash at its place has to be this file's (a clone, a restored file and a restored server all differ there).
 */
function roadOf(db: ReadableDb, answer: HelloAnswer, mutants: SyncMutants): Road {
  const epoch = readSync(db, 'epoch');
  if (epoch !== undefined && epoch !== answer.epoch) return 'epoch';
  return isOwnChain(db, answer, mutants) ? 'none' : 'fork';
}

/** Whether the server's end of this client's chain is one that this file's chain goes through (P30). */
export function isOwnChain(
  db: ReadableDb,
  { lastMutation, lastHash }: Pick<HelloAnswer, 'lastMutation' | 'lastHash'>,
  mutants: SyncMutants,
): boolean {
  const last = Number(lastMutation);
  if (last > Number(readSync(db, 'mutation') ?? 0)) return false;
  if (last < answeredChain(db).mutation) return false;
  if (last === 0) return true;
  const own = db.statements.value<string>(
    'SELECT hash FROM outbox WHERE mutation = ? AND hash IS NOT NULL',
    last,
  );
  return own === lastHash || mutants.chainIgnored === true;
}

/**
 * Takes up a greeting: the policy, what is safely backed up, and which scopes there are. A chain that does not go on changes nothing
 * else; the caller takes the road of MR21 and greets again.
 */
export function greeted(
  replica: Replica,
  answer: HelloAnswer,
  mutants: SyncMutants,
): { readonly road: Road; readonly changes: readonly RowChange[] } {
  const { db } = replica;
  const road = roadOf(db, answer, mutants);
  if (road !== 'none') return { road, changes: [] };
  const { result } = transact(replica, { command: 'sync', origin: 'remote', purging: true }, (tx) => {
    writeSync(db, 'epoch', answer.epoch);
    writeSync(db, 'policy', JSON.stringify(answer.policy.settings));
    writeSync(db, 'policy-version', String(answer.policy.version));
    writeSync(db, 'policy-at', new Date(replica.now()).toISOString());
    db.statements.run(
      `UPDATE outbox SET state = 'settled', payload = NULL WHERE state = 'acked' AND mutation <= ?`,
      Number(answer.backupMutation),
    );
    const user = principalOf(db)?.user ?? '';
    writeOffers(db, answer.scopes, user);
    const changes = leaveChosen(tx, mutants);
    const { taken, leaving } = wantedScopes(db);
    // What is let go goes on being fetched until the server has answered for all of it.
    const wanted = new Set([...taken, ...leaving]);
    const known = new Map(readCursors(db).map((cursor) => [cursor.scope, cursor]));
    const madeHere = new Set(unfollowedScopes(db));
    for (const each of answer.scopes) {
      const scope = ownScope(each.scope, user);
      if (scope === null) continue;
      if (each.do === 'revoke') {
        changes.push(...leaveScope(tx, scope, mutants));
        continue;
      }
      if (!wanted.has(scope)) continue;
      if (mutants.epochKeepsCursors === true && known.get(scope)?.scopeEpoch === each.scopeEpoch) continue;
      if (each.do === 'bootstrap' || known.get(scope)?.scopeEpoch !== each.scopeEpoch) {
        if (madeHere.has(scope)) beginOwnScope(db, scope, each.scopeEpoch, replica.schemaVersion);
        else beginScope(db, scope, each.scopeEpoch, replica.schemaVersion);
      }
    }
    return changes;
  });
  return { road, changes: result };
}

/**
 * The one road after a fork, a copy, a restored file and a restored server (MR21): another client id; what is not known to be safe is
 * asked about by its stamps. With `epoch` the server's numbers mean nothing any more: every scope is fetched from its beginning, and
 * what is here stays until that has ended.
 */
export function takeRoad(replica: Replica, epoch: boolean, mutants: SyncMutants): void {
  const { db } = replica;
  inTransaction(db, () => {
    if (mutants.roadDropsQueue === true)
      db.statements.run(`UPDATE outbox SET state = 'settled' WHERE state = 'in_flight'`);
    if (mutants.ackedForgotten === true)
      db.statements.run(`UPDATE outbox SET state = 'settled' WHERE state = 'acked'`);
    reidentify(replica);
    if (!epoch) return;
    db.statements.run(`DELETE FROM sync_meta WHERE key = 'epoch'`);
    if (mutants.epochKeepsCursors === true) return;
    db.statements.run('UPDATE sync_rows SET seq = 0');
    db.statements.run(`UPDATE sync_cursor SET seq = 0, state = 'bootstrap'`);
  });
}
