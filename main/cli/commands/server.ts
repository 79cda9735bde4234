import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { text as streamText } from 'node:stream/consumers';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { createBackup } from '../../../sync/server/commands/backup/create.ts';
import { restoreBackup } from '../../../sync/server/commands/backup/restore.ts';
import { examineServer } from '../../../sync/server/commands/doctor.ts';
import { explainPolicy, getPolicy, setPolicy } from '../../../sync/server/commands/policy.ts';
import { startServer } from '../../../sync/server/commands/start.ts';
import { makeInvitation, makeKey, makeTenant, makeUser } from '../../../sync/server/commands/tenants.ts';
import { defaultDataFolder } from '../../../sync/server/data-folder.ts';
import { migrateDown, migrateUp } from '../../../sync/server/database/migrate.ts';
import { prepareRoles } from '../../../sync/server/database/roles.ts';
import { ServerError, type ServerErrorCode } from '../../../sync/server/errors.ts';
import { jsonLog } from '../../../sync/server/http/log.ts';
import { type OpenDatabase, openDatabase, type Place } from '../../../sync/server/open-database.ts';
import { version } from '../../host/version.ts';
import { type Action, type CliContext, done, partly } from '../context.ts';
import type { ServerOptions } from '../server-options.ts';
import { type Answer, say, table } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';

interface StartFlags extends ServerOptions {
  readonly host: string;
  readonly port: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly trustProxy?: boolean;
  readonly oidcIssuer?: string;
  readonly publicUrl?: string;
}

interface UserFlags extends ServerOptions {
  readonly tenant: string;
  readonly role: string;
  readonly name?: string;
  readonly passwordFile?: string;
  readonly password: boolean;
}

interface KeyFlags extends ServerOptions {
  readonly tenant: string;
  readonly name: string;
  readonly scopes: string;
  readonly days?: string;
}

interface PolicyFlags extends ServerOptions {
  readonly tenant: string;
  readonly to: string;
  readonly class?: string;
  readonly level?: string;
}

/** Every command below `workbench server`, by the words that it is called with. */
export const serverActions = {
  start: (flags: StartFlags): Action => shown((context) => start(flags, context)),

  'create-tenant': (name: string, flags: ServerOptions & { slug?: string; maxUsers?: string }): Action =>
    withDatabase(flags, async (database) => {
      const maxUsers = count(flags.maxUsers, '--max-users');
      const made = await makeTenant(database, { name, slug: flags.slug, maxUsers });
      return done(made, [`The organisation "${name}" is there. Its short name is ${made.slug}.`]);
    }),

  'create-user': (email: string, flags: UserFlags): Action =>
    withDatabase(flags, async (database) => {
      const given = flags.passwordFile === undefined ? undefined : await readFile(flags.passwordFile, 'utf8');
      const made = await makeUser(database, {
        tenant: flags.tenant,
        email,
        role: flags.role,
        fullName: flags.name,
        password: given?.trim(),
        withoutPassword: !flags.password,
      });
      const lines = [`${email} is a member of ${flags.tenant}.`];
      if (made.password !== null) lines.push('Password, shown this once:', made.password);
      return done(made, lines);
    }),

  'create-key': (email: string, flags: KeyFlags): Action =>
    withDatabase(flags, async (database) => {
      const scopes = flags.scopes.split(',');
      const days = count(flags.days, '--days');
      const made = await makeKey(database, { tenant: flags.tenant, email, name: flags.name, scopes, days });
      return done(made, ['Key, shown this once:', made.key]);
    }),

  invite: (email: string, flags: ServerOptions & { tenant: string; role: string }): Action =>
    withDatabase(flags, async (database) => {
      const made = await makeInvitation(database, { tenant: flags.tenant, email, role: flags.role });
      return done(made, [`Token for ${email}, shown this once, good until ${made.expiresAt}:`, made.token]);
    }),

  migrate: (flags: ServerOptions): Action =>
    withDatabase(flags, async ({ adminUrl, folder }) => {
      await prepareRoles(adminUrl, folder.secrets.server);
      const applied = await migrateUp(adminUrl);
      return done({ applied }, applied.length === 0 ? ['The database is of this version.'] : applied);
    }),

  rollback: (flags: ServerOptions & { steps: string }): Action =>
    withDatabase(flags, async ({ adminUrl }) => {
      const undone = await migrateDown(adminUrl, count(flags.steps, '--steps') ?? 1);
      return done({ undone }, undone.length === 0 ? ['There was nothing to take back.'] : undone);
    }),

  backup: (flags: ServerOptions & { out?: string }): Action =>
    withDatabase(flags, async (database) => {
      const at = new Date().toISOString().replaceAll(/[:.]/g, '-');
      const file = resolve(flags.out ?? join(database.folder.path, 'backups', `server-${at}.backup`));
      await mkdir(dirname(file), { recursive: true });
      const made = await createBackup(database, file);
      return done(made, [`${made.file} (${made.rows} rows, ${made.bytes} bytes), read again and whole.`]);
    }),

  restore: (file: string, flags: ServerOptions & { replace?: boolean }): Action =>
    shown(async () => {
      const made = await restoreBackup(placeOf(flags), resolve(file), { replace: flags.replace === true });
      const lines = [`The state of ${made.at} is back: ${made.rows} rows, ${made.purged} purged again.`];
      if (made.kept !== null) lines.push(`The database that was there is kept in ${made.kept}.`);
      return done(made, lines);
    }),

  doctor: (flags: ServerOptions): Action =>
    withDatabase(flags, async (database) => {
      const health = await examineServer(database);
      const lines = health.ok ? ['All is well.'] : health.problems.map(({ sentence }) => sentence);
      const sizes = health.tables.map(({ name, rows, bytes }) => [name, `${rows} rows`, `${bytes} bytes`]);
      return (health.ok ? done : partly)(health, [...lines, ...table(sizes)]);
    }),

  'policy get': (flags: ServerOptions & { tenant: string }): Action =>
    withDatabase(flags, async (database) => {
      const policy = await getPolicy(database, flags.tenant);
      return done(policy, [JSON.stringify(policy.settings, null, 2)]);
    }),

  'policy set': (file: string, flags: ServerOptions & { tenant: string }): Action =>
    withDatabase(flags, async (database) => {
      const text = file === '-' ? await streamText(process.stdin) : await readFile(file, 'utf8');
      const made = await setPolicy(database, flags.tenant, parseJson(text));
      return done(made, [made.sentence]);
    }),

  'policy explain': (flags: PolicyFlags): Action =>
    withDatabase(flags, async (database) => {
      const rulings = await explainPolicy(database, flags.tenant, flags);
      const rows = rulings.map((each) => [each.class, each.level, each.decision, each.rule, each.reason]);
      return done({ rulings }, table(rows));
    }),
} as const;

