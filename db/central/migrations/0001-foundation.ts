import type { CentralMigration } from './migration.ts';

/**
 * Schemas, and who the current transaction acts for. `governance` holds tenants, people and what they may do; `central`
 * holds the replicated entities and the feed.
 */
export const foundation: CentralMigration = {
  name: '0001-foundation',
  up: [
    'CREATE SCHEMA governance',
    'CREATE SCHEMA central',
    `GRANT USAGE ON SCHEMA governance, central TO workbench_server, workbench_definer, workbench_backup`,
    // Plain SQL and stable: the planner reads it once for each statement, and an index on tenant_id still serves.
    `CREATE FUNCTION governance.current_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
       RETURN nullif(current_setting('app.tenant_id', true), '')::uuid`,
    `CREATE FUNCTION governance.current_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
       RETURN nullif(current_setting('app.user_id', true), '')::uuid`,
  ],
  down: [
    'DROP FUNCTION governance.current_person()',
    'DROP FUNCTION governance.current_tenant()',
    'DROP SCHEMA central',
    'DROP SCHEMA governance',
  ],
};
