import {
  appendAudit,
  auditChange,
  auditText,
  eraseAuditValues,
  recordEvent,
  verifyAudit,
} from '../governance/audit.ts';
import { makePartitions } from '../governance/partitions.ts';
import { tenantWall } from '../row-security.ts';
import type { CentralMigration } from './migration.ts';

const auditLogs = `CREATE TABLE governance.audit_logs (
  id uuid NOT NULL,
  time timestamptz NOT NULL,
  tenant_id uuid,
  n bigint NOT NULL,
  actor_type text NOT NULL CHECK (actor_type IN ('user', 'api_key', 'system')),
  user_id uuid,
  session_id uuid,
  event_type text NOT NULL CHECK (event_type IN ('authentication', 'authorization', 'data_access', 'data_modification',
    'system_event', 'security_event')),
  event_category text NOT NULL DEFAULT 'general'
    CHECK (event_category IN ('general', 'security', 'data', 'system', 'user', 'research', 'debate')),
  resource_type text,
  resource_id text,
  action text NOT NULL,
  outcome text NOT NULL DEFAULT 'success' CHECK (outcome IN ('success', 'failure', 'warning', 'error')),
  ip_address inet,
  user_agent text,
  request_id text,
  details jsonb NOT NULL DEFAULT '{}',
  sensitive_data_accessed boolean NOT NULL DEFAULT false,
  privacy_impact text NOT NULL DEFAULT 'none' CHECK (privacy_impact IN ('none', 'low', 'medium', 'high', 'critical')),
  changes jsonb NOT NULL DEFAULT '{}',
  chain_hash bytea NOT NULL,
  PRIMARY KEY (id, time)
) PARTITION BY RANGE (time)`;

/** Old and new value of each changed field, with the salt of its hashes. What retention and purges erase. */
const auditValues = `CREATE TABLE governance.audit_values (
  time timestamptz NOT NULL,
  tenant_id uuid,
  log_id uuid NOT NULL,
  resource_id text,
  field text NOT NULL,
  salt bytea NOT NULL,
  old jsonb,
  new jsonb,
  PRIMARY KEY (log_id, field, time)
) PARTITION BY RANGE (time)`;

/** The head of each tenant's chain; the zero id is the server's own. */
const auditChains = `CREATE TABLE governance.audit_chains (
  chain uuid PRIMARY KEY,
  n bigint NOT NULL,
  hash bytea NOT NULL
)`;

/** Audited tables: columns whose values are never kept, columns that are no change, and the column that names the row. */
const audited: readonly (readonly [table: string, secret: string, ignored: string, name: string])[] = [
  ['tenants', '', 'updated_at', 'id'],
  ['institutions', '', '', 'id'],
  ['users', '', 'updated_at,last_login,login_count', 'id'],
  ['memberships', '', 'updated_at', 'id'],
  ['subscriptions', '', 'updated_at', 'id'],
  ['system_config', 'value', 'updated_at', 'key'],
  [
    'user_credentials',
    'password_hash,mfa_secret,mfa_recovery_hashes',
    'updated_at,failed_attempts,mfa_last_step',
    'user_id',
  ],
  ['external_identities', '', '', 'user_id'],
  ['devices', '', 'last_seen', 'id'],
  ['user_sessions', 'token_hash,previous_token_hash', 'last_activity,rotated_at,expires_at', 'id'],
  ['api_keys', 'key_hash', 'updated_at,last_used_at,last_used_ip,usage_count', 'id'],
  ['invitations', 'token_hash', '', 'id'],
];

const definers = [
  'append_audit(uuid, jsonb, jsonb)',
  'record_event(jsonb)',
  'audit_change()',
  'verify_audit(uuid)',
  'erase_audit_values(timestamptz, text)',
] as const;

const forServer = [
  'record_event(jsonb)',
  'verify_audit(uuid)',
  'erase_audit_values(timestamptz, text)',
] as const;

