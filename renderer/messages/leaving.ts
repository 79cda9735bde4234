import type { LeavingRow } from '../../preload/contract/leaving.ts';

export type Decision = LeavingRow['fields'][number]['decision'];

function counted(count: number, thing: string): string {
  return `${count.toLocaleString()} ${thing}${count === 1 ? '' : 's'}`;
}

/** Words of what would leave and of what left. */
export const leavingWords = {
  lead: 'Every field and file that a sync sends, with the rule that decides on it. Asking sends nothing.',
  policy: (version: number | null) =>
    version === null
      ? 'The organisation’s settings are not known yet: your own decide.'
      : `By version ${version} of the organisation’s settings, and your own. The stricter one holds.`,
  which: 'What to look at',
  whiches: [
    { id: 'waiting', title: 'What waits now' },
    { id: 'all', title: 'Everything here' },
  ] as const,
  asking: 'Asking every rule.',
  nothing: 'Nothing waits to be sent.',
  nothingHint: 'What you change stands here until the server has it.',
  sessions: 'Sessions',
  wholeWorkspace: 'All sessions',
  sum: (sessions: number, rows: number, files: number, size: string) =>
    `${counted(sessions, 'session')} with ${counted(rows, 'row')}${files === 0 ? '' : ` and ${counted(files, 'file')}, ${size}`}.`,
  shares: 'Shares of what is here',
  facts: (rows: number, files: number, size: string) =>
    `${counted(rows, 'row')}${files === 0 ? '' : `, ${counted(files, 'file')}, ${size}`}`,
  groups: {
    redact: 'Goes in part',
    withhold: 'Withheld',
    keep_local: 'Stays on this laptop',
    allow: 'Goes as it is',
  } satisfies Record<Decision, string>,
  decisions: {
    redact: 'goes with parts redacted',
    withhold: 'is withheld',
    keep_local: 'stays on this laptop',
    allow: 'goes as it is',
  } satisfies Record<Decision, string>,
  whose: { organisation: 'organisation', own: 'your own setting' },
  file: (name: string, size: string) => `File ${name}${size === '' ? '' : `, ${size}`}`,
  keepHere: 'Keep on this laptop',
  keepHereOf: (title: string) => `Keep “${title}” on this laptop`,
  sendAfterAll: 'Let it be sent',
  sendOf: (title: string) => `Let “${title}” be sent`,
  hide: 'Hide from others…',
  hideValues: 'Hide…',
  hideIn: (name: string) => `Hide values of “${name}” from others`,
  hideTitle: (name: string) => `What others see of ${name}`,
  hideLead:
    'A hidden value stays readable on this laptop alone. On the server, on every other laptop and in their histories a mask takes its place. Whoever has read it or copied it keeps that.',
  hideNothing: 'There is nothing of yours in it that could be hidden by itself.',
  hideValue: 'Hide',
  hideOf: (field: string) => `Hide ${field} from others`,
  showValue: 'Show to others',
  showOf: (field: string) => `Show ${field} to others`,
  isHidden: 'Hidden from others',
  notYours: 'Written by somebody else: only they can hide it.',
  more: 'Show more rows',
  shownRows: (count: number) => `The first ${count.toLocaleString()} rows.`,
  receipts: 'Receipts of what left this laptop',
  receiptsLead: 'One line for each batch and each file, written before it was sent.',
  noReceipts: 'Nothing has left this laptop.',
  noReceiptsHint: 'Each batch of changes and each file that a rule lets out leaves a receipt here.',
  exportReceipts: 'Export as CSV',
  columns: { at: 'When', to: 'To', what: 'What', rule: 'Rule', version: 'Settings' },
  changes: (count: number) => counted(count, 'change'),
  oneFile: 'A file',
} as const;
