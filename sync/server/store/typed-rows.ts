import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import {
  type CentralColumn,
  centralColumns,
  type TypedWrite,
  writeStatement,
} from '../../../db/central/entities/columns.ts';
import { canonicalText } from '../../core/value.ts';
import type { RowWrite } from '../feed/store.ts';
import {
  bigintArray,
  booleanArray,
  doubleArray,
  textArray,
  timestampArray,
  uuidArray,
} from './binary-arrays.ts';

/** Values in the log's form as an array of their column's type. The feed has made sure that they fit. */
function columnArray(sqlType: string, values: readonly Json[]): Buffer {
  switch (sqlType) {
    case 'uuid':
      return uuidArray(values as readonly (string | null)[]);
    case 'bigint':
      return bigintArray(values as readonly (number | null)[]);
    case 'double precision':
      return doubleArray(values as readonly (number | null)[]);
    case 'boolean':
      return booleanArray(values.map((value) => (value === null ? null : value === 1)));
    case 'timestamptz':
      return timestampArray(values as readonly (string | null)[]);
    case 'jsonb':
      return textArray(values.map((value) => (value === null ? null : canonicalText(value))));
    default:
      return textArray(values as readonly (string | null)[]);
  }
}

/** Combinations of columns that have had a statement of their own, by entity. */
const combinations = new Map<EntityName, Set<string>>();
const mostCombinations = 20;

/**
 * Columns in which some row has a value: the others become null either way. Each combination is a prepared statement; beyond a number of
 * them all columns are given, so that no sender of odd rows makes more.
 */
function usedColumns(entity: EntityName, rows: readonly RowWrite[]): readonly CentralColumn[] {
  const all = centralColumns(entity);
  const used = all.filter(({ n }) => rows.some(({ values }) => (values?.shown(n) ?? null) !== null));
  const known = combinations.get(entity) ?? new Set();
  combinations.set(entity, known);
  const name = used.map(({ n }) => n).join(' ');
  if (!known.has(name) && known.size >= mostCombinations) return all;
  known.add(name);
  return used;
}

/** Sends what writes the shown values of rows into their entity's table, and takes purged ones out. */
export function writeTypedRows(
  send: (text: string, values: readonly unknown[]) => void,
  tenant: string,
  user: string,
  entity: EntityName,
  rows: readonly RowWrite[],
): void {
  const write = (how: TypedWrite, some: readonly RowWrite[]) => {
    if (some.length === 0) return;
    const ordered = some.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const used = usedColumns(entity, ordered);
    send(writeStatement(entity, used, how), [
      tenant,
      user,
      uuidArray(ordered.map(({ id }) => id)),
      textArray(ordered.map(({ scope }) => scope)),
      booleanArray(ordered.map(({ deleted }) => deleted)),
      textArray(ordered.map(({ insertStamp }) => insertStamp)),
      ...used.map(({ n, sqlType }) =>
        columnArray(
          sqlType,
          ordered.map(({ values }) => values?.shown(n) ?? null),
        ),
      ),
    ]);
  };
  const there = rows.filter(({ values }) => values !== undefined);
  // Of a row that the feed does not have the table has none either; somebody who makes it meanwhile makes the push start over.
  write(
    'insert',
    there.filter(({ before }) => before === undefined),
  );
  write(
    'upsert',
    there.filter(({ before }) => before !== undefined),
  );
  const gone = rows.filter(({ purged }) => purged).map(({ id }) => id);
  if (gone.length > 0) {
    send(`DELETE FROM central.${entity} WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`, [
      tenant,
      uuidArray(gone),
    ]);
  }
}
