import type { Command } from 'commander';
import type { Choose } from './choose.ts';
import {
  type ConnectOptions,
  connectServer,
  decideConflicts,
  listConflicts,
  listInbox,
  settleInbox,
  signOut,
  syncNow,
  syncStatus,
} from './commands/sync.ts';

/** Commands of sync: with which server, what waits, what has to be decided. */
export function defineSyncCommands(program: Command, choose: Choose): void {
  const sync = program.command('sync').description('sync with a server');
  sync
    .command('connect')
    .description('sign in, and enrol the workspace to the person')
    .argument('<url>')
    .option('--email <address>', 'the password is asked for, or read from WORKBENCH_SYNC_PASSWORD')
    .option('--code <code>', 'of the second factor')
    .option('--tenant <name>', 'where one belongs to several organisations')
    .option('--review', 'send nothing before `sync now`: see first what would leave')
    .action(choose('sync connect', (url: string, options: ConnectOptions) => connectServer(url, options)));
  sync.command('status').action(choose('sync status', () => syncStatus()));
  sync
    .command('now')
    .description('one cycle; resolves at its end')
    .action(choose('sync now', () => syncNow()));
  sync.command('sign-out').action(choose('sync sign-out', () => signOut()));
  sync
    .command('inbox')
    .description('what the server did not take')
    .action(choose('sync inbox', () => listInbox()));
  sync
    .command('settle')
    .description('retry, keep or discard items of the inbox')
    .argument('<word>', 'retry, keep or discard')
    .argument('<n...>')
    .action(choose('sync settle', (word: string, items: string[]) => settleInbox(word, items)));
  const conflicts = program.command('conflicts').description('what two laptops wrote at the same time');
  conflicts.command('list').action(choose('conflicts list', () => listConflicts()));
  conflicts
    .command('decide')
    .argument('<take>', 'mine, theirs or merged')
    .argument('<id...>')
    .option('--value <json>', 'for merged')
    .action(
      choose('conflicts decide', (take: string, ids: string[], options: { value?: string }) =>
        decideConflicts(take, ids, options.value),
      ),
    );
}
