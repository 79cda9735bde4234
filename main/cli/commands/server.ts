import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { examineServer } from '../../../sync/server/commands/doctor.ts';
import { makeInvitation, makeKey, makeTenant, makeUser } from '../../../sync/server/commands/tenants.ts';
import { migrateDown, migrateUp } from '../../../sync/server/database/migrate.ts';
import { prepareRoles } from '../../../sync/server/database/roles.ts';
import { version } from '../../host/version.ts';
import { type Action, type CliContext, done, partly } from '../context.ts';
import type { ServerOptions } from '../server-options.ts';
import { type Answer, say, table } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { serverCare } from './server-care.ts';
import { count, placeOf, shown, withDatabase } from './server-context.ts';

interface StartFlags extends ServerOptions {
  readonly host: string;
  readonly port: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly processes?: string;
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
  readonly project?: string;
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
      const { tenant, name, project } = flags;
      const made = await makeKey(database, { tenant, email, name, scopes, days, project });
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

  doctor: (flags: ServerOptions): Action =>
    withDatabase(flags, async (database) => {
      const health = await examineServer(database);
      const lines = health.ok ? ['All is well.'] : health.problems.map(({ sentence }) => sentence);
      const sizes = health.tables.map(({ name, rows, bytes }) => [name, `${rows} rows`, `${bytes} bytes`]);
      return (health.ok ? done : partly)(health, [...lines, ...table(sizes)]);
    }),

  ...serverCare,
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
  // The edge is half of the server's code, and no other command has to load it.
  const { startServer } = await import('../../../sync/server/commands/start.ts');
  const { jsonLog } = await import('../../../sync/server/http/log.ts');
  const running = await startServer({
    ...placeOf(flags),
    host: flags.host,
    port: count(flags.port, '--port') ?? 0,
    processes: processesOf(flags),
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

const mostProcesses = 16;

/** As many as there are processors, at most four, unless it is said. */
function processesOf(flags: StartFlags): number {
  const given = count(flags.processes, '--processes');
  if (given === undefined) return Math.min(4, availableParallelism());
  if (given >= 1 && given <= mostProcesses) return given;
  throw new UsageError(`--processes is a number from 1 to ${mostProcesses}.`);
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
