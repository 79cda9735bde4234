import type { CentralMigration } from './migration.ts';

/**
 * Fails a transaction that was judged by other settings than those that hold: called under the tenant's counter, which whoever sets a
 * policy takes too. What is numbered after a policy was set was judged by it.
 */
const checkPolicy = `CREATE FUNCTION central.check_policy_unchanged(version integer)
RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM governance.tenants AS tenant WHERE tenant.id = governance.current_tenant() AND tenant.policy_version = version
  ) THEN
    RAISE EXCEPTION 'the privacy settings were changed meanwhile' USING ERRCODE = 'serialization_failure';
  END IF;
END $$`;

/** A push is judged by the settings that hold when it is numbered. */
export const policyUnchanged: CentralMigration = {
  name: '0035-policy-unchanged',
  up: [checkPolicy],
  down: ['DROP FUNCTION central.check_policy_unchanged(integer)'],
};