/** The audit log: partitions made ahead, a chain over salted hashes, values that can be erased, a trigger on governance tables. */
export const audit: CentralMigration = {
  name: '0005-audit',
  up: [
    auditLogs,
    auditValues,
    auditChains,
    'CREATE UNIQUE INDEX audit_logs_chain ON governance.audit_logs (tenant_id, n, time)',
    'CREATE INDEX audit_logs_time ON governance.audit_logs (tenant_id, time DESC)',
    'CREATE INDEX audit_logs_actor ON governance.audit_logs (user_id, time DESC)',
    'CREATE INDEX audit_logs_resource ON governance.audit_logs (resource_type, resource_id, time DESC)',
    'CREATE INDEX audit_logs_sensitive ON governance.audit_logs (time) WHERE sensitive_data_accessed',
    'CREATE INDEX audit_values_resource ON governance.audit_values (tenant_id, resource_id)',
    ...tenantWall('governance.audit_logs', ['SELECT']),
    ...tenantWall('governance.audit_values', ['SELECT']),
    ...tenantWall('governance.audit_chains', ['SELECT'], 'chain'),
    ...['audit_logs', 'audit_values', 'audit_chains'].map(
      (table) =>
        `CREATE POLICY appended ON governance.${table} TO workbench_definer USING (true) WITH CHECK (true)`,
    ),
    'GRANT SELECT, INSERT ON governance.audit_logs TO workbench_definer',
    'GRANT SELECT, INSERT, DELETE ON governance.audit_values TO workbench_definer',
    'GRANT SELECT, INSERT, UPDATE ON governance.audit_chains TO workbench_definer',
    `CREATE FUNCTION governance.never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN RAISE EXCEPTION 'The audit log is only ever appended to.'; END $$`,
    `CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON governance.audit_logs
       FOR EACH ROW EXECUTE FUNCTION governance.never_changed()`,
    `CREATE TRIGGER never_emptied BEFORE TRUNCATE ON governance.audit_logs
       FOR EACH STATEMENT EXECUTE FUNCTION governance.never_changed()`,
    makePartitions,
    `REVOKE EXECUTE ON FUNCTION governance.make_partitions(regclass, integer) FROM PUBLIC`,
    `GRANT EXECUTE ON FUNCTION governance.make_partitions(regclass, integer) TO workbench_server, workbench_definer`,
    auditText,
    appendAudit,
    recordEvent,
    auditChange,
    verifyAudit,
    eraseAuditValues,
    ...definers.map((each) => `REVOKE EXECUTE ON FUNCTION governance.${each} FROM PUBLIC`),
    ...forServer.map((each) => `GRANT EXECUTE ON FUNCTION governance.${each} TO workbench_server`),
    // Triggers are made by who owns the table and may run the function: before the function is handed over.
    ...audited.map(
      ([table, secret, ignored, name]) =>
        `CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON governance.${table}
           FOR EACH ROW EXECUTE FUNCTION governance.audit_change('${secret}', '${ignored}', '${name}')`,
    ),
    'GRANT CREATE ON SCHEMA governance TO workbench_definer',
    ...definers.map((each) => `ALTER FUNCTION governance.${each} OWNER TO workbench_definer`),
    'REVOKE CREATE ON SCHEMA governance FROM workbench_definer',
    "SELECT governance.make_partitions('governance.audit_logs', 3)",
    "SELECT governance.make_partitions('governance.audit_values', 3)",
  ],
  down: [
    ...audited.map(([table]) => `DROP TRIGGER audit ON governance.${table}`),
    ...definers.map((each) => `DROP FUNCTION governance.${each}`),
    'DROP FUNCTION governance.audit_text(governance.audit_logs)',
    'DROP FUNCTION governance.make_partitions(regclass, integer)',
    'DROP TABLE governance.audit_values',
    'DROP TABLE governance.audit_chains',
    'DROP TABLE governance.audit_logs',
    'DROP FUNCTION governance.never_changed()',
  ],
};
