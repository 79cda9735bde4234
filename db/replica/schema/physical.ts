import type { EntityName } from '../../catalogue/catalogue.ts';
import { columnsOf, isLogged } from '../../catalogue/catalogue.ts';
import type { ColumnSpec, ColumnType } from '../../catalogue/types.ts';

/** A column of an entity's table. `logged` columns are cells that change capture sees; others are caches. */
export interface PhysicalColumn {
  /** Name in the table. A `text` column's lineage stands beside its words. */
  readonly name: string;
  readonly column: string;
  readonly spec: ColumnSpec;
  readonly sqlType: 'BLOB' | 'TEXT' | 'INTEGER' | 'REAL';
  readonly encoding: ColumnType;
  readonly logged: boolean;
}

const sqlTypes: Readonly<Record<ColumnType, PhysicalColumn['sqlType']>> = {
  id: 'BLOB',
  text: 'TEXT',
  enum: 'TEXT',
  integer: 'INTEGER',
  real: 'REAL',
  boolean: 'INTEGER',
  timestamp: 'TEXT',
  date: 'TEXT',
  json: 'TEXT',
  hash: 'TEXT',
};

/** Name of the column that holds a text's lineage. */
export function lineageColumn(column: string): string {
  return `${column}_lineage`;
}

function physical(entity: EntityName, column: string, spec: ColumnSpec): PhysicalColumn[] {
  if (spec.merge === 'set') return [];
  const plain = { name: column, column, spec, sqlType: sqlTypes[spec.type], encoding: spec.type };
  if (spec.merge !== 'text') return [{ ...plain, logged: isLogged(entity, spec) }];
  return [
    { ...plain, logged: false },
    { name: lineageColumn(column), column, spec, sqlType: 'BLOB', encoding: 'id', logged: true },
  ];
}

const made = new Map<EntityName, readonly PhysicalColumn[]>();

/** The columns of an entity's table beside its frame, in the order of the catalogue. */
export function physicalColumns(entity: EntityName): readonly PhysicalColumn[] {
  const known = made.get(entity);
  if (known !== undefined) return known;
  const columns = columnsOf(entity).flatMap(([column, spec]) => physical(entity, column, spec));
  made.set(entity, columns);
  return columns;
}

const logged = new Map<EntityName, readonly PhysicalColumn[]>();

/** The columns whose changes are logged. */
export function loggedColumns(entity: EntityName): readonly PhysicalColumn[] {
  const known = logged.get(entity);
  if (known !== undefined) return known;
  const columns = physicalColumns(entity).filter((column) => column.logged);
  logged.set(entity, columns);
  return columns;
}
