import type { EntityName } from '../../catalogue/catalogue.ts';
import { entitySpec } from '../../catalogue/catalogue.ts';
import type { Json } from '../../catalogue/types.ts';
import { openConflicts, winner } from '../../../sync/core/kinds.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { sameValue } from '../../../sync/core/value.ts';
import { placeOf } from '../exchange/cell-store.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import { readCell, resolveStamps } from './cells.ts';
import type { StoredEntry } from './entries.ts';

/**
 * What became of a transaction's write of one cell (MR26). `shown`: the cell shows it, in effect, and nobody else wrote the same.
 * `lost`: it is an open conflict, and these are its stamps. `changed`: somebody wrote over it, or said the same.
 */
export type Fate =
  | { readonly is: 'shown' }
  | { readonly is: 'changed' }
  | { readonly is: 'lost'; readonly stamps: readonly Stamp[] };

/** The fate of what the transaction `written` wrote into a cell. */
export function fateOf(
  db: ReadableDb,
  entity: EntityName,
  row: Uint8Array,
  cell: string,
  written: Stamp,
): Fate {
  const state = readCell(db, entitySpec(entity).n, row, cell);
  if (state === undefined) {
    const [stamp, second] = shownStamps(db, entity, row, cell);
    return { is: second === undefined && isInEffect(db, row, cell, stamp, written) ? 'shown' : 'changed' };
  }
  const { rule } = placeOf(entity, row, cell);
  const shown = winner(state, rule);
  if (shown !== undefined && isInEffect(db, row, cell, shown.stamp, written)) {
    const same = [...state.live.values()].filter((write) => sameValue(write.value, shown.value));
    return { is: same.length === 1 ? 'shown' : 'changed' };
  }
  const stamps = openConflicts(state, rule)
    .map((write) => write.stamp)
    .filter((stamp) => isInEffect(db, row, cell, stamp, written));
  return stamps.length > 0 ? { is: 'lost', stamps } : { is: 'changed' };
}

/**
 * True where a write is, in effect, what a transaction wrote: it carries the stamp itself, or that of an undo of Y whose first base on
 * this cell is such a stamp, and so on. A transaction that is undone and still shows (it wrote back what it had found) is followed in
 * the same way. Undoing T5 and then T4 works because of it.
 */
function isInEffect(
  db: ReadableDb,
  row: Uint8Array,
  cell: string,
  start: Stamp | undefined,
  written: Stamp,
): boolean {
  const seen = new Set<Stamp>();
  let stamp = start;
  while (stamp !== undefined && !seen.has(stamp)) {
    if (stamp === written) return true;
    seen.add(stamp);
    const undone = db.statements.value<Stamp | null>('SELECT undoes FROM txns WHERE stamp = ?', stamp);
    if (undone == null && !isUndone(db, stamp)) return false;
    stamp = writtenIn(db, row, cell, undone ?? stamp)?.base[0];
  }
  return false;
}

function isUndone(db: ReadableDb, stamp: Stamp): boolean {
  const undone = db.statements.value<number>(
    `SELECT count(*) FROM txns AS u WHERE u.undoes = ? AND NOT EXISTS (SELECT 1 FROM txns AS r WHERE r.undoes = u.stamp)`,
    stamp,
  );
  return undone !== 0;
}

/** One write of a cell as the log has it. An insert has no base. */
export interface LoggedWrite {
  readonly value: Json | undefined;
  readonly base: readonly Stamp[];
}

type LoggedCell = readonly [cell: number | string, value: Json, old: Json, base: Json];

/** What the transaction of a stamp wrote into a cell first; undefined where it did not, or where a purge erased it. */
export function writtenIn(
  db: ReadableDb,
  row: Uint8Array,
  cell: string,
  stamp: Stamp,
): LoggedWrite | undefined {
  const entries = db.statements.all<StoredEntry>(
    'SELECT log.* FROM log JOIN txns ON txns.txn = log.txn WHERE txns.stamp = ? AND log.row = ? ORDER BY log.n',
    stamp,
    row,
  );
  for (const entry of entries) {
    const cols = JSON.parse(entry.cols ?? '[]') as Json[];
    if (cell === '@') {
      if (entry.op === 'd' || entry.op === 'r')
        return { value: entry.op === 'd' ? 'dead' : 'alive', base: resolveStamps(db, cols[0]) };
    } else if (entry.op === 'i') {
      const value = insertedInto(cols, cell);
      if (value !== undefined) return { value, base: [] };
    } else if (entry.op === 'u') {
      const found = (cols as unknown as LoggedCell[]).find(([name]) => String(name) === cell);
      if (found !== undefined) return { value: found[1], base: resolveStamps(db, found[3]) };
    }
  }
  return undefined;
}

/** The value of an insert for a cell, in the cell's own form: the value of a map's key is in a list, or the list is empty. */
function insertedInto(values: readonly Json[], cell: string): Json | undefined {
  const slash = cell.indexOf('/');
  const value = values[Number(slash < 0 ? cell : cell.slice(0, slash)) - 1];
  if (slash < 0 || value === undefined) return value;
  const key = cell.slice(slash + 1);
  const document = (value ?? {}) as Readonly<Record<string, Json>>;
  return Object.hasOwn(document, key) ? [document[key] ?? null] : [];
}

function shownStamps(db: ReadableDb, entity: EntityName, row: Uint8Array, cell: string): Stamp[] {
  const text = db.statements.value<string>(`SELECT _stamps FROM ${entity} WHERE id = ?`, row);
  const stamps = JSON.parse(text ?? '{}') as Record<string, Json>;
  return resolveStamps(db, stamps[cell] ?? stamps['*']);
}
