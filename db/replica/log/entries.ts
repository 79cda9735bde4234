import type { EntityName } from '../../catalogue/catalogue.ts';
import { columnsOf } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import type { Json } from '../../catalogue/types.ts';
import { decodeLogged } from '../rows/codec.ts';
import { blobToId } from '../rows/ids.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import { parseCell } from '../../../sync/core/cell-name.ts';
import { columnByNumber, entityByNumber } from './numbers.ts';

/** A row of the log with its transaction, as SQL gives it. */
export interface StoredEntry {
  readonly n: number;
  readonly txn: number;
  readonly op: 'i' | 'u' | 'd' | 'r' | 'x' | 'p';
  readonly entity: number;
  readonly row: Buffer;
  readonly scope: string;
  readonly cols: string | null;
  readonly stamps: string | null;
}

/**
 * The entries of one local transaction, oldest first. They stand side by side in the log, from the transaction's first number to the next
 * one's: an index on the transaction would cost every write and tell nothing more.
 */
export function entriesOf(db: ReadableDb, txn: number): StoredEntry[] {
  return db.statements.all<StoredEntry>(
    `SELECT n, txn, op, entity, row, scope, cols, stamps FROM log
     WHERE n >= (SELECT first_n FROM txns WHERE txn = ?)
       AND n < coalesce((SELECT first_n FROM txns WHERE txn > ? ORDER BY txn LIMIT 1), 9007199254740991)
       AND txn = ?
     ORDER BY n`,
    txn,
    txn,
    txn,
  );
}

/** What an entry wrote, wherever it is kept: its kind, its entity's number, and its columns as JSON. */
export type WrittenEntry = Pick<StoredEntry, 'op' | 'entity' | 'cols'>;

/** One cell that an update wrote. `key` names the key of a map; an absent key is `undefined` on its side. */
export interface CellChange {
  readonly column: string;
  readonly n: number;
  readonly key: string | null;
  readonly new: Json | undefined;
  readonly old: Json | undefined;
  /** Stamps as they stand in the log: local transaction numbers, or text from elsewhere. */
  readonly base: Json;
}

type LoggedCell = readonly [cell: number | string, new_: Json, old: Json, base: Json, seen?: readonly Json[]];

/** The cells of an update entry. Columns that this build does not know are left out. */
export function cellsOf(entry: WrittenEntry): CellChange[] {
  const entity = entityByNumber(entry.entity);
  const cells = JSON.parse(entry.cols ?? '[]') as LoggedCell[];
  return cells.flatMap(([cell, written, before, base]): CellChange[] => {
    const { n, key } = parseCell(cell);
    const column = columnByNumber(entity, n);
    if (column === undefined) return [];
    if (key !== null) {
      const side = (value: Json) => (value as readonly Json[])[0];
      return [{ column: column.column, n, key, new: side(written), old: side(before), base }];
    }
    const decoded = (value: Json) => decodeLogged(column.encoding, value);
    return [{ column: column.column, n, key, new: decoded(written), old: decoded(before), base }];
  });
}

/** The values of an insert entry by column name. Erased entries have none. */
export function insertedValues(entry: WrittenEntry): Record<string, Json> {
  const entity = entityByNumber(entry.entity);
  const values = JSON.parse(entry.cols ?? '[]') as Json[];
  const named = columnsOf(entity).flatMap(([name, spec]) => {
    const column = columnByNumber(entity, spec.n);
    const value = values[spec.n - 1];
    return column === undefined || value === undefined
      ? []
      : [[name, decodeLogged(column.encoding, value)] as const];
  });
  return Object.fromEntries(named);
}

/** What an entry is about. */
export function subjectOf(entry: StoredEntry): { entity: EntityName; id: Id } {
  return { entity: entityByNumber(entry.entity), id: blobToId(entry.row) };
}