export type ServerActions = typeof serverActions;

async function start(flags: StartFlags, context: CliContext): Promise<Answer> {
  if ((flags.tlsCert === undefined) !== (flags.tlsKey === undefined)) {
    throw new UsageError('--tls-cert and --tls-key go together.');
  }
  const isLocal = ['127.0.0.1', '::1', 'localhost'].includes(flags.host);
  if (!isLocal && flags.tlsCert === undefined && flags.trustProxy !== true) {
    say(
      'Without --tls-cert passwords and data cross the network in the clear. Use it, or a proxy that does.',
    );
  }
  const running = await startServer({
    ...placeOf(flags),
    host: flags.host,
    port: count(flags.port, '--port') ?? 0,
    version,
    log: jsonLog((line) => void process.stderr.write(line)),
    trustProxy: flags.trustProxy === true,
    tls:
      flags.tlsCert === undefined || flags.tlsKey === undefined
        ? undefined
        : { certFile: flags.tlsCert, keyFile: flags.tlsKey },
    oidc: oidcOf(flags),
  });
  await context.stream(
    context.options.json === true ? JSON.stringify({ url: running.url }) : howToConnect(running.url),
  );
  await context.ended();
  await running.close();
  return done(undefined);
}

function howToConnect(url: string): string {
  return [
    `The server listens at ${url}`,
    'To connect a laptop:',
    '  workbench server create-tenant "Your organisation"',
    '  workbench server create-user you@example.org --tenant your-organisation --role owner',
    `then in the Workbench: Sync (the keys g y), ${url}`,
  ].join('\n');
}

function oidcOf(flags: StartFlags) {
  if (flags.oidcIssuer === undefined) return undefined;
  const clientId = process.env['WORKBENCH_OIDC_CLIENT_ID'];
  const clientSecret = process.env['WORKBENCH_OIDC_CLIENT_SECRET'];
  if (clientId === undefined || clientSecret === undefined || flags.publicUrl === undefined) {
    throw new UsageError(
      '--oidc-issuer needs --public-url, and WORKBENCH_OIDC_CLIENT_ID and WORKBENCH_OIDC_CLIENT_SECRET in the environment.',
    );
  }
  return { issuer: flags.oidcIssuer, clientId, clientSecret, publicUrl: flags.publicUrl };
}

/** Opens the database for one command, and closes it whatever came of it. */
function withDatabase(flags: ServerOptions, work: (database: OpenDatabase) => Promise<Answer>): Action {
  return shown(async () => {
    const database = await openDatabase(placeOf(flags));
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  });
}

const cliCodes: Partial<Record<ServerErrorCode, ConstructorParameters<typeof WorkbenchError>[0]>> = {
  BAD_REQUEST: 'invalid-input',
  NOT_FOUND: 'not-found',
  FORBIDDEN: 'not-allowed',
  CONFLICT: 'not-allowed',
  QUOTA: 'not-allowed',
  UNAVAILABLE: 'offline',
  BUSY: 'busy',
};

/** The server's errors in the command line's words. */
function shown(work: (context: CliContext) => Promise<Answer>): Action {
  return async (context) => {
    try {
      return await work(context);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const code = cliCodes[error.code];
      if (code === undefined) throw error;
      throw new WorkbenchError(code, error.message, error.details, error.cause);
    }
  };
}

function placeOf(flags: ServerOptions): Place {
  const databaseUrl = flags.databaseUrl ?? process.env['WORKBENCH_DATABASE_URL'];
  return { data: resolve(flags.data ?? defaultDataFolder()), databaseUrl };
}

function count(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError(`${option} is a number.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WorkbenchError('invalid-input', 'This is not JSON. Nothing was changed.');
  }
}
