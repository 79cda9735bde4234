import type { EntityName } from '../../catalogue/catalogue.ts';
import { type PhysicalColumn, physicalColumns } from './physical.ts';

function check(column: PhysicalColumn): string {
  const name = `"${column.name}"`;
  if (column.encoding === 'json') return ` CHECK (${name} IS NULL OR json_valid(${name}))`;
  if (column.encoding === 'integer') return ` CHECK (abs(${name}) <= 9007199254740991)`;
  if (column.encoding === 'boolean') return ` CHECK (${name} IN (0, 1))`;
  if (column.encoding === 'id') return ` CHECK (length(${name}) = 16)`;
  return '';
}

/**
 * The table of an entity as the catalogue wants it today. Migrations are frozen copies of what this gave on their day; a
 * test holds the two against each other.
 */
export function tableStatement(entity: EntityName): string {
  const columns = physicalColumns(entity).map(
    (column) =>
      `  "${column.name}" ${column.sqlType}${column.spec.required === true ? ' NOT NULL' : ''}${check(column)}`,
  );
  return [
    `CREATE TABLE ${entity} (`,
    '  rid INTEGER PRIMARY KEY,',
    '  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),',
    '  _scope TEXT NOT NULL,',
    '  _deleted INTEGER NOT NULL DEFAULT 0 CHECK (_deleted IN (0, 1)),',
    `${columns.join(',\n')},`,
    '  _stamps TEXT CHECK (_stamps IS NULL OR json_valid(_stamps)),',
    '  _seq INTEGER,',
    '  _ext TEXT CHECK (_ext IS NULL OR json_valid(_ext)),',
    '  _redacted TEXT CHECK (_redacted IS NULL OR json_valid(_redacted)),',
    '  _contested TEXT CHECK (_contested IS NULL OR json_valid(_contested))',
    ') STRICT',
  ].join('\n');
}
