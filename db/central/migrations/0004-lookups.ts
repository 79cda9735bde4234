import type { CentralMigration } from './migration.ts';

/** A lookup that has to answer before a tenant or a person is known. */
interface Lookup {
  readonly name: string;
  readonly parameters: string;
  readonly answers: string;
  readonly query: string;
}

const lookups: readonly Lookup[] = [
  {
    name: 'find_person',
    parameters: 'p_email text',
    answers: 'user_id uuid, status text',
    query: `SELECT u.id, u.status FROM governance.users u WHERE lower(u.email) = lower(p_email) AND u.deleted_at IS NULL`,
  },
  {
    name: 'tenants_of',
    parameters: 'p_user uuid',
    answers:
      'tenant_id uuid, slug text, name text, role text, status text, tenant_status text, sso_required boolean',
    query: `SELECT t.id, t.slug, t.name, m.role, m.status, t.status, t.sso_required
              FROM governance.memberships m JOIN governance.tenants t ON t.id = m.tenant_id
             WHERE m.user_id = p_user AND m.status <> 'removed' AND t.deleted_at IS NULL ORDER BY m.created_at, t.id`,
  },
  {
    name: 'find_tenant',
    parameters: 'p_slug text',
    answers: 'tenant_id uuid',
    query: 'SELECT t.id FROM governance.tenants t WHERE t.slug = p_slug AND t.deleted_at IS NULL',
  },
  {
    name: 'find_api_key',
    parameters: 'p_prefix text',
    answers: 'key_id uuid, tenant_id uuid, user_id uuid, key_hash text',
    query: `SELECT k.id, k.tenant_id, k.user_id, k.key_hash FROM governance.api_keys k WHERE k.key_prefix = p_prefix`,
  },
  {
    name: 'find_session',
    parameters: 'p_session uuid',
    answers: 'tenant_id uuid, user_id uuid',
    query: 'SELECT s.tenant_id, s.user_id FROM governance.user_sessions s WHERE s.id = p_session',
  },
  {
    name: 'find_invitation',
    parameters: 'p_token_hash text',
    answers: 'invitation_id uuid, tenant_id uuid',
    query: 'SELECT i.id, i.tenant_id FROM governance.invitations i WHERE i.token_hash = p_token_hash',
  },
  {
    name: 'find_identity',
    parameters: 'p_issuer text, p_subject text',
    answers: 'user_id uuid',
    query: `SELECT x.user_id FROM governance.external_identities x WHERE x.issuer = p_issuer AND x.subject = p_subject`,
  },
];

const read = [
  'users',
  'memberships',
  'tenants',
  'api_keys',
  'user_sessions',
  'invitations',
  'external_identities',
] as const;

const signature = ({ name, parameters }: Lookup): string =>
  `governance.${name}(${parameters.replaceAll(/p_\w+ /g, '')})`;

/**
 * The few questions that reach across tenants, each one a function that answers only itself. They run as a role that reads
 * these tables by a policy of its own and can do nothing else.
 */
export const crossTenantLookups: CentralMigration = {
  name: '0004-lookups',
  up: [
    ...read.flatMap((table) => [
      `CREATE POLICY lookups ON governance.${table} FOR SELECT TO workbench_definer USING (true)`,
      `GRANT SELECT ON governance.${table} TO workbench_definer`,
    ]),
    'GRANT CREATE ON SCHEMA governance TO workbench_definer',
    ...lookups.flatMap((lookup) => [
      `CREATE FUNCTION governance.${lookup.name}(${lookup.parameters}) RETURNS TABLE (${lookup.answers})
         LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$ ${lookup.query} $$`,
      `REVOKE EXECUTE ON FUNCTION ${signature(lookup)} FROM PUBLIC`,
      `GRANT EXECUTE ON FUNCTION ${signature(lookup)} TO workbench_server`,
      `ALTER FUNCTION ${signature(lookup)} OWNER TO workbench_definer`,
    ]),
    'REVOKE CREATE ON SCHEMA governance FROM workbench_definer',
  ],
  down: [
    ...lookups.map((lookup) => `DROP FUNCTION ${signature(lookup)}`),
    ...read.flatMap((table) => [
      `DROP POLICY lookups ON governance.${table}`,
      `REVOKE SELECT ON governance.${table} FROM workbench_definer`,
    ]),
  ],
};
