import type { AnnotationFormat, SessionFormat } from '../../preload/contract/exports.ts';

interface FormatWords {
  readonly title: string;
  readonly holds: string;
}

/** Words of the export dialog. */
export const exportWords = {
  verb: 'Export…',
  marksVerb: 'Export marks…',
  titleOf: (name: string) => `Export “${name}”`,
  marksTitle: (name: string) => `Export the marks on “${name}”`,
  format: 'Format',
  leaves: 'What would leave',
  reading: 'Looking at what would leave',
  counted: (allowed: number, rows: number) =>
    `${allowed} ${allowed === 1 ? 'value' : 'values'} of ${rows} ${rows === 1 ? 'row' : 'rows'} would leave.`,
  allAllowed: 'The privacy settings keep nothing of it back.',
  kept: (withheld: number, redacted: number) =>
    [
      withheld === 0 ? '' : `${withheld} ${withheld === 1 ? 'value stays' : 'values stay'} here`,
      redacted === 0 ? '' : `${redacted} ${redacted === 1 ? 'is' : 'are'} redacted`,
    ]
      .filter((part) => part !== '')
      .join(', '),
  byRules: 'Rules that decide',
  where: 'Where to',
  toDownloads: (name: string) => `${name}, among the downloads of this browser`,
  toChosen: (name: string) => `${name}, in a folder that you choose next`,
  go: 'Export',
  done: (name: string) => `Exported ${name}.`,
} as const;

/** What each format of a session holds. */
export const sessionFormatWords: Readonly<Record<SessionFormat, FormatWords>> = {
  md: { title: 'Brief, Markdown', holds: 'The question, findings with their quotes, and numbered sources.' },
  pdf: { title: 'Brief, PDF', holds: 'The same, set for print, with citations that lead to their source.' },
  json: { title: 'JSON', holds: 'Everything of the session but its files. It can be imported again.' },
  obsidian: {
    title: 'Folder of notes, Obsidian',
    holds:
      'A note for the session, each claim and each source, as one zip file. Edited notes can be imported again.',
  },
  bibtex: { title: 'BibTeX', holds: 'What the session’s documents are cited by.' },
  ris: { title: 'RIS', holds: 'What the session’s documents are cited by.' },
  'csl-json': { title: 'CSL-JSON', holds: 'What the session’s documents are cited by.' },
};

/** What each format of a document's marks holds. */
export const annotationFormatWords: Readonly<Record<AnnotationFormat, FormatWords>> = {
  pdf: { title: 'PDF with its marks', holds: 'The document, with marks that any reader shows.' },
  md: { title: 'Markdown', holds: 'Quotes, comments and tags, by page or section.' },
  jsonld: {
    title: 'W3C annotations, JSON-LD',
    holds: 'Every mark with its place. It can be imported again.',
  },
};

/** Words of taking back what was exported. */
export const importWords = {
  verb: 'Import an exported file…',
  folder: 'Import a folder of notes…',
  notes: (edited: number, claims: number, links: number) =>
    edited + claims + links === 0
      ? 'The notes say nothing new.'
      : `${edited} edited, ${claims} claims and ${links} links added.`,
  left: (path: string, sentence: string, more: number) =>
    `${path}: ${sentence}${more === 0 ? '' : ` And ${more} more were left out.`}`,
  tooLarge: 'This file is larger than 256 MB. Nothing was changed. Import it by “workbench import”.',
} as const;
