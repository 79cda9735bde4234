const operations: Readonly<Record<string, string>> = {
  insert: 'Added',
  update: 'Changed',
  delete: 'Moved to the trash',
  restore: 'Taken out of the trash',
  dismiss: 'Dismissed another version',
  purge: 'Purged',
};

const origins: Readonly<Record<string, string>> = {
  undo: 'by undo',
  import: 'from an import',
  migration: 'by a new version of the Workbench',
};

/** Words of a row's history. */
export const historyWords = {
  title: (name: string) => `History of ${name}`,
  verb: 'Show history',
  empty: 'Nothing is known of how this came to be.',
  what: (operation: string) => operations[operation] ?? operation,
  /** How and on which device a step was made: `by undo, on Ada’s laptop`; empty for what was simply done here. */
  where: ({ origin, here, device }: { origin: string; here: boolean; device: string | null }) => {
    const place = here ? '' : device === null || device === '' ? 'on another device' : `on ${device}`;
    return [origins[origin] ?? '', place].filter((part) => part !== '').join(', ');
  },
  fields: (count: number) => (count === 1 ? '1 field' : `${count} fields`),
  /** A column's name as people read it. */
  field: (column: string) => {
    const words = column.replaceAll('_', ' ').replace(/ (id|at)$/, '');
    return words.charAt(0).toUpperCase() + words.slice(1);
  },
  nothing: 'nothing',
  text: 'the text',
  reference: 'a link',
  was: 'was',
} as const;
