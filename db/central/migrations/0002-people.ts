import { tenantless, tenantWall } from '../row-security.ts';
import type { CentralMigration } from './migration.ts';

/** A column of named values: text with a check, because members of an enum type can never be taken back. */
function oneOf(column: string, values: readonly string[]): string {
  return `CHECK (${column} IN (${values.map((value) => `'${value}'`).join(', ')}))`;
}

const tenants = `CREATE TABLE governance.tenants (
  id uuid PRIMARY KEY,
  name text NOT NULL CHECK (name <> ''),
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  domain text,
  status text NOT NULL DEFAULT 'active' ${oneOf('status', ['active', 'suspended', 'inactive'])},
  subscription_tier text NOT NULL DEFAULT 'standard'
    ${oneOf('subscription_tier', ['free', 'standard', 'premium', 'enterprise'])},
  max_users integer NOT NULL DEFAULT 100 CHECK (max_users >= 0),
  max_sessions integer NOT NULL DEFAULT 1000 CHECK (max_sessions >= 0),
  data_retention_days integer DEFAULT 365 CHECK (data_retention_days > 0),
  privacy_settings jsonb NOT NULL DEFAULT '{}',
  policy_version integer NOT NULL DEFAULT 1,
  allowed_email_domains text[],
  sso_required boolean NOT NULL DEFAULT false,
  created_by uuid,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
)`;

const institutions = `CREATE TABLE governance.institutions (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  type text,
  country_code text CHECK (country_code ~ '^[A-Z]{2}$'),
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
)`;

/** A person, known by e-mail address to every tenant that has them as a member. */
const users = `CREATE TABLE governance.users (
  id uuid PRIMARY KEY,
  email text NOT NULL CHECK (email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
  email_verified boolean NOT NULL DEFAULT false,
  username text,
  full_name text,
  avatar text,
  orcid text,
  institution_id uuid REFERENCES governance.institutions (id),
  status text NOT NULL DEFAULT 'active' ${oneOf('status', ['active', 'inactive', 'suspended', 'pending'])},
  timezone text NOT NULL DEFAULT 'UTC',
  locale text NOT NULL DEFAULT 'en-US',
  preferences jsonb NOT NULL DEFAULT '{}',
  last_login timestamptz,
  login_count integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  deleted_at timestamptz
)`;

const memberships = `CREATE TABLE governance.memberships (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES governance.tenants (id),
  user_id uuid NOT NULL REFERENCES governance.users (id),
  role text NOT NULL ${oneOf('role', ['owner', 'admin', 'analyst', 'viewer', 'api_client'])},
  status text NOT NULL DEFAULT 'active' ${oneOf('status', ['active', 'invited', 'suspended', 'removed'])},
  permissions jsonb NOT NULL DEFAULT '{}',
  invited_by uuid REFERENCES governance.users (id),
  invited_at timestamptz,
  accepted_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, user_id)
)`;

const subscriptions = `CREATE TABLE governance.subscriptions (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL UNIQUE REFERENCES governance.tenants (id),
  plan text NOT NULL DEFAULT 'free' ${oneOf('plan', ['free', 'team', 'pro', 'enterprise'])},
  billing_cycle text NOT NULL DEFAULT 'monthly' ${oneOf('billing_cycle', ['monthly', 'yearly'])},
  status text NOT NULL DEFAULT 'active' ${oneOf('status', ['active', 'past_due', 'canceled', 'trialing'])},
  current_period_start timestamptz,
  current_period_end timestamptz,
  trial_end timestamptz,
  canceled_at timestamptz,
  limits jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
)`;

/** Settings of the whole server. A sensitive value stands here sealed; its key is outside the database. */
const systemConfig = `CREATE TABLE governance.system_config (
  key text PRIMARY KEY,
  value text,
  type text NOT NULL DEFAULT 'string' ${oneOf('type', ['string', 'number', 'boolean', 'json'])},
  description text,
  is_sensitive boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
)`;

const tablesWithUpdate = ['tenants', 'users', 'memberships', 'subscriptions', 'system_config'] as const;

/** A person is seen by themselves and by the tenants that they are or were a member of. */
const wallOfUsers = [
  'ALTER TABLE governance.users ENABLE ROW LEVEL SECURITY',
  'ALTER TABLE governance.users FORCE ROW LEVEL SECURITY',
  `CREATE POLICY known_people ON governance.users TO workbench_server, workbench_owner
     USING (id = (SELECT governance.current_person()) OR EXISTS (
       SELECT FROM governance.memberships m
        WHERE m.user_id = users.id AND m.tenant_id = (SELECT governance.current_tenant())))
     WITH CHECK (true)`,
  'CREATE POLICY backup_reads ON governance.users FOR SELECT TO workbench_backup USING (true)',
  'GRANT SELECT, INSERT, UPDATE ON governance.users TO workbench_server',
  'GRANT SELECT ON governance.users TO workbench_backup',
];

/** Tenants and their people, what they pay for, and the settings of the server. */
export const people: CentralMigration = {
  name: '0002-people',
  up: [
    `CREATE FUNCTION governance.touch() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN NEW.updated_at := now(); RETURN NEW; END $$`,
    tenants,
    institutions,
    users,
    memberships,
    subscriptions,
    systemConfig,
    'CREATE INDEX tenants_status ON governance.tenants (status)',
    'CREATE UNIQUE INDEX users_email ON governance.users (lower(email)) WHERE deleted_at IS NULL',
    'CREATE INDEX users_institution ON governance.users (institution_id)',
    'CREATE INDEX memberships_user ON governance.memberships (user_id)',
    'CREATE INDEX memberships_role ON governance.memberships (tenant_id, role) WHERE status = $$active$$',
    ...tablesWithUpdate.map(
      (table) => `CREATE TRIGGER touch BEFORE UPDATE ON governance.${table}
                  FOR EACH ROW EXECUTE FUNCTION governance.touch()`,
    ),
    ...tenantWall('governance.tenants', ['SELECT', 'INSERT', 'UPDATE'], 'id'),
    ...tenantWall('governance.memberships', ['SELECT', 'INSERT', 'UPDATE']),
    ...tenantWall('governance.subscriptions', ['SELECT', 'INSERT', 'UPDATE']),
    ...wallOfUsers,
    ...tenantless('governance.institutions', ['SELECT', 'INSERT', 'UPDATE']),
    ...tenantless('governance.system_config', ['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
  ],
  down: [
    ...['system_config', 'subscriptions', 'memberships', 'users', 'institutions', 'tenants'].map(
      (table) => `DROP TABLE governance.${table} CASCADE`,
    ),
    'DROP FUNCTION governance.touch()',
  ],
};
