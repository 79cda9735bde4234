/** Words of the inbox: what waits for a person's word. */
export const inboxWords = {
  title: 'Inbox',
  waiting: (count: number) =>
    count === 0
      ? 'Nothing waits for you.'
      : `${count === 1 ? '1 decision waits' : `${count} decisions wait`} for you. Nothing is blocked.`,
  base: 'Before',
  mine: 'Shown now',
  keepMine: 'Keep what is shown',
  takeTheirs: 'Take the other',
  merge: 'Merge',
  merged: 'Merged version',
  select: (name: string) => `Select “${name}”`,
  selectAll: 'Select all of them',
  chooseAlike: (count: number) => `${count} decisions. Choose those that go alike.`,
  selected: (count: number) => (count === 1 ? '1 selected' : `${count} selected`),
  decided: (count: number) => (count === 1 ? '1 is decided.' : `${count} are decided.`),
  retry: 'Send again',
  keep: 'Keep on this laptop',
  discard: 'Discard',
  asking: 'Asking what waits.',
  emptyHint:
    'Where two people write the same field, somebody deletes what you work on, or the server refuses a change, it stands here.',
  needs: 'Needs a decision',
  differ: 'Judgements that differ',
  mergedFor: 'Merged for you',
  mergedLead: 'Others wrote in texts of yours. Nothing is lost and nothing is to be decided.',
  mergedSub: (field: string, people: readonly string[]) =>
    people.length === 0 ? field : `${field}, with ${people.join(', ')}`,
  seen: 'I have seen these',
  atOnce: {
    conflict: (count: number) => `All ${count} conflicts at once`,
    delete: (count: number) => `All ${count} withstood deletes at once`,
    refused: (count: number) => `All ${count} refused changes at once`,
  },
  change: 'Change',
  why: 'Why',
  since: 'Since',
  editedBy: 'Worked on by',
  deletedAt: 'You deleted it',
  place: (at: number, of: number) => `${at} of ${of}`,
  next: 'Next in the inbox',
  previous: 'Previous in the inbox',
  later: 'Decide later',
  you: 'You',
  somebody: 'Somebody',
  conflictLead: (other: string, fields: number) =>
    `${other === '' ? 'Two devices' : `You and ${other}`} wrote ${fields === 1 ? 'one field' : `${fields} fields`} at the same time.`,
  conflictSub: (other: string, fields: number) =>
    `${fields === 1 ? '1 field' : `${fields} fields`}, ${other === '' ? 'by two devices' : `you and ${other}`}`,
  fieldsOf: (name: string) => `Fields of “${name}”`,
  field: 'Field',
  other: 'The other version',
  result: 'Result',
  chooseOne: 'Choose one, or merge',
  mergeOf: (field: string) => `Merge both versions of ${field}`,
  choicesLeft: (left: number) =>
    left === 0
      ? 'All chosen. Nothing is changed before you finish.'
      : `${left === 1 ? '1 choice' : `${left} choices`} left. Nothing is changed before you finish.`,
  finish: 'Finish',
  fieldMine: 'Keep what is shown in the next field',
  fieldTheirs: 'Take the other version in the next field',
  deleteLead: (at: string, by: string) =>
    `You moved this to the trash (${at}). ${by === '' ? 'Somebody' : by} worked on it meanwhile, so it stayed. Nothing was lost.`,
  deleteSub: (by: string) => `You deleted it, ${by === '' ? 'somebody' : by} edited it`,
  deleteAgain: 'Delete it again',
  keepIt: 'Keep it',
  refusedLead: (sentence: string, at: string) => `${sentence} It is kept here since ${at}.`,
  kinds: { rejected: 'Refused', revoked: 'Access was taken', forbidden: 'Kept by a policy' },
  erased: 'A change whose values were purged',
  about: 'What it was about',
  history: 'History',
  historyOf: (name: string) => `History of ${name}`,
  splitLead:
    'A judgement is never overwritten: each stands with a name, and the row shows as contested until people agree.',
  splitSub: (people: number) => `${people} signed positions`,
  positions: 'Positions',
  noReason: 'No reason given',
  changeMine: 'Open it to change mine',
} as const;
