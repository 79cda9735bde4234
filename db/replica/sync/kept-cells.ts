import { columnSpec, type EntityName, entitySpec } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import type { ColumnSpec } from '../../catalogue/types.ts';
import { openConflicts, winner } from '../../../sync/core/kinds.ts';
import { internStamps, loadCell, placeOf, shownStamps } from '../exchange/cell-store.ts';
import { writtenBy } from '../exchange/own-write.ts';
import { blobToId, idToBlob } from '../rows/ids.ts';
import { InputError } from '../rows/input-error.ts';
import { editableRow, isMasked } from '../rows/write.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { Transaction } from '../transaction/transact.ts';

/** Cells that their person keeps from everybody else, by row. */
export type KeptCells = ReadonlyMap<Id, ReadonlySet<string>>;

/** Whether a person may keep a value of this column to themselves: words of their own that a row can be without. */
export function isKeepable({ merge, privacy, required, type }: ColumnSpec): boolean {
  const isWords = type === 'text' || type === 'json' || type === 'date' || type === 'timestamp';
  return isWords && privacy !== 'open' && required !== true && (merge === 'register' || merge === 'once');
}

/** Every cell that is kept, for the encoder, which lets none of them out. */
export function keptCells(db: ReadableDb): KeptCells {
  const kept = new Map<Id, Set<string>>();
  for (const { row, cell } of db.statements.all<{ row: Buffer; cell: string }>(
    'SELECT row, cell FROM kept_cells',
  )) {
    const id = blobToId(row);
    kept.set(id, (kept.get(id) ?? new Set()).add(cell));
  }
  return kept;
}

/** Why a person cannot keep a value to themselves, as the end of a sentence that begins with its column; null where they can. */
export function whyNotKept(
  db: ReadableDb,
  entity: EntityName,
  row: Readonly<Record<string, unknown>> & { readonly id: Id },
  column: string,
): string | null {
  const spec = columnSpec(entity, column);
  if (spec === undefined || !isKeepable(spec)) return 'cannot be hidden by itself';
  if (row[column] === null || row[column] === undefined) return 'is empty';
  if (isMasked(row['_redacted'] as string | null, column)) return 'is hidden from you';
  const place = placeOf(entity, idToBlob(row.id), String(spec.n));
  const shown = winner(loadCell(db, place), place.rule);
  if (shown !== undefined && writtenBy(db, shown.stamp).isMine) return null;
  return 'was written by somebody else, and only they can hide it';
}

/**
 * Keeps a value from everybody else, or lets it go again. Either is a new write of what is there: others get a mask in its place, which
 * takes the former value from them too, or the value (P31). False where it is so already. Throws `InputError` for a value that a row
 * cannot be without, and for what others wrote: who did not write it would take it from who did.
 */
export function keepValue(
  tx: Transaction,
  entity: EntityName,
  id: Id,
  column: string,
  isKept: boolean,
): boolean {
  const { db } = tx.replica;
  const why = whyNotKept(db, entity, { ...editableRow(tx, entity, id), id }, column);
  if (why !== null) throw new InputError(`“${column}” ${why}. Nothing was changed.`, entity, column);
  const n = columnSpec(entity, column)?.n ?? 0;
  const place = placeOf(entity, idToBlob(id), String(n));
  const changed = isKept
    ? db.statements.run(
        'INSERT INTO kept_cells (row, cell) VALUES (?, ?) ON CONFLICT DO NOTHING',
        place.row,
        place.cell,
      )
    : db.statements.run('DELETE FROM kept_cells WHERE row = ? AND cell = ?', place.row, place.cell);
  if (changed === 0) return false;
  const state = loadCell(db, place);
  const shown = winner(state, place.rule);
  if (shown === undefined) throw new RangeError(`Nothing is shown in ${column}.`);
  const base = internStamps(db, shownStamps(state, shown));
  const seen = openConflicts(state, place.rule).map(({ stamp }) => stamp);
  const again = [n, shown.value, shown.value, base, ...(seen.length === 0 ? [] : [seen])];
  // The triggers log what changes, and this changes nothing here.
  db.statements.run(
    `INSERT INTO log (txn, op, entity, row, scope, cols) SELECT ?, 'u', ?, id, _scope, ? FROM ${entity} WHERE id = ?`,
    tx.txn,
    entitySpec(entity).n,
    JSON.stringify([again]),
    place.row,
  );
  db.statements.run(
    `UPDATE ${entity} SET _stamps = json_patch(coalesce(_stamps, '{}'), json_object(?, CAST(? AS INTEGER))) WHERE id = ?`,
    place.cell,
    tx.txn,
    place.row,
  );
  return true;
}
