/** Words of the five first steps. */
export const startWords = {
  title: 'From a document to a report',
  done: (taken: number, all: number) => `${taken} of ${all}`,
  isDone: ', done',
  dismiss: 'Hide these steps',
  steps: {
    document: {
      title: 'Add a document',
      hint: 'Drop a file anywhere in this window, or choose one. It stays where you keep it.',
      verb: 'Choose files',
    },
    passage: {
      title: 'Find a passage',
      hint: 'Search by words or by meaning, and open a hit at its place.',
      verb: 'Search',
    },
    quote: {
      title: 'Quote it',
      hint: 'Select words in a document and press Q. The quote keeps the way back to them.',
      verb: 'Open a document',
    },
    claim: {
      title: 'Make a claim',
      hint: 'A sentence that can be right or wrong, with quotes for and against it.',
      verb: 'Go to claims',
    },
    export: {
      title: 'Export the session',
      hint: 'A brief with numbered citations; what may not leave is held back.',
      verb: 'Go to the session',
    },
  },
} as const;
