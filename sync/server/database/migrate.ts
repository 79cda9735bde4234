import type { Kysely } from 'kysely';
import type { Migration, MigrationResultSet, Migrator } from 'kysely/migration';
import { migrations } from '../../../db/central/migrations/registry.ts';
import { ServerError } from '../errors.ts';
import { openPool } from './pool.ts';
import { roles } from './roles.ts';

/** Oldest PostgreSQL that is served, as `server_version_num`. */
const oldestServer = 150_000;

/** One step of the schema, and whether this database has it. */
export interface MigrationState {
  readonly name: string;
  readonly appliedAt: string | null;
}

/** Applies every missing step in order, all of them in one transaction. Answers with the names of what was done. */
export function migrateUp(adminUrl: string): Promise<string[]> {
  return withMigrator(adminUrl, (migrator) => migrator.migrateToLatest());
}

/** Applies the steps up to one that is named, to a database that has fewer. */
export function migrateUpTo(adminUrl: string, name: string): Promise<string[]> {
  return withMigrator(adminUrl, (migrator) => migrator.migrateTo(name));
}

/** Takes the newest `steps` back, newest first. Answers with the names of what was undone. */
export async function migrateDown(adminUrl: string, steps = 1): Promise<string[]> {
  const undone: string[] = [];
  for (let step = 0; step < steps; step += 1) {
    const names = await withMigrator(adminUrl, (migrator) => migrator.migrateDown());
    if (names.length === 0) break;
    undone.push(...names);
  }
  return undone;
}

/** Every step in order, with the time it was applied to this database. */
export async function migrationStates(adminUrl: string): Promise<MigrationState[]> {
  return withKysely(adminUrl, async (migrator) =>
    (await migrator.getMigrations()).map(({ name, executedAt }) => ({
      name,
      appliedAt: executedAt?.toISOString() ?? null,
    })),
  );
}

async function withMigrator(
  adminUrl: string,
  work: (migrator: Migrator) => Promise<MigrationResultSet>,
): Promise<string[]> {
  const { error, results } = await withKysely(adminUrl, work);
  if (error !== undefined) {
    const failed = results?.find(({ status }) => status === 'Error')?.migrationName ?? null;
    throw new ServerError(
      'UNAVAILABLE',
      'The database was not brought to this version. It is as it was before. The cause stands in the log.',
      { migration: failed },
      error,
    );
  }
  return (results ?? [])
    .filter(({ status }) => status === 'Success')
    .map(({ migrationName }) => migrationName);
}

async function withKysely<T>(adminUrl: string, work: (migrator: Migrator) => Promise<T>): Promise<T> {
  // Two hundred and fifty modules that no other command of the server has to load.
  const { Kysely, PostgresDialect, sql } = await import('kysely');
  const { Migrator } = await import('kysely/migration');
  const run = async (db: Kysely<unknown>, statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  };
  const pool = openPool({ url: adminUrl, max: 2, role: roles.owner });
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await refuseOldServer(pool);
    return await work(
      new Migrator({
        db,
        provider: { getMigrations: () => Promise.resolve(stepsBy(run)) },
        migrationTableSchema: 'migration',
      }),
    );
  } finally {
    await db.destroy();
  }
}

/** Every step for the migrator; `run` sends its statements one after the other. */
function stepsBy(
  run: (db: Kysely<unknown>, statements: readonly string[]) => Promise<void>,
): Record<string, Migration> {
  return Object.fromEntries(
    migrations.map(({ name, up, down }) => [name, { up: (db) => run(db, up), down: (db) => run(db, down) }]),
  );
}

async function refuseOldServer(pool: ReturnType<typeof openPool>): Promise<void> {
  const shown = await pool.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int AS version",
  );
  const version = shown.rows[0]?.version ?? 0;
  if (version >= oldestServer) return;
  throw new ServerError(
    'UNAVAILABLE',
    'This PostgreSQL is older than version 15. Nothing was changed. Use version 15 or newer.',
    { version },
  );
}
