import { type EntityName, entityNames, entitySpec } from '../../catalogue/catalogue.ts';
import { noSyncMutants } from '../../../sync/core/sync-mutants.ts';
import { emptyLog, eraseLooseBodies } from '../log/purge.ts';
import { blobToId } from '../rows/ids.ts';
import type { Replica } from '../transaction/replica.ts';
import { type RowChange, transact } from '../transaction/transact.ts';
import { removeHere } from './leave-scope.ts';

/** What became of a copy that its organisation took back. */
export interface Wiped {
  readonly rows: number;
  /** Transactions that had not been sent: in the inbox with their values, or given up. */
  readonly kept: number;
  readonly givenUp: number;
  readonly changes: readonly RowChange[];
}

/**
 * Takes an organisation's copy off this laptop: every row but those of sessions that were never to be sent, with history, side records
 * and what is known of the server. Unsent work goes to the inbox where the file is encrypted, and is given up where it is not: its
 * values would lie there in the clear. The caller removes files that no row names, and says beforehand what is unsent.
 */
export function wipe(replica: Replica, isProtected: boolean): Wiped {
  const { db } = replica;
  const { result } = transact(replica, { command: 'sync', origin: 'remote', purging: true }, (tx) => {
    const before = openItems(replica);
    const changes = entityNames.flatMap((entity) =>
      db.statements
        .all<{ id: Buffer; scope: string }>(
          `SELECT id, _scope AS scope FROM ${entity} WHERE NOT (${staysHere(entity)}) ORDER BY id`,
        )
        .map(({ id, scope }) => ({ id: blobToId(id), scope }))
        // Whose file it is, the file says itself.
        .filter(({ id }) => id !== replica.author)
        .flatMap(({ id, scope }) => removeHere(tx, entitySpec(entity).n, id, scope, noSyncMutants)),
    );
    for (const table of ['sync_rows', 'sync_cursor', 'unknown_rows', 'session_devices'])
      db.statements.run(`DELETE FROM ${table}`);
    eraseLooseBodies(db);
    const moved = openItems(replica) - before;
    if (!isProtected) {
      db.statements.run(
        `UPDATE sync_inbox SET payload = NULL, state = CASE state WHEN 'open' THEN 'discarded' ELSE state END`,
      );
    }
    return {
      rows: changes.length,
      kept: isProtected ? moved : 0,
      givenUp: isProtected ? 0 : moved,
      changes,
    };
  });
  emptyLog(db);
  return result;
}

/** SQL that is true for a row of a session that stays on this laptop. */
function staysHere(entity: EntityName): string {
  return `${entity}._scope LIKE 'session:%' AND EXISTS (SELECT 1 FROM research_sessions AS own
    WHERE own.local_only = 1 AND own.id = unhex(replace(substr(${entity}._scope, 9), '-', '')))`;
}

function openItems({ db }: Replica): number {
  return db.statements.value<number>(`SELECT count(*) FROM sync_inbox WHERE state = 'open'`) ?? 0;
}
