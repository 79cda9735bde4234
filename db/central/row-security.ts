/** What the server may do to the rows of a table. */
export type Grant = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

const everything: readonly Grant[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/**
 * Statements that put a table behind the tenant's wall: whoever reads or writes meets the rows of the transaction's tenant
 * only, the table's owner included; without a tenant there are no rows. Backups read all. `table` comes with its schema;
 * `tenantColumn` holds the tenant's id.
 */
export function tenantWall(
  table: string,
  grants: readonly Grant[] = everything,
  tenantColumn = 'tenant_id',
): string[] {
  const own = `${tenantColumn} = (SELECT governance.current_tenant())`;
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY own_tenant ON ${table} TO workbench_server, workbench_owner USING (${own}) WITH CHECK (${own})`,
    `CREATE POLICY backup_reads ON ${table} FOR SELECT TO workbench_backup USING (true)`,
    `GRANT ${grants.join(', ')} ON ${table} TO workbench_server`,
    `GRANT SELECT ON ${table} TO workbench_backup`,
  ];
}

/** Statements for a table whose rows belong to no tenant: row-level security is on, and lets everybody by. */
export function tenantless(table: string, grants: readonly Grant[]): string[] {
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY everybody ON ${table} USING (true) WITH CHECK (true)`,
    `GRANT ${grants.join(', ')} ON ${table} TO workbench_server`,
    `GRANT SELECT ON ${table} TO workbench_backup`,
  ];
}
