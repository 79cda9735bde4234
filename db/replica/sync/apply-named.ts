import type { EntityName } from '../../catalogue/catalogue.ts';
import { entityOfNumber } from '../../../sync/core/cell-name.ts';
import { applyEntry, emptyRow } from '../../../sync/core/row-state.ts';
import { noMutants } from '../../../sync/core/mutants.ts';
import { noSyncMutants, type SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { RowsTrailer } from '../../../sync/protocol/messages.ts';
import type { RowLine } from '../../../sync/protocol/row-state.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { erasePurged, eraseTaken } from '../log/purge.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import { applyEntry as joinEntry } from '../exchange/apply.ts';
import { idToBlob } from '../rows/ids.ts';
import { removeChunks } from '../search-chunks.ts';
import { putBody } from '../rows/text.ts';
import type { Replica } from '../transaction/replica.ts';
import { type RowChange, transact, type Transaction } from '../transaction/transact.ts';
import type { RowName } from './answers.ts';
import { hideRow, writeWhole } from './apply-row.ts';
import { ownScope, principalOf } from './enrol.ts';
import { eraseLostWords } from './erase-words.ts';
import { keepingRefused, takeRow } from './refused-rows.ts';
import { type RowContext, rowContext } from './row-context.ts';
import { waitingEntries } from './waiting.ts';
import { isOnlyHere } from './withheld.ts';

/** Rows that were asked for by name, with what the server has not, or does not show to this reader. */
export interface NamedRows {
  readonly rows: readonly RowLine[];
  readonly bodies: Readonly<Record<string, string>>;
  readonly trailer: Omit<RowsTrailer, 'lastHash'>;
}

/**
 * Applies rows that were asked for by name, in one transaction: each becomes what the server has, under what still waits to be sent. A
 * row that the server has not is what waits of it, and leaves the table where nothing does; the log keeps the values that no server has
 * taken. One that came from the server before stays as it is, marked where it was: that it is not given says nothing of it (P34).
 */
export function applyNamed(replica: Replica, page: NamedRows, mutants: SyncMutants): readonly RowChange[] {
  const missing =
    mutants.missingTakesAway === true
      ? page.trailer.missing
      : page.trailer.missing.filter((name) => !cameFromFeed(replica.db, name));
  const certain = { ...page, trailer: { ...page.trailer, missing } };
  return keepingRefused((isWatching) => applyWhole(replica, certain, mutants, isWatching));
}

/** True where a version of a row was pulled, in a scope that is followed: whatever becomes of the row comes by that scope. */
function cameFromFeed(db: ReadableDb, { e, i }: RowName): boolean {
  return (
    db.statements.get(
      `SELECT 1 FROM sync_rows WHERE entity = ? AND row = ? AND seq > 0 AND scope IN (SELECT scope FROM sync_cursor)`,
      e,
      idToBlob(i),
    ) !== undefined
  );
}

function applyWhole(
  replica: Replica,
  page: NamedRows,
  mutants: SyncMutants,
  isWatching: boolean,
): readonly RowChange[] {
  const { db } = replica;
  const user = principalOf(db)?.user ?? '';
  return transact(replica, { command: 'sync', origin: 'remote', purging: true }, (tx) => {
    const context = rowContext(tx, {
      user,
      applied: Number(page.trailer.lastMutation),
      again: true,
      mutants,
    });
    for (const data of Object.values(page.bodies)) putBody(db, Buffer.from(data, 'base64'));
    const changes = page.rows.flatMap((line) => {
      const scope = ownScope(line.sc, user);
      return scope === null ? [] : takeRow(context, line, scope, isWatching);
    });
    for (const name of page.trailer.missing) changes.push(...onlyWaiting(context, name));
    eraseLostWords(db, changes);
    return changes;
  }).result;
}

/** What a row is of which the server has nothing: what waits of it. */
export function onlyWaiting(context: RowContext, { e, i }: RowName): RowChange[] {
  const { db } = context.tx.replica;
  db.statements.run('DELETE FROM sync_rows WHERE entity = ? AND row = ?', e, idToBlob(i));
  const changes = showOnlyWaiting(context, { e, i });
  const entity = entityOfNumber(e);
  if (entity !== undefined && wasPurged(db, idToBlob(i))) {
    if (entity === 'evidence') removeChunks(db.sqlite, idToBlob(i));
    erasePurged(db, { entity, id: i }, context.tx.stamp);
  } else if (entity !== undefined && !isHere(db, entity, i)) eraseTaken(db, idToBlob(i));
  return changes;
}

function isHere(db: ReadableDb, entity: EntityName, id: string): boolean {
  return db.statements.get(`SELECT 1 FROM ${entity} WHERE id = ?`, idToBlob(id)) !== undefined;
}

/**
 * True where the server refused an edit because its row was purged. It has forgotten the tombstone by then, and the values go all the same
 * (MR17). Of a transaction on several rows nothing can be said: it may have been any of them; what it inserted itself it was not.
 */
export function wasPurged(db: ReadableDb, row: Uint8Array): boolean {
  return (
    db.statements.get(
      `SELECT 1 FROM sync_inbox JOIN log ON log.txn = sync_inbox.txn WHERE sync_inbox.code = 'PURGED' AND log.row = ?
         AND NOT EXISTS (SELECT 1 FROM log AS other WHERE other.txn = log.txn AND other.row <> log.row AND other.row NOT IN
           (SELECT made.row FROM log AS made WHERE made.txn = log.txn AND made.op = 'i'))`,
      row,
    ) !== undefined
  );
}

function showOnlyWaiting(context: RowContext, { e, i }: RowName): RowChange[] {
  const { tx } = context;
  const { db } = tx.replica;
  const entity = entityOfNumber(e);
  const row = idToBlob(i);
  if (entity === undefined || db.statements.get('SELECT 1 FROM purged WHERE id = ?', row) !== undefined)
    return [];
  if (isOnlyHere(db, row, i)) return [];
  const waiting = waitingEntries(db, row, context.applied);
  const scope = waiting[0]?.entry.scope ?? '';
  const state = waiting.reduce(
    (joined, { entry, stamp }) => applyEntry(joined, entry, { stamp, author: tx.replica.author }, () => true),
    emptyRow(e, i, scope),
  );
  if (state.insert !== undefined)
    return [{ entity, id: i, op: writeWhole(context, entity, state, scope, 0) }];
  return hideRow(tx, entity, i);
}

/** Makes rows that the server's list of their scope does not have of what waits, in a transaction of its own. */
export function dropMissing(
  replica: Replica,
  names: readonly RowName[],
  mutants: SyncMutants,
): readonly RowChange[] {
  const missing = names.map(({ e, i }) => ({ e, i }));
  const lastMutation = String(Number.MAX_SAFE_INTEGER);
  const page = { rows: [], bodies: {}, trailer: { lastMutation, missing } };
  return keepingRefused((isWatching) => applyWhole(replica, page, mutants, isWatching));
}

/**
 * Shows a transaction that waits again, on rows that are here and on rows that are not any more. What the server answers when it is asked
 * for them takes the place of it.
 */
export function showWaiting(tx: Transaction, txn: number, names: readonly RowName[]): void {
  const { db } = tx.replica;
  const applied = Number.MAX_SAFE_INTEGER;
  const context = rowContext(tx, { user: '', applied, again: true, mutants: noSyncMutants });
  for (const { e, i } of names) {
    const entity = entityOfNumber(e);
    if (entity === undefined || !isHere(db, entity, i)) showOnlyWaiting(context, { e, i });
    else showOver(tx, txn, idToBlob(i));
  }
}

/** Joins what a transaction that waits did to a row over the row as it stands. The log has it already. */
function showOver(tx: Transaction, txn: number, row: Uint8Array): void {
  const { db } = tx.replica;
  const own = db.statements.value<Stamp>('SELECT stamp FROM txns WHERE txn = ?', txn);
  for (const { entry, stamp } of waitingEntries(db, row, Number.MAX_SAFE_INTEGER)) {
    if (stamp !== own || entry.op === 'insert' || entry.op === 'purge') continue;
    joinEntry({ tx: { ...tx, txn, stamp }, mutants: noMutants, log: db, replay: true }, entry);
  }
}
