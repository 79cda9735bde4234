import { tenantWall } from '../row-security.ts';
import type { CentralMigration } from './migration.ts';

/** What a person proves themselves with. A row is seen by its person alone. */
const userCredentials = `CREATE TABLE governance.user_credentials (
  user_id uuid PRIMARY KEY REFERENCES governance.users (id),
  password_hash text,
  password_changed_at timestamptz,
  failed_attempts integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
  mfa_enabled boolean NOT NULL DEFAULT false,
  mfa_secret text,
  mfa_last_step bigint,
  mfa_recovery_hashes text[] NOT NULL DEFAULT '{}',
  updated_at timestamptz NOT NULL DEFAULT now()
)`;

/** A person as another issuer names them (OpenID Connect: issuer and subject). */
const externalIdentities = `CREATE TABLE governance.external_identities (
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id uuid NOT NULL REFERENCES governance.users (id),
  email text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
)`;

const devices = `CREATE TABLE governance.devices (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES governance.tenants (id),
  user_id uuid NOT NULL REFERENCES governance.users (id),
  name text NOT NULL,
  platform text,
  encrypted boolean NOT NULL DEFAULT false,
  registered_at timestamptz NOT NULL DEFAULT now(),
  last_seen timestamptz,
  revoked_at timestamptz,
  revoked_by uuid REFERENCES governance.users (id)
)`;

/** One sign-in. Of its refresh tokens only hashes are kept: the current one, and the one before for a short while. */
const userSessions = `CREATE TABLE governance.user_sessions (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES governance.tenants (id),
  user_id uuid NOT NULL REFERENCES governance.users (id),
  device_id uuid REFERENCES governance.devices (id),
  method text NOT NULL CHECK (method IN ('password', 'api_key', 'oidc', 'invitation')),
  token_hash text NOT NULL,
  previous_token_hash text,
  rotated_at timestamptz,
  ip_address inet,
  user_agent text,
  is_active boolean NOT NULL DEFAULT true,
  revoked_reason text,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  last_activity timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
)`;

const apiKeys = `CREATE TABLE governance.api_keys (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES governance.tenants (id),
  owner_kind text NOT NULL CHECK (owner_kind IN ('user', 'project')),
  user_id uuid NOT NULL REFERENCES governance.users (id),
  project_id uuid,
  name text NOT NULL,
  description text,
  key_prefix text NOT NULL UNIQUE,
  key_hash text NOT NULL,
  scopes text[] NOT NULL DEFAULT '{read,write}' CHECK (scopes <@ '{read,write,admin}' AND scopes <> '{}'),
  allowed_ips inet[],
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked', 'expired')),
  last_used_at timestamptz,
  last_used_ip inet,
  usage_count bigint NOT NULL DEFAULT 0,
  expires_at timestamptz,
  revoked_at timestamptz,
  revoked_by uuid REFERENCES governance.users (id),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((owner_kind = 'project') = (project_id IS NOT NULL))
)`;

const invitations = `CREATE TABLE governance.invitations (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES governance.tenants (id),
  email text NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'analyst', 'viewer', 'api_client')),
  token_hash text NOT NULL UNIQUE,
  invited_by uuid REFERENCES governance.users (id),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  accepted_by uuid REFERENCES governance.users (id),
  revoked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
)`;

/** Rows of one person, whichever tenant they act in. */
function personsWall(table: string): string[] {
  const own = 'user_id = (SELECT governance.current_person())';
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY own_person ON ${table} TO workbench_server, workbench_owner USING (${own}) WITH CHECK (${own})`,
    `CREATE POLICY backup_reads ON ${table} FOR SELECT TO workbench_backup USING (true)`,
    `GRANT SELECT, INSERT, UPDATE ON ${table} TO workbench_server`,
    `GRANT SELECT ON ${table} TO workbench_backup`,
  ];
}

const tables = [
  'invitations',
  'api_keys',
  'user_sessions',
  'devices',
  'external_identities',
  'user_credentials',
] as const;

/** Credentials, devices, sessions, keys and invitations. */
export const access: CentralMigration = {
  name: '0003-access',
  up: [
    userCredentials,
    externalIdentities,
    devices,
    userSessions,
    apiKeys,
    invitations,
    'CREATE INDEX external_identities_user ON governance.external_identities (user_id)',
    'CREATE INDEX devices_user ON governance.devices (tenant_id, user_id)',
    'CREATE INDEX user_sessions_user ON governance.user_sessions (tenant_id, user_id) WHERE is_active',
    'CREATE INDEX user_sessions_expires ON governance.user_sessions (expires_at) WHERE is_active',
    'CREATE INDEX api_keys_owner ON governance.api_keys (tenant_id, user_id) WHERE status = $$active$$',
    `CREATE UNIQUE INDEX invitations_open ON governance.invitations (tenant_id, lower(email))
       WHERE accepted_at IS NULL AND revoked_at IS NULL`,
    `CREATE TRIGGER touch BEFORE UPDATE ON governance.user_credentials FOR EACH ROW EXECUTE FUNCTION governance.touch()`,
    `CREATE TRIGGER touch BEFORE UPDATE ON governance.api_keys FOR EACH ROW EXECUTE FUNCTION governance.touch()`,
    ...personsWall('governance.user_credentials'),
    ...personsWall('governance.external_identities'),
    ...tenantWall('governance.devices', ['SELECT', 'INSERT', 'UPDATE']),
    ...tenantWall('governance.user_sessions'),
    ...tenantWall('governance.api_keys', ['SELECT', 'INSERT', 'UPDATE']),
    ...tenantWall('governance.invitations', ['SELECT', 'INSERT', 'UPDATE']),
  ],
  down: tables.map((table) => `DROP TABLE governance.${table} CASCADE`),
};
