/** Words of backups, and of the key file that opens a workspace. */
export const backupWords = {
  restore: 'Restore…',
  restoreOther: 'Restore from a file…',
  restoreTitle: 'Restore a backup',
  restoreLead:
    'The backup becomes a new workspace in a folder of its own. The one that is open stays as it is. What was purged since then stays purged.',
  file: 'Backup file',
  choose: 'Choose a file',
  into: 'New folder',
  restored: (path: string) => `The backup is a workspace at ${path} now.`,
  openRestored: 'Open it',
} as const;

/** Words of the key file. */
export const keyFileWords = {
  title: 'Key file',
  lead: 'A file with a random secret that opens the workspace without a passphrase: for the command line, or on a stick that you keep elsewhere.',
  make: 'Make a key file…',
  renew: 'Make another key file…',
  remove: 'End the key file',
  made: (path: string) => `The key file is ${path}. An earlier one does not open the workspace any more.`,
  saved:
    'The key file was given to the browser to save. An earlier one does not open the workspace any more.',
  removed: 'The key file does not open this workspace any more.',
  name: (workspace: string) => `${workspace}.key`,
} as const;
