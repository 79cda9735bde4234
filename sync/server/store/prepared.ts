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
