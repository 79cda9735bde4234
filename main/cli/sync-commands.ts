import type { Command } from 'commander';
import type { Choose } from './choose.ts';
import { definePeopleCommands } from './people-commands.ts';
import {
  answerDeletes,
  type ConnectOptions,
  connectServer,
  decideConflicts,
  listConflicts,
  listDeletes,
  listInbox,
  removeCopy,
  settleInbox,
  signOut,
  syncNow,
  syncStatus,
  workOffline,
} from './commands/sync.ts';
import { keepFiles, leaveScopes, listScopes, pinSession, takeScopes } from './commands/sync-scopes.ts';

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
    .option('--browser', 'through the identity provider of the organisation')
    .option('--device <name>', 'what this laptop is called there')
    .option('--review', 'send nothing before `sync now`: see first what would leave')
    .action(choose('sync connect', (url: string, options: ConnectOptions) => connectServer(url, options)));
  sync.command('status').action(choose('sync status', () => syncStatus()));
  sync
    .command('now')
    .description('one cycle; resolves at its end')
    .action(choose('sync now', () => syncNow()));
  sync
    .command('offline')
    .description('send and fetch nothing from now on')
    .action(choose('sync offline', () => workOffline(true)));
  sync.command('online').action(choose('sync online', () => workOffline(false)));
  sync.command('sign-out').action(choose('sync sign-out', () => signOut()));
  sync
    .command('remove-copy')
    .description('sign out, and take the copy off this laptop; says first what only this laptop has')
    .option('--give-up <count>', 'how many changes that only this laptop has are given up for good', Number)
    .action(choose('sync remove-copy', (options: { giveUp?: number }) => removeCopy(options.giveUp)));
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
  defineScopeCommands(sync, choose);
  definePeopleCommands(sync, choose);
  const conflicts = program.command('conflicts').description('what two laptops wrote at the same time');
  conflicts
    .command('deletes')
    .description('what you deleted and somebody worked on meanwhile')
    .action(choose('conflicts deletes', () => listDeletes()));
  conflicts
    .command('answer')
    .description('delete it again, or keep it')
    .argument('<word>', 'delete or keep')
    .argument('<id...>')
    .action(choose('conflicts answer', (word: string, ids: string[]) => answerDeletes(word, ids)));
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

/** What of the server is on this laptop. */
function defineScopeCommands(sync: Command, choose: Choose): void {
  sync
    .command('scopes')
    .description('projects and sessions that there are, and what of them is here')
    .action(choose('sync scopes', () => listScopes()));
  sync
    .command('take')
    .description('take projects or sessions along')
    .argument('[what...]', 'ids or short names')
    .option('--new <yes|no>', 'whether new ones come by themselves')
    .action(choose('sync take', (what: string[], options: { new?: string }) => takeScopes(what, options)));
  sync
    .command('leave')
    .description('take projects or sessions off this laptop, once the server has all of them')
    .argument('<what...>', 'ids or short names')
    .action(choose('sync leave', (what: string[]) => leaveScopes(what)));
  sync
    .command('keep-files')
    .description(
      'how much room there is for files, beside those of pinned sessions; others are fetched when they are opened',
    )
    .argument('<megabytes>', 'a number, or all')
    .action(choose('sync keep-files', (megabytes: string) => keepFiles(megabytes)));
  for (const word of ['pin', 'unpin'] as const) {
    sync
      .command(word)
      .description(word === 'pin' ? 'fetch the files of a session first, and keep them' : 'no longer')
      .argument('<session>', 'id or short name')
      .action(choose(`sync ${word}`, (session: string) => pinSession(session, word === 'pin')));
  }
}
