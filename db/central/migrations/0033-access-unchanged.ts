import type { CentralMigration } from './migration.ts';

/**
 * Fails a transaction in which somebody else has changed who may write: called under the tenant's counter, it sees every version that
 * comes before the transaction's own. `deciding`: entities whose rows in a project decide; `sessions`: rows of `session_entity` that do.
 * The sum keeps the planner from the index by entity: few versions of a scope are newer than `since`.
 */
const checkUnchanged = `CREATE FUNCTION central.check_access_unchanged(
  since bigint, deciding integer[], project_scopes text[], session_entity integer, sessions uuid[]
) RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (
    SELECT FROM unnest(project_scopes) AS named (scope) CROSS JOIN LATERAL (
      SELECT FROM central.sync_row AS row WHERE tenant_id = governance.current_tenant() AND row.scope = named.scope
        AND seq > since AND entity + 0 = ANY (deciding) ORDER BY seq LIMIT 1) AS newer
  ) OR EXISTS (
    SELECT FROM unnest(sessions) AS named (id) CROSS JOIN LATERAL (
      SELECT FROM central.sync_row AS row WHERE tenant_id = governance.current_tenant() AND entity = session_entity
        AND row.id = named.id AND seq > since LIMIT 1) AS newer
  ) THEN
    RAISE EXCEPTION 'who may write here was changed meanwhile' USING ERRCODE = 'serialization_failure';
  END IF;
END $$`;

/** A push is judged by the access that holds when it is numbered. Most versions replace nothing: the log's index holds those that do. */
export const accessUnchanged: CentralMigration = {
  name: '0033-access-unchanged',
  up: [
    checkUnchanged,
    'DROP INDEX central.sync_log_row',
    'CREATE INDEX sync_log_row ON central.sync_log (tenant_id, id) WHERE replaced IS NOT NULL',
  ],
  down: [
    'DROP INDEX central.sync_log_row',
    'CREATE INDEX sync_log_row ON central.sync_log (tenant_id, id)',
    'DROP FUNCTION central.check_access_unchanged(bigint, integer[], text[], integer, uuid[])',
  ],
};
