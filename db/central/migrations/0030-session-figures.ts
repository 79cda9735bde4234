import type { CentralMigration } from './migration.ts';

/** Sessions, and what is in them, that are there: not in the trash, and of claims none that was merged into another. */
const there = 'NOT x._deleted';

/**
 * Each kind of child is counted on its own: joined in one query, every row of evidence would be counted once for each claim
 * beside it. The view has the rights of who asks, so that the wall between tenants stands before it too.
 */
const activeSessions = `CREATE VIEW central.v_active_sessions WITH (security_invoker = true) AS
  SELECT s.id AS session_id, s.tenant_id, s._by AS user_id, u.email, u.full_name, s.title, s.research_question, s.status,
         coalesce(s.started_at, s.created_at) AS started_at,
         greatest(s.created_at, s.started_at, e.latest, c.latest) AS last_activity,
         coalesce(e.n, 0) AS evidence_count, coalesce(c.n, 0) AS claims_count
    FROM central.research_sessions s
    LEFT JOIN governance.users u ON u.id = s._by
    LEFT JOIN LATERAL (
      SELECT count(*) AS n, max(x.created_at) AS latest FROM central.evidence x
       WHERE x.tenant_id = s.tenant_id AND x.session_id = s.id AND ${there}) e ON true
    LEFT JOIN LATERAL (
      SELECT count(*) AS n, max(x.created_at) AS latest FROM central.research_claims x
       WHERE x.tenant_id = s.tenant_id AND x.session_id = s.id AND ${there} AND x.merged_into IS NULL) c ON true
   WHERE s.status = 'active' AND NOT s._deleted`;

/** Figures of the sessions that began within a span. The mean is over completed sessions; the rate is in percent of claims. */
const sessionStatistics = `CREATE FUNCTION central.get_session_statistics(
    p_tenant_id uuid,
    p_start_date timestamptz DEFAULT now() - interval '30 days',
    p_end_date timestamptz DEFAULT now())
  RETURNS TABLE (total_sessions bigint, completed_sessions bigint, avg_duration_hours numeric(10,2), total_evidence bigint,
                 total_claims bigint, avg_claims_per_session numeric(10,2), consensus_rate numeric(5,2))
  LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  WITH begun AS (
    SELECT s.id, s.status, coalesce(s.started_at, s.created_at) AS started_at, s.completed_at
      FROM central.research_sessions s
     WHERE s.tenant_id = p_tenant_id AND NOT s._deleted
       AND coalesce(s.started_at, s.created_at) BETWEEN p_start_date AND p_end_date
  ), sessions AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE status = 'completed') AS completed,
           avg(extract(epoch FROM completed_at - started_at) / 3600) FILTER (WHERE status = 'completed') AS hours
      FROM begun
  ), evidence AS (
    SELECT count(*) AS n FROM central.evidence x
     WHERE x.tenant_id = p_tenant_id AND ${there} AND x.session_id IN (SELECT id FROM begun)
  ), claims AS (
    SELECT count(*) AS n, count(*) FILTER (WHERE x.consensus_reached) AS agreed FROM central.research_claims x
     WHERE x.tenant_id = p_tenant_id AND ${there} AND x.merged_into IS NULL AND x.session_id IN (SELECT id FROM begun)
  )
  SELECT sessions.n, sessions.completed, sessions.hours::numeric(10,2), evidence.n, claims.n,
         (claims.n::numeric / nullif(sessions.n, 0))::numeric(10,2),
         (claims.agreed::numeric / nullif(claims.n, 0) * 100)::numeric(5,2)
    FROM sessions, evidence, claims $$`;

/** What an overview of a tenant's sessions shows. Debates are counted with the step that brings them. */
export const sessionFigures: CentralMigration = {
  name: '0030-session-figures',
  up: [
    'CREATE INDEX evidence_session ON central.evidence (tenant_id, session_id)',
    'CREATE INDEX research_claims_session ON central.research_claims (tenant_id, session_id)',
    activeSessions,
    sessionStatistics,
    'GRANT SELECT ON central.v_active_sessions TO workbench_server',
  ],
  down: [
    'DROP FUNCTION central.get_session_statistics(uuid, timestamptz, timestamptz)',
    'DROP VIEW central.v_active_sessions',
    'DROP INDEX central.research_claims_session',
    'DROP INDEX central.evidence_session',
  ],
};
