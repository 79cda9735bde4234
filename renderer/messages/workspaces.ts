/** Words of the list of workspaces, and of settings that came with it. */
export const workspaceWords = {
  title: 'Workspaces',
  add: 'New workspace',
  other: 'Folder of another workspace',
  openOther: 'Open',
  current: 'Open now',
  openNamed: (name: string) => `Workspace: ${name}`,
  encrypted: 'Encrypted',
  plain: 'Not encrypted',
  missing: 'Not found at its place',
  opened: (at: string) => `last opened ${at}`,
  open: 'Switch to it',
  rename: 'Rename',
  renameTitle: 'Rename the workspace',
  name: 'Name',
  trash: 'Move to trash',
  trashTitle: (name: string) => `Move “${name}” to the trash?`,
  trashLead:
    'The whole folder moves to the trash beside it, with every file and backup in it. Nothing is deleted.',
  trashed: (place: string) => `The workspace is in ${place}.`,
  restore: 'Bring it back',
  size: 'Size',
  remember: 'Let this laptop’s key store open it',
  rememberOff: 'Ask for the passphrase each time',
  decrypt: 'Take the encryption away',
  decryptTitle: 'Take the encryption away?',
  decryptLead:
    'Everything in the workspace will be readable by anyone who can read this laptop’s disk. Enter the passphrase to go on.',
  decrypted: 'The workspace is not encrypted any more.',
  trashDays: 'Days that the trash keeps things before it offers to purge them',
  dailyBackup: 'Back up once a day while the Workbench is open',
  endpointTitle: 'Where passages are turned into vectors',
  endpointKinds: {
    laptop: 'On this laptop',
    endpoint: 'At an endpoint',
    off: 'Nowhere: search by words alone',
  },
  endpointUrl: 'Address of an OpenAI-compatible endpoint',
  endpointModel: 'Name of its model',
  endpointKey: 'Its key',
  endpointKeyHint: 'It is written and never shown again.',
  endpointWarning:
    'The words of passages and questions leave this laptop for this endpoint, as far as the privacy settings allow.',
  save: 'Save',
  saved: 'Saved.',
} as const;

const whyRead: Readonly<Record<string, string>> = {
  'workspace-in-use': 'It is open elsewhere, and what is written there from now on is not shown here.',
  'workspace-newer': 'A newer version of the Workbench wrote it.',
  'disk-read-only': 'Its disk or folder cannot be written to.',
  'disk-full': 'Its disk is full.',
};

/** Why a workspace that could not be opened for work may be opened for reading. */
export const readable: ReadonlySet<string> = new Set(Object.keys(whyRead));

/** Words of a workspace that is only read. */
export const readOnlyWords = {
  title: 'Open for reading only.',
  because: (code: string | null) => whyRead[code ?? ''] ?? 'It was opened so.',
  asOf: (at: string) => `It is shown as it stood on ${at}; nothing in it can be changed.`,
  open: 'Open for reading only',
  again: 'Read it anew',
  write: 'Open for work',
} as const;

/** Words of the palette. */
export const paletteWords = {
  groups: {
    verbs: 'Do',
    sessions: 'Sessions',
    kept: 'Saved searches',
    workspaces: 'Workspaces',
    search: 'Search',
    hits: 'Found in the text',
    links: 'Link',
  },
  switchTo: (name: string) => `Switch to “${name}”`,
  searchFor: (words: string) => `Search everything for “${words}”`,
} as const;
