import type { Command } from 'commander';
import type { Choose } from './choose.ts';
import type { Action } from './context.ts';
import type { ServerActions } from './commands/server.ts';

/** Runs an action of the server's module, which no other command has to load. */
function later<K extends keyof ServerActions>(name: K, ...given: Parameters<ServerActions[K]>): Action {
  return async (context) => {
    const { serverActions } = await import('./commands/server.ts');
    const make = serverActions[name] as (...args: Parameters<ServerActions[K]>) => Action;
    return make(...given)(context);
  };
}

/** Commands of who runs a sync server. They work beside a running one. */
export function defineServerCommands(program: Command, choose: Choose): void {
  const server = program.command('server').description('the sync server of a group');
  const command = (name: string, description: string): Command =>
    server
      .command(name)
      .description(description)
      .option('--data <dir>', "the server's data folder")
      .option('--database-url <url>', 'a PostgreSQL from version 15 on, in place of the packaged one');
  const choosing = <K extends keyof ServerActions>(name: K) =>
    choose(`server ${name}`, (...given: Parameters<ServerActions[K]>) => later(name, ...given));

  command('start', 'run the server until it is asked to end')
    .option('--host <address>', 'address to listen at', '127.0.0.1')
    .option('--port <n>', 'port to listen at', '7070')
    .option('--processes <n>', 'how many answer requests; as many as processors, at most 4, unless given')
    .option('--tls-cert <file>', 'certificate in PEM')
    .option('--tls-key <file>', 'its key in PEM')
    .option('--trust-proxy', 'take addresses from X-Forwarded-For')
    .option(
      '--oidc-issuer <url>',
      'OpenID Connect issuer; its client from WORKBENCH_OIDC_CLIENT_ID and _SECRET',
    )
    .option('--public-url <url>', "the server's address as browsers see it")
    .action(choosing('start'));
  command('create-tenant', 'make an organisation')
    .argument('<name>')
    .option('--slug <slug>', 'short name; made from the name unless given')
    .option('--max-users <n>')
    .action(choosing('create-tenant'));
  command('create-user', 'add a person to an organisation')
    .argument('<email>')
    .requiredOption('--tenant <slug>')
    .option('--role <role>', 'owner, admin, analyst, viewer or api_client', 'analyst')
    .option('--name <name>')
    .option('--password-file <file>', 'a password is made and shown unless one is given')
    .option('--no-password', 'signs in through the issuer only')
    .action(choosing('create-user'));
  command('create-key', 'make a key for a person')
    .argument('<email>')
    .requiredOption('--tenant <slug>')
    .option('--name <name>', 'what the key is for', 'key')
    .option('--scopes <list>', 'read, write and admin, with commas', 'read,write')
    .option('--days <n>', 'days until it ends')
    .option('--project <id>', 'a key of this project, which reaches no further')
    .action(choosing('create-key'));
  command('invite', 'invite somebody by a token that is good for a week')
    .argument('<email>')
    .requiredOption('--tenant <slug>')
    .option('--role <role>', 'owner, admin, analyst, viewer or api_client', 'analyst')
    .action(choosing('invite'));
  command('migrate', 'bring the database to this version').action(choosing('migrate'));
  command('rollback', 'take the newest steps of the database back')
    .option('--steps <n>', 'how many', '1')
    .action(choosing('rollback'));
  command('backup', 'write everything into one file while the server runs')
    .option('--out <file>', "in the data folder's backups unless given")
    .option('--key-file <file>', 'encrypt with this key file')
    .option('--passphrase', 'encrypt with a passphrase: asked for, or in WORKBENCH_BACKUP_PASSPHRASE')
    .action(choosing('backup'));
  server
    .command('backup-key')
    .description('make a key file for backups')
    .argument('<file>')
    .action(choosing('backup-key'));
  server
    .command('verify-backup')
    .description('read a backup to its end')
    .argument('<file>')
    .option('--key-file <file>')
    .option('--passphrase')
    .action(choosing('verify-backup'));
  command('restore', 'put a backup into an empty database')
    .argument('<file>')
    .option('--replace', 'put the packaged database that is there aside first')
    .option('--key-file <file>', 'of an encrypted backup')
    .option('--passphrase', 'of an encrypted backup')
    .action(choosing('restore'));
  command(
    'collect',
    'forget what no laptop has to be told any more; a running server does it every day',
  ).action(choosing('collect'));
  command('doctor', 'look at everything that can be looked at').action(choosing('doctor'));
  const retention = server
    .command('retention')
    .description('rows that are older than the settings keep them');
  for (const [name, description] of [
    ['show', 'what is due; nothing is changed'],
    ['run', 'purge what is due; the server does so every hour'],
  ] as const) {
    retention
      .command(name)
      .description(description)
      .requiredOption('--tenant <slug>')
      .option('--data <dir>', "the server's data folder")
      .option('--database-url <url>')
      .action(choosing(`retention ${name}`));
  }
  const policy = server.command('policy').description('privacy settings of an organisation');
  const policyCommand = (name: string, description: string): Command =>
    policy
      .command(name)
      .description(description)
      .requiredOption('--tenant <slug>')
      .option('--data <dir>', "the server's data folder")
      .option('--database-url <url>');
  policyCommand('get', 'show the settings').action(choosing('policy get'));
  policyCommand('set', 'put settings in the place of the old')
    .argument('<file>', 'a file of JSON, or - for standard input')
    .action(choosing('policy set'));
  policyCommand('explain', 'what would become of values, and by which rule')
    .requiredOption('--to <destination>')
    .option('--class <class>', 'open, internal, content or personal')
    .option('--level <level>', 'public, partner, internal or restricted')
    .action(choosing('policy explain'));
}
