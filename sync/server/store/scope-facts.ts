import { parseScope } from '../../core/scope.ts';
import type { Sql } from '../database/pool.ts';
import { isOpen } from '../feed/access.ts';
import type { ScopeFacts } from '../feed/store.ts';

type ProjectFacts = Extract<ScopeFacts, { kind: 'project' }>;
type SessionFacts = Extract<ScopeFacts, { kind: 'session' }>;

/** Facts of the projects and sessions that are named, and of the sessions' projects. */
export async function scopeFacts(
  sql: Sql,
  tenant: string,
  user: string,
  scopes: readonly string[],
): Promise<ScopeFacts[]> {
  const named = scopes.map(parseScope);
  const ids = (kind: string) => named.flatMap((scope) => (scope.kind === kind ? [scope.id] : []));
  const wanted = ids('session');
  const sessions =
    wanted.length === 0 ? [] : await sessionFacts(sql, tenant, 'id = ANY ($2::uuid[])', [wanted]);
  return [
    ...sessions,
    ...(await projectsById(sql, tenant, user, [...ids('project'), ...projectsOf(sessions)])),
  ];
}

/** Facts of every project and session in which the user may have a part, and of those that are open to the organisation. */
export async function scopesNear(sql: Sql, tenant: string, user: string): Promise<ScopeFacts[]> {
  const near = `p.owner_id = $2 OR p._by = $2 OR p.visibility IN ('internal', 'public') OR p.id IN
    (SELECT project_id FROM central.project_members WHERE tenant_id = $1 AND author_id = $2)`;
  const projects = await projectFacts(sql, tenant, user, near, []);
  const known = new Set(projects.map(({ id }) => id));
  const sessions = await sessionFacts(sql, tenant, '(project_id = ANY ($2::uuid[]) OR _by = $3)', [
    [...known],
    user,
  ]);
  // A session that its maker lost to a project of others is judged by that project.
  const others = projectsOf(sessions).filter((id) => !known.has(id));
  return [...projects, ...(await projectsById(sql, tenant, user, others)), ...sessions];
}

function projectsOf(sessions: readonly SessionFacts[]): string[] {
  return sessions.flatMap(({ project }) => (project === null ? [] : [project]));
}

async function sessionFacts(
  sql: Sql,
  tenant: string,
  where: string,
  values: readonly unknown[],
): Promise<SessionFacts[]> {
  const rows = await sql.rows<{
    id: string;
    project_id: string | null;
    _by: string;
    restricted: boolean | null;
    local_only: boolean | null;
    sharing_level: string | null;
    _deleted: boolean;
  }>(
    `SELECT id, project_id, _by, restricted, local_only, sharing_level, _deleted FROM central.research_sessions
     WHERE tenant_id = $1 AND ${where}`,
    [tenant, ...values],
  );
  return rows.map((row) => ({
    kind: 'session',
    id: row.id,
    project: row.project_id,
    creator: row._by,
    restricted: row.restricted === true,
    localOnly: row.local_only === true,
    level: row.sharing_level,
    deleted: row._deleted,
  }));
}

async function projectsById(
  sql: Sql,
  tenant: string,
  user: string,
  ids: readonly string[],
): Promise<ProjectFacts[]> {
  if (ids.length === 0) return [];
  return projectFacts(sql, tenant, user, 'p.id = ANY ($3::uuid[])', [[...new Set(ids)]]);
}

async function projectFacts(
  sql: Sql,
  tenant: string,
  user: string,
  where: string,
  values: readonly unknown[],
): Promise<ProjectFacts[]> {
  // A membership may end with a year or a month alone: the day is compared as far as the date goes.
  const rows = await sql.rows<{
    id: string;
    owner_id: string | null;
    _by: string;
    _deleted: boolean;
    visibility: string | null;
    personal: boolean | null;
    role: string | null;
  }>(
    `SELECT p.id, p.owner_id, p._by, p._deleted, p.visibility, p.personal, m.role FROM central.projects AS p
     LEFT JOIN LATERAL (
       SELECT role FROM central.project_members WHERE tenant_id = $1 AND project_id = p.id AND author_id = $2
         AND NOT _deleted AND (until IS NULL OR left(to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD'), length(until)) <= until)
       LIMIT 1) AS m ON true
     WHERE p.tenant_id = $1 AND (${where})`,
    [tenant, user, ...values],
  );
  return rows.map((row) => ({
    kind: 'project',
    id: row.id,
    owner: row.owner_id,
    creator: row._by,
    deleted: row._deleted,
    open: isOpen(row.visibility, row.personal === true),
    role: row.role,
  }));
}
