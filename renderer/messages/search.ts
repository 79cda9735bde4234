/** Words of searches that are kept, and of filters. */
export const savedWords = {
  title: 'Saved, kept current',
  none: 'Ctrl S keeps a search here, with its count.',
  keep: 'Keep this search',
  keepTitle: 'Keep as a live view',
  update: (name: string) => `Update “${name}”`,
  rename: 'Rename',
  remove: 'Move to trash',
  removed: (name: string) => `Moved “${name}” to the trash.`,
  more: (name: string) => `Verbs of “${name}”`,
  countMeans: 'Documents that hold every word',
  filters: 'Filters',
  sort: 'Order',
  sorts: { relevance: 'Best first', newest: 'Newest first', oldest: 'Oldest first', title: 'By title' },
  fresh: (count: number) => (count === 1 ? '1 new document, show' : `${count} new documents, show`),
  changed: 'Documents left, show again',
  documents: (count: number) => (count === 1 ? '1 document' : `${count} documents`),
} as const;

/** Words of the preview beside the results. */
export const previewWords = {
  title: 'Preview',
  place: (at: number, of: number) => `${at} of ${of}`,
  beside: 'Open beside',
  open: 'Open',
} as const;
