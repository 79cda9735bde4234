/** Words of marking and quoting in the reader. */
export const markWords = {
  marks: 'Marks',
  none: 'No mark yet. Select a passage to highlight it, or to quote it to a claim.',
  selection: 'The selected passage',
  colours: { support: 'Supports', contradict: 'Contradicts', question: 'Question', note: 'Note' } as Readonly<
    Record<string, string>
  >,
  quote: 'Quote to claim',
  outline: 'Outline',
  beside: 'Beside the document',
  region: 'Mark a region of a page',
  regionOn: (page: number) => `Choose a region of page ${page}: drag, or press two opposite corners`,
  regionOf: (page: number) => `A region of page ${page}`,
  cells: (first: string, last: string) => (first === last ? `Cell ${first}` : `Cells ${first} to ${last}`),
  readAgain: 'Read the file again',
  unchanged: 'This version of the Workbench has read the file already. Nothing was changed.',
  readAgainDone: (moved: number, orphans: number) =>
    `Read again. ${moved === 0 ? 'Every mark stands where it stood' : `${moved} ${moved === 1 ? 'mark stands' : 'marks stand'} elsewhere`}${orphans === 0 ? '.' : `; ${orphans} lost ${orphans === 1 ? 'its' : 'their'} place.`}`,
  documentMore: 'More for this document',
  goToPage: 'Page',
  goTo: 'Go to',
  pagesOf: (pages: number) => `of ${pages}`,
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
