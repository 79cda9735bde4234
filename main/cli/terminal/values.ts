import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import { columnSpec, columnsOf } from '../../../db/catalogue/catalogue.ts';
import type { ColumnSpec, Json } from '../../../db/catalogue/types.ts';
import { UsageError } from './usage-error.ts';

/**
 * The values of `--set column=value`, by each column's type. An empty value is null; maps, sets and other JSON
 * columns take JSON; a set may also be given as words between commas.
 */
export function parseAssignments(entity: EntityName, assignments: readonly string[]): Record<string, Json> {
  const values: Record<string, Json> = {};
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    if (at < 1) throw new UsageError(`"${assignment}" is not column=value.`);
    const column = assignment.slice(0, at);
    const spec = columnSpec(entity, column);
    if (spec === undefined) throw new UsageError(unknownColumn(entity, column));
    values[column] = parseValue(column, spec, assignment.slice(at + 1));
  }
  return values;
}

function parseValue(column: string, spec: ColumnSpec, text: string): Json {
  if (text === '') return spec.merge === 'set' ? [] : null;
  switch (spec.type) {
    case 'integer':
    case 'real':
      return parseNumber(column, text);
    case 'boolean':
      if (text === 'true' || text === '1' || text === 'yes') return true;
      if (text === 'false' || text === '0' || text === 'no') return false;
      throw new UsageError(`${column} is true or false, not "${text}".`);
    case 'json':
      if (spec.merge === 'set' && !text.trimStart().startsWith('['))
        return text.split(',').map((each) => each.trim());
      return parseJson(column, text);
    default:
      return text;
  }
}

function parseNumber(column: string, text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || text.trim() === '')
    throw new UsageError(`${column} is a number, not "${text}".`);
  return number;
}

function parseJson(column: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new UsageError(`${column} takes JSON, and "${text}" is none.`);
  }
}

function unknownColumn(entity: EntityName, column: string): string {
  const names = columnsOf(entity).map(([name]) => name);
  return `${entity} has no column "${column}". Its columns are: ${names.join(', ')}.`;
}
