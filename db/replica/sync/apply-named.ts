import { entityOfNumber } from '../../../sync/core/cell-name.ts';
import { applyEntry, emptyRow } from '../../../sync/core/row-state.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { RowsTrailer } from '../../../sync/protocol/messages.ts';
import type { RowLine } from '../../../sync/protocol/row-state.ts';
import { idToBlob } from '../rows/ids.ts';
import { putBody } from '../rows/text.ts';
import type { Replica } from '../transaction/replica.ts';
import { type RowChange, transact, type Transaction } from '../transaction/transact.ts';
import type { RowName } from './answers.ts';
import { applyRow, type RowContext, writeWhole } from './apply-row.ts';
import { roundOf } from './cursors.ts';
import { ownScope, principalOf } from './enrol.ts';
import { waitingEntries } from './waiting.ts';

/** Rows that were asked for by name, with what the server has not, or does not show to this reader. */
export interface NamedRows {
  readonly rows: readonly RowLine[];
  readonly bodies: Readonly<Record<string, string>>;
  readonly trailer: RowsTrailer;
}

/**
 * Applies rows that were asked for by name, in one transaction: each becomes what the server has, under what still waits to be sent. A
 * row that the server has not is what waits of it, and leaves the table where nothing does; the log keeps its values.
 */
export function applyNamed(replica: Replica, page: NamedRows, mutants: SyncMutants): readonly RowChange[] {
  const { db } = replica;
  const user = principalOf(db)?.user ?? '';
  return transact(replica, { command: 'sync', origin: 'remote', purging: true }, (tx) => {
    const context: RowContext = {
      tx,
      user,
      applied: Number(page.trailer.lastMutation),
      round: roundOf(db),
      isBootstrap: () => false,
      again: true,
      mutants,
    };
    for (const data of Object.values(page.bodies)) putBody(db, Buffer.from(data, 'base64'));
    const changes = page.rows.flatMap((line) => {
      const scope = ownScope(line.sc, user);
      return scope === null ? [] : applyRow(context, line, scope);
    });
    for (const name of page.trailer.missing) changes.push(...onlyWaiting(context, name));
    return changes;
  }).result;
}

/** What a row is of which the server has nothing. */
function onlyWaiting(context: RowContext, { e, i }: RowName): RowChange[] {
  const { tx } = context;
  const { db } = tx.replica;
  const entity = entityOfNumber(e);
  const row = idToBlob(i);
  db.statements.run('DELETE FROM sync_rows WHERE entity = ? AND row = ?', e, row);
  if (entity === undefined || db.statements.get('SELECT 1 FROM purged WHERE id = ?', row) !== undefined)
    return [];
  const waiting = waitingEntries(db, row, context.applied);
  const scope = waiting[0]?.entry.scope ?? '';
  const state = waiting.reduce(
    (joined, { entry, stamp }) => applyEntry(joined, entry, { stamp, author: tx.replica.author }, () => true),
    emptyRow(e, i, scope),
  );
  if (state.insert !== undefined)
    return [{ entity, id: i, op: writeWhole(context, entity, state, scope, 0) }];
  db.statements.run('DELETE FROM cells WHERE entity = ? AND row = ?', e, row);
  const gone = db.statements.run(`DELETE FROM ${entity} WHERE id = ?`, row);
  return gone === 0 ? [] : [{ entity, id: i, op: 'purge' }];
}

/** Makes rows anew of which something waits again, before the server is asked about them. */
export function showWaiting(tx: Transaction, names: readonly RowName[], mutants: SyncMutants): void {
  const { db } = tx.replica;
  const context: RowContext = {
    tx,
    user: '',
    applied: Number.MAX_SAFE_INTEGER,
    round: roundOf(db),
    isBootstrap: () => false,
    again: true,
    mutants,
  };
  for (const name of names) {
    const known = db.statements.run(
      `UPDATE sync_rows SET hash = '' WHERE entity = ? AND row = ?`,
      name.e,
      idToBlob(name.i),
    );
    // A row that the server has is found by its digest and asked for; one that it has not is made of what waits.
    if (known === 0) onlyWaiting(context, name);
  }
}
