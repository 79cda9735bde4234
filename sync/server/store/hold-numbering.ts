import type { Sql } from '../database/pool.ts';

/**
 * Takes the tenant's counter: nothing is numbered by anybody else until the transaction ends, and everything that was numbered before is
 * seen by its next statement. Who locks rows does so first.
 */
export async function holdNumbering(sql: Sql, tenant: string): Promise<void> {
  await sql.run(
    `INSERT INTO central.sync_head AS head (tenant_id, n) VALUES ($1, 0)
     ON CONFLICT (tenant_id) DO UPDATE SET n = head.n`,
    [tenant],
  );
}
