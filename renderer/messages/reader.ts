/** Words of marking and quoting in the reader. */
export const markWords = {
  marks: 'Marks',
  none: 'No mark yet. Select a passage to highlight it, or to quote it to a claim.',
  selection: 'The selected passage',
  colours: { support: 'Supports', contradict: 'Contradicts', question: 'Question', note: 'Note' } as Readonly<
    Record<string, string>
  >,
  quote: 'Quote to claim',
  comment: 'Comment',
  commentAdd: 'Add comment',
  remove: 'Remove this mark',
  more: 'More for this mark',
  ofClaim: (label: string) => `Quote of ${label}`,
  orphans: (count: number) =>
    count === 1
      ? '1 quote lost its place when the text was read again.'
      : `${count} quotes lost their place when the text was read again.`,
  notFound: 'This passage could not be found in the text that was read from the page. Select a little less.',
} as const;

/** Words of a captured page beside its clean text. */
export const snapshotWords = {
  view: 'Shown as',
  views: [
    { id: 'text', title: 'Clean text' },
    { id: 'page', title: 'Page' },
  ],
  page: 'The page as it was captured',
} as const;

/** Words of finding in the open document. */
export const findWords = {
  field: 'Find in this document',
  previous: 'Previous match',
  next: 'Next match',
  close: 'Close the find field',
  place: (at: number, count: number) => (count === 0 ? 'Not found' : `${at} of ${count}`),
} as const;
