import pg from 'pg';
import { ServerError } from '../errors.ts';
import { applicationName, sqlOf } from './pool.ts';

/**
 * The roles of a central database. None of them is a superuser or may pass row-level security by.
 * - owner: owns every schema, table and view; migrations run under it; nobody signs in as it.
 * - definer: owns the functions that look across tenants before a tenant is known; it has a policy for exactly those.
 * - backup: may read every row of every tenant, and write none.
 * - server: what the server signs in as. It owns nothing.
 */
export const roles = {
  owner: 'workbench_owner',
  definer: 'workbench_definer',
  backup: 'workbench_backup',
  server: 'workbench_server',
} as const;

/**
 * Makes the roles that are missing and lets this user take them on; the server's password is set where one is given.
 * Needs a superuser, or a user with CREATEROLE who owns the database. Harmless when everything is there.
 */
export async function prepareRoles(adminUrl: string, serverPassword: string | null): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, application_name: applicationName });
  await client.connect();
  try {
    const sql = sqlOf(client);
    // Two servers that prepare one cluster at once would both find a role missing.
    await sql.run('SELECT pg_advisory_lock(7463827)');
    for (const role of Object.values(roles)) {
      const found = await sql.first('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
      if (found === null)
        await sql.run(`CREATE ROLE ${role} NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS`);
    }
    if (serverPassword !== null) {
      await sql.run(`ALTER ROLE ${roles.server} LOGIN PASSWORD ${pg.escapeLiteral(serverPassword)}`);
    }
    for (const role of [roles.owner, roles.definer, roles.backup]) {
      await sql.run(`GRANT ${role} TO CURRENT_USER`);
    }
    // A function is handed over by a member of the role that it is handed to. The owner does not inherit: it stays behind the wall.
    await sql.run(`GRANT ${roles.definer} TO ${roles.owner}`);
    const database = await sql.first<{ name: string }>('SELECT current_database() AS name');
    const name = pg.escapeIdentifier(database?.name ?? '');
    await sql.run(`GRANT CREATE, CONNECT, TEMPORARY ON DATABASE ${name} TO ${roles.owner}`);
    await sql.run(`GRANT CONNECT ON DATABASE ${name} TO ${roles.server}, ${roles.backup}`);
    await sql.run(`REVOKE TEMPORARY ON DATABASE ${name} FROM PUBLIC`);
    await sql.run('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  } catch (error) {
    throw new ServerError(
      'UNAVAILABLE',
      'The roles of the database could not be made. Nothing else was changed. Use a database user that owns the database and has CREATEROLE.',
      { sqlState: sqlStateOf(error) },
      error,
    );
  } finally {
    await client.end();
  }
}

function sqlStateOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null;
}

/** The address of the same database for another user. */
export function urlAs(url: string, user: string, password: string): string {
  const made = new URL(url);
  made.username = encodeURIComponent(user);
  made.password = encodeURIComponent(password);
  return made.href;
}
