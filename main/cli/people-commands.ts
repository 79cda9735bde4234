import type { Command } from 'commander';
import type { Choose } from './choose.ts';
import * as account from './commands/account.ts';
import * as people from './commands/people.ts';

/** Commands of one's account and of the people of the organisation, below `workbench sync`. */
export function definePeopleCommands(sync: Command, choose: Choose): void {
  sync
    .command('accept')
    .description('accept an invitation; the password is asked for, or read from WORKBENCH_SYNC_PASSWORD')
    .argument('<link>')
    .option('--name <name>', 'your name, where you are new')
    .option('--code <code>', 'of the second factor, where you have an account')
    .action(choose('sync accept', account.acceptInvitation));
  sync.command('account').description('who is signed in').action(choose('sync account', account.showAccount));
  sync.command('password').description('change it').action(choose('sync password', account.changePassword));
  sync
    .command('second-factor')
    .description('turn it on, confirm it by a code, turn it off, or make new recovery codes')
    .argument('<word>', 'on, confirm, off or codes')
    .argument('[code]')
    .action(choose('sync second-factor', account.secondFactor));
  defineDevices(sync.command('devices').description('laptops that were signed in'), choose);
  defineKeys(sync.command('keys').description('keys for scripts'), choose);
  defineMembers(sync.command('people').description('the people of the organisation'), choose);
  sync
    .command('audit')
    .description('who changed what about people, access and settings')
    .option('--before <n>', 'older than this number')
    .option('--limit <n>', 'entries at most')
    .action(choose('sync audit', people.readAudit));
}

function defineDevices(devices: Command, choose: Choose): void {
  devices.command('list').action(choose('sync devices list', account.listDevices));
  for (const word of ['sign-out', 'revoke', 'readmit'] as const) {
    devices
      .command(word)
      .argument('<id>')
      .action(choose(`sync devices ${word}`, account.changeDevice(word)));
  }
}

function defineKeys(keys: Command, choose: Choose): void {
  keys.command('list').action(choose('sync keys list', account.listKeys));
  keys
    .command('create')
    .argument('<name>')
    .option('--scopes <list>', 'of read, write and admin', 'read,write')
    .option('--project <id>', 'reaches this project, and nothing else')
    .option('--days <n>', 'good for so long')
    .action(choose('sync keys create', account.createKey));
  keys.command('revoke').argument('<id>').action(choose('sync keys revoke', account.revokeKey));
}

function defineMembers(members: Command, choose: Choose): void {
  members.command('list').action(choose('sync people list', people.listPeople));
  members
    .command('invite')
    .argument('<email>')
    .option('--role <role>', 'in the organisation', 'analyst')
    .action(choose('sync people invite', people.invitePerson));
  members
    .command('withdraw')
    .argument('<id>')
    .action(choose('sync people withdraw', people.withdrawInvitation));
  members
    .command('role')
    .argument('<person>', 'address or id')
    .argument('<role>')
    .action(choose('sync people role', people.changeRole));
  for (const word of ['suspend', 'readmit', 'remove'] as const) {
    members
      .command(word)
      .argument('<person>', 'address or id')
      .action(choose(`sync people ${word}`, people.changePerson(word)));
  }
}
