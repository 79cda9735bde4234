import type { SyncScope } from '../../preload/contract/sync.ts';

/** Words of choosing what of the server is on this laptop. */
export const takenWords = {
  lead: 'What you take along is here without a network. What you let go leaves this laptop once the server has all of it, and stays there.',
  everything: 'Take along what is new in projects that I am in',
  columns: {
    name: 'Project or session',
    state: 'On this laptop',
    rows: 'Rows',
    unsent: 'To send',
    pin: 'Files first',
  },
  files: 'Room for files on this laptop',
  filesHint:
    'What was not used for longest makes room first, and is fetched again when it is opened. Words and marks are always here.',
  allFiles: 'As much as there is',
  noFiles: 'Only of sessions whose files come first',
  take: (name: string) => `Take “${name}” along`,
  pin: (name: string) => `Fetch the files of “${name}” first, and keep them`,
  unnamed: 'A session whose name is hidden from you',
  states: {
    here: 'here',
    coming: 'coming',
    leaving: 'leaving',
    offered: 'on the server only',
    'only-here': 'only here until the first sync',
  } satisfies Record<SyncScope['state'], string>,
  holding: {
    unsent: 'leaves once its changes are sent',
    'only-here': 'stays: a policy keeps values of it on this laptop alone',
  } satisfies Record<NonNullable<SyncScope['holding']>, string>,
  open: 'open to the organisation',
  access: { read: 'you may read', review: 'you may review', write: '' } satisfies Record<
    SyncScope['access'],
    string
  >,
  personal: 'the workspace’s own project, always here',
  noProject: 'Sessions without a project',
  nothing: 'The server offers nothing yet.',
  nothingHint: 'Projects and sessions stand here as soon as somebody shares one with you.',
  asking: 'Asking what there is.',
} as const;
