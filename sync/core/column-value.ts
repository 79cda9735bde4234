import type { ColumnSpec, Json } from '../../db/catalogue/types.ts';

/** Whether values fit their columns, in the two forms that they have: a column's own, and the log's. */

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const bareId = /^[0-9a-f]{32}$/;
const day = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;
const moment = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}\.\d{3}Z$/;
const sha256 = /^[0-9a-f]{64}$/;

function inRange(value: number, spec: ColumnSpec): boolean {
  return value >= (spec.min ?? -Infinity) && value <= (spec.max ?? Infinity);
}

/** True for an instant that the calendar has, from year 1 on. */
function isMoment(value: string): boolean {
  if (!moment.test(value) || value.startsWith('0000')) return false;
  // Every month has these.
  if (value.slice(8, 10) <= '28') return true;
  const milliseconds = Date.parse(value);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString() === value;
}

/** True where a value that is not null is of its column's type. */
export function fitsColumn(value: Json, spec: ColumnSpec): boolean {
  switch (spec.type) {
    case 'id':
      return typeof value === 'string' && uuid.test(value);
    case 'enum':
      return typeof value === 'string' && (spec.values ?? []).includes(value);
    case 'text':
      return typeof value === 'string';
    case 'date':
      return typeof value === 'string' && day.test(value);
    case 'timestamp':
      return typeof value === 'string' && isMoment(value);
    case 'hash':
      return typeof value === 'string' && sha256.test(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value) && inRange(value as number, spec);
    case 'real':
      return typeof value === 'number' && inRange(value, spec);
    case 'json':
      return spec.merge !== 'map' || (typeof value === 'object' && value !== null && !Array.isArray(value));
  }
}

/**
 * True where a value in the log's form fits its column: ids are bare hexadecimal digits, truth values 0 and 1, a text column holds its
 * lineage. Members of an enumeration that only a newer build knows are kept.
 */
export function fitsLogged(value: Json, spec: ColumnSpec): boolean {
  if (value === null) return spec.required !== true;
  if (spec.type === 'id' || spec.merge === 'text') return typeof value === 'string' && bareId.test(value);
  if (spec.type === 'boolean') return value === 0 || value === 1;
  if (spec.type === 'enum') return typeof value === 'string' && value.length <= 100;
  return fitsColumn(value, spec);
}

/** Lists and objects inside one another, counted from 1 for a plain value. */
export function depthOf(value: Json, most: number): number {
  if (most <= 0 || value === null || typeof value !== 'object') return 1;
  let depth = 1;
  for (const item of Object.values(value) as Json[]) depth = Math.max(depth, 1 + depthOf(item, most - 1));
  return depth;
}
