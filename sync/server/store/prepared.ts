import type pg from 'pg';
import type { Sql } from '../database/pool.ts';

const names = new Map<string, string>();

function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `feed_${names.size}`;
  names.set(text, name);
  return name;
}

/** Statements over a connection that parses each of them once. For a bounded number of texts only. */
export function preparedSql(client: pg.PoolClient): Sql {
  const query = <R extends object>(text: string, values: readonly unknown[] = []) =>
    client.query<R & pg.QueryResultRow>({ name: nameOf(text), text, values: [...values] });
  const rows = async <R extends object>(text: string, values?: readonly unknown[]): Promise<R[]> =>
    (await query<R>(text, values)).rows;
  return {
    rows,
    first: async <R extends object>(text: string, values?: readonly unknown[]) =>
      (await rows<R>(text, values))[0] ?? null,
    run: async (text, values) => (await query(text, values)).rowCount ?? 0,
  };
}

const textOid = 25;

/**
 * A `text[]` in PostgreSQL's binary form: what it holds is neither quoted here nor unquoted there. One dimension, lower bound 1; each
 * element has its length before it, null has -1.
 */
export function textArray(values: readonly (string | null)[]): Buffer {
  let size = 20;
  const lengths = values.map((value) => {
    const length = value === null ? -1 : Buffer.byteLength(value);
    size += 4 + Math.max(length, 0);
    return length;
  });
  const array = Buffer.allocUnsafe(size);
  array.writeInt32BE(values.length === 0 ? 0 : 1, 0);
  array.writeInt32BE(values.includes(null) ? 1 : 0, 4);
  array.writeInt32BE(textOid, 8);
  array.writeInt32BE(values.length, 12);
  array.writeInt32BE(1, 16);
  let at = 20;
  for (const [index, value] of values.entries()) {
    const length = lengths[index] ?? -1;
    at = array.writeInt32BE(length, at);
    if (value !== null) at += array.write(value, at);
  }
  return values.length === 0 ? array.subarray(0, 12) : array;
}
