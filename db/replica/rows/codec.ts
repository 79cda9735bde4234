import type { EntityName } from '../../catalogue/catalogue.ts';
import type { ColumnSpec, ColumnType, Json } from '../../catalogue/types.ts';
import { fitsColumn } from '../../../sync/core/column-value.ts';
import { canonicalText, faithfulValue } from '../../../sync/core/value.ts';
import type { Bindable } from '../sqlite/statements.ts';
import { blobToId, idToBlob } from './ids.ts';
import { InputError } from './input-error.ts';

function expected(spec: ColumnSpec): string {
  if (spec.type === 'enum') return `one of ${(spec.values ?? []).join(', ')}`;
  const range =
    spec.min === undefined ? '' : ` from ${spec.min}${spec.max === undefined ? '' : ` to ${spec.max}`}`;
  const names: Readonly<Record<Exclude<ColumnType, 'enum'>, string>> = {
    id: 'an id',
    text: 'text',
    integer: `a whole number${range}`,
    real: `a number${range}`,
    boolean: 'true or false',
    timestamp: 'a UTC time such as 2026-04-02T09:41:00.000Z',
    date: 'a date such as 2026-04-02, 2026-04 or 2026',
    json: spec.merge === 'map' ? 'a JSON object' : 'JSON',
    hash: 'a SHA-256 in hexadecimal digits',
  };
  return names[spec.type];
}

/**
 * A value as its column keeps it. Throws `InputError` for a value of another type, and `UnfaithfulValueError` for one that
 * would not come back as it was given.
 */
export function encodeValue(entity: EntityName, column: string, spec: ColumnSpec, given: unknown): Bindable {
  const value = faithfulValue(given ?? null);
  if (value === null) {
    if (spec.required !== true) return null;
    throw new InputError(`“${column}” cannot be empty. Nothing was stored.`, entity, column);
  }
  if (!fitsColumn(value, spec)) {
    throw new InputError(`“${column}” takes ${expected(spec)}. Nothing was stored.`, entity, column);
  }
  return encode(spec.type, value);
}

/** A checked value in its form in the table. */
export function encode(type: ColumnType, value: Json): Bindable {
  if (value === null) return null;
  if (type === 'id') return idToBlob(value as string);
  if (type === 'json') return canonicalText(value);
  if (type === 'boolean') return value === true ? 1 : 0;
  return value as string | number;
}

/** A value from its form in the table. */
export function decode(type: ColumnType, stored: unknown): Json {
  if (stored === null || stored === undefined) return null;
  if (type === 'id') return blobToId(stored as Uint8Array);
  if (type === 'json') return JSON.parse(stored as string) as Json;
  if (type === 'boolean') return stored === 1;
  return stored as string | number;
}

/** A value from its form in a log entry: ids are bare hexadecimal digits there, truth values 0 and 1. */
export function decodeLogged(type: ColumnType, logged: Json): Json {
  if (logged === null) return null;
  if (type === 'id') return blobToId(Buffer.from(logged as string, 'hex'));
  if (type === 'boolean') return logged === 1;
  return logged;
}

/** A value from a log entry in its form in the table. */
export function storedFromLogged(type: ColumnType, logged: Json): Bindable {
  if (logged === null) return null;
  if (type === 'id') return Buffer.from(logged as string, 'hex');
  if (type === 'boolean') return logged === 1 ? 1 : 0;
  if (type === 'json') return canonicalText(logged);
  return logged as string | number;
}

/** A value in its form in a log entry. */
export function encodeLogged(type: ColumnType, value: Json): Json {
  if (value === null) return null;
  if (type === 'id') return (value as string).replaceAll('-', '');
  if (type === 'boolean') return value === true ? 1 : 0;
  return value;
}
