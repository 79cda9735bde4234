import type pg from 'pg';
import { type EntityName, entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { centralColumns } from '../../../db/central/entities/columns.ts';
import { lifeOf } from '../../../sync/core/row-state.ts';
import { decodeRow } from '../../../sync/core/row-wire.ts';
import { canonicalText } from '../../../sync/core/value.ts';
import type { RowContent } from '../../../sync/protocol/row-state.ts';
import { shownColumns } from '../../../sync/server/feed/row-writes.ts';
import { tenantId } from '../sync/device.ts';
import type { ModelTenant } from '../sync/model-tenant.ts';

/** A value of a typed table in the log's form. */
function asLogged(sqlType: string, value: unknown): Json {
  if (value === null || value === undefined) return null;
  switch (sqlType) {
    case 'uuid':
      return (value as string).replaceAll('-', '');
    case 'bigint':
    case 'double precision':
      return Number(value);
    case 'boolean':
      return value === true ? 1 : 0;
    case 'timestamptz':
      // As the database writes it: `2026-01-01 00:00:00.5+00`.
      return new Date((value as string).replace(' ', 'T').replace(/[+-]\d\d$/, '$&:00')).toISOString();
    default:
      return value as Json;
  }
}

/** Rows of an entity's typed table, one line each. */
export async function typedLines(admin: pg.Pool, entity: EntityName): Promise<string[]> {
  const { rows } = await admin.query<Readonly<Record<string, unknown>>>(
    `SELECT * FROM central.${entity} WHERE tenant_id = $1`,
    [tenantId],
  );
  return rows.map((row) =>
    lineOf(entity, {
      id: String(row['id']),
      scope: String(row['_scope']),
      deleted: row['_deleted'] === true,
      value: (name, sqlType) => asLogged(sqlType, row[name]),
    }),
  );
}

/** What the typed table of an entity has to hold: what the feed's states show once more, from their texts. */
export function foldedLines(tenant: ModelTenant, entity: EntityName): string[] {
  const { n } = entitySpec(entity);
  return [...tenant.rows.values()].flatMap((row) => {
    if (row.entity !== n) return [];
    const state = decodeRow(JSON.parse(row.state) as RowContent);
    const life = lifeOf(state);
    if (life === 'purged' || life === 'early') return [];
    const shown = shownColumns(state);
    const numbers = new Map(centralColumns(entity).map(({ name, n: number }) => [name, number]));
    const { id, scope, deleted } = row;
    return [lineOf(entity, { id, scope, deleted, value: (name) => shown.shown(numbers.get(name) ?? 0) })];
  });
}

interface TypedRow {
  readonly id: string;
  readonly scope: string;
  readonly deleted: boolean;
  readonly value: (name: string, sqlType: string) => Json;
}

function lineOf(entity: EntityName, { id, scope, deleted, value }: TypedRow): string {
  const values = centralColumns(entity).map(({ name, sqlType }) => value(name, sqlType));
  return `${entity} ${id} ${scope} ${deleted} ${canonicalText(values)}`;
}
