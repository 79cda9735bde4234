import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { centralColumns, upsertStatement } from '../../../db/central/entities/columns.ts';
import { canonicalText } from '../../core/value.ts';
import type { Sql } from '../database/pool.ts';
import type { PushWrite, RowWrite } from '../feed/store.ts';
import { textArray } from './prepared.ts';

/** A value in the text that its column's type reads. */
function textOf(value: Json | undefined, sqlType: string): string | null {
  if (value === null || value === undefined) return null;
  if (sqlType === 'jsonb') return canonicalText(value);
  return String(value as string | number);
}

/** Writes the shown values of rows into their entity's table, and takes purged ones out. */
export async function writeTypedRows(
  sql: Sql,
  tenant: string,
  { user }: PushWrite,
  entity: EntityName,
  rows: readonly RowWrite[],
): Promise<void> {
  const there = rows.filter(({ values }) => values !== undefined).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (there.length > 0) {
    // Columns in which no row of the batch has a value are left out: they become null either way.
    const used = centralColumns(entity).filter(({ n }) =>
      there.some(({ values }) => (values?.get(n) ?? null) !== null),
    );
    await sql.run(upsertStatement(entity, used), [
      tenant,
      user,
      textArray(there.map(({ id }) => id)),
      textArray(there.map(({ scope }) => scope)),
      textArray(there.map(({ deleted }) => String(deleted))),
      textArray(there.map(({ insertStamp }) => insertStamp)),
      ...used.map(({ n, sqlType }) => textArray(there.map(({ values }) => textOf(values?.get(n), sqlType)))),
    ]);
  }
  const gone = rows.filter(({ purged }) => purged).map(({ id }) => id);
  if (gone.length > 0) {
    await sql.run(`DELETE FROM central.${entity} WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`, [
      tenant,
      gone,
    ]);
  }
}
