/** Words of the inbox: what waits for a person's word. */
export const inboxWords = {
  title: 'Inbox',
  parts: 'Parts of the inbox',
  waiting: (count: number) =>
    count === 0
      ? 'Nothing waits for you.'
      : `${count === 1 ? '1 decision waits' : `${count} decisions wait`} for you. Nothing is blocked.`,
  conflicts: 'Conflicts',
  noConflicts: 'No conflict.',
  noConflictsHint: 'Where two laptops write the same field at the same time, both versions stand here.',
  base: 'Before',
  mine: 'Shown now',
  theirs: (by: string) => (by === '' ? 'The other version' : `By ${by}`),
  keepMine: 'Keep what is shown',
  takeTheirs: 'Take the other',
  merge: 'Merge',
  merged: 'Merged version',
  select: (name: string) => `Select the conflict on ${name}`,
  selected: (count: number) => (count === 1 ? '1 selected' : `${count} selected`),
  decided: (count: number) => (count === 1 ? 'Decided 1 conflict.' : `Decided ${count} conflicts.`),
  refused: 'Not taken',
  noRefused: 'The server took everything.',
  noRefusedHint: 'What it refuses stands here with its reason, and is never thrown away without your word.',
  retry: 'Send again',
  keep: 'Keep on this laptop',
  discard: 'Discard',
  settled: (count: number) => (count === 1 ? 'Settled 1 change.' : `Settled ${count} changes.`),
} as const;
