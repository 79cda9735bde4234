import { columnsOf, type EntityName, isLogged } from '../../catalogue/catalogue.ts';
import type { ColumnType } from '../../catalogue/types.ts';
import { givenRows } from '../given-rows.ts';

/** A column of an entity's central table: its number in the catalogue, its name, and its type. */
export interface CentralColumn {
  readonly n: number;
  readonly name: string;
  readonly sqlType: string;
  readonly required: boolean;
}

/** A date may be a year or a month alone, and a member of an enumeration may be a newer build's: both are text. */
const sqlTypes: Readonly<Record<ColumnType, string>> = {
  id: 'uuid',
  text: 'text',
  enum: 'text',
  integer: 'bigint',
  real: 'double precision',
  boolean: 'boolean',
  timestamp: 'timestamptz',
  date: 'text',
  json: 'jsonb',
  hash: 'text',
};

const made = new Map<EntityName, readonly CentralColumn[]>();

/**
 * The columns that hold an entity's shown values. Sets and positions have rows of their own, derived values are nobody's but the
 * laptop's, and of a text its lineage is kept: its words are made of its updates.
 */
export function centralColumns(entity: EntityName): readonly CentralColumn[] {
  const known = made.get(entity);
  if (known !== undefined) return known;
  const columns = columnsOf(entity)
    .filter(([, spec]) => isLogged(entity, spec))
    .map(([name, spec]) => ({
      n: spec.n,
      name: spec.merge === 'text' ? `${name}_lineage` : name,
      sqlType: spec.merge === 'text' ? 'uuid' : sqlTypes[spec.type],
      required: spec.required === true,
    }));
  made.set(entity, columns);
  return columns;
}

/** Columns of every central table beside the catalogue's: tenant, id, scope, trash, the insert's stamp, the member who brought it. */
export const frameColumns = [
  'tenant_id uuid NOT NULL',
  'id uuid NOT NULL',
  '_scope text NOT NULL',
  '_deleted boolean NOT NULL',
  '_inserted text NOT NULL',
  '_by uuid NOT NULL',
] as const;

/** The table of an entity as the catalogue wants it today. Migrations are frozen copies; a test holds the two against each other. */
export function centralTable(entity: EntityName): string {
  const columns = centralColumns(entity).map(
    ({ name, sqlType, required }) => `"${name}" ${sqlType}${required ? ' NOT NULL' : ''}`,
  );
  return `CREATE TABLE central.${entity} (${[...frameColumns, ...columns, 'PRIMARY KEY (tenant_id, id)'].join(', ')}) WITH (toast_tuple_target = 8160)`;
}

/** How an entity's rows are written: `insert` where none of them is there, `upsert` where some may be. */
export type TypedWrite = 'insert' | 'upsert';

/** The type of the array in which a column's values are given: JSON comes as text. */
function arrayType(sqlType: string): string {
  return sqlType === 'jsonb' ? 'text' : sqlType;
}

/**
 * Writes rows of an entity. `$1` is the tenant, `$2` the member; then an array each for id, scope, trash, the insert's stamp and the
 * columns that are used. A row that is there is replaced whole, except for who brought it.
 */
export function writeStatement(entity: EntityName, used: readonly CentralColumn[], how: TypedWrite): string {
  const given = [
    ['id', 'uuid'],
    ['_scope', 'text'],
    ['_deleted', 'boolean'],
    ['_inserted', 'text'],
    ...used.map(({ name, sqlType }) => [`"${name}"`, sqlType] as const),
  ] as const;
  const rows = givenRows(
    given.map(([name, type]) => [name, arrayType(type)]),
    3,
  );
  const names = given.map(([name]) => name).join(', ');
  const values = given.map(([name, type]) => (type === arrayType(type) ? name : `${name}::${type}`));
  const insert = `INSERT INTO central.${entity} (tenant_id, _by, ${names})
    SELECT $1, $2, ${values.join(', ')} FROM ${rows} AS given`;
  if (how === 'insert') return insert;
  const replaced = [
    '_scope',
    '_deleted',
    '_inserted',
    ...centralColumns(entity).map(({ name }) => `"${name}"`),
  ].map((name) => `${name} = excluded.${name}`);
  return `${insert} ON CONFLICT (tenant_id, id) DO UPDATE SET ${replaced.join(', ')}`;
}
