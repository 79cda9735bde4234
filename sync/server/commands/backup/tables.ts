import pg from 'pg';

/** One table as a backup holds it: its columns in their order, but for those that are computed. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

/** One partition, so that a restore can make it again. */
export interface PartitionShape {
  readonly name: string;
  readonly parent: string;
  readonly bound: string;
}

const schemas = "('governance', 'central')";

/** Every table, those that others refer to first; but for those that are not logged, whose rows are over in minutes. */
export async function tablesOf(client: pg.Client): Promise<TableShape[]> {
  const found = await client.query<{ name: string; columns: string[]; needs: string[] | null }>(
    `SELECT c.oid::regclass::text AS name,
            (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
              WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
            (SELECT array_agg(DISTINCT confrelid::regclass::text) FROM pg_constraint
              WHERE conrelid = c.oid AND contype = 'f' AND confrelid <> c.oid) AS needs
       FROM pg_class c
      WHERE c.relnamespace::regnamespace::text IN ${schemas} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relpersistence = 'p'
      ORDER BY 1`,
  );
  const ordered: TableShape[] = [];
  const placed = new Set<string>();
  let waiting = found.rows;
  while (waiting.length > 0) {
    const ready = waiting.filter(({ needs }) => (needs ?? []).every((need) => placed.has(need)));
    if (ready.length === 0) throw new Error('Tables refer to each other in a circle.');
    for (const { name, columns } of ready) {
      ordered.push({ name, columns });
      placed.add(name);
    }
    waiting = waiting.filter(({ name }) => !placed.has(name));
  }
  return ordered;
}

export async function partitionsOf(client: pg.Client): Promise<PartitionShape[]> {
  const found = await client.query<PartitionShape>(
    `SELECT c.oid::regclass::text AS name, i.inhparent::regclass::text AS parent, pg_get_expr(c.relpartbound, c.oid) AS bound
       FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid
      WHERE c.relnamespace::regnamespace::text IN ${schemas} AND c.relkind = 'r' AND c.relispartition ORDER BY 1`,
  );
  return found.rows;
}

/** `COPY` of a table's columns, out or in. Names are quoted: those of a backup file come from outside. */
export function copyStatement({ name, columns }: TableShape, direction: 'TO STDOUT' | 'FROM STDIN'): string {
  const table = name
    .split('.')
    .map((part) => pg.escapeIdentifier(part.replaceAll('"', '')))
    .join('.');
  const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ');
  // A partitioned table is read as a query: COPY of the table itself would read none of its partitions.
  const source = direction === 'TO STDOUT' ? `(SELECT ${list} FROM ${table})` : `${table} (${list})`;
  return `COPY ${source} ${direction}`;
}
