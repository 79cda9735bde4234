import type { Rectangle } from '../../../db/catalogue/anchor.ts';
import { addressOf } from '../addresses.ts';
import type { ExportedMark } from './marks.ts';

/** A mark as it is drawn on one page of a PDF. */
export interface PdfMark {
  /** The annotation's unique name (`NM`): the same mark on the same page has the same name, in every file. */
  readonly name: string;
  readonly subtype: 'Highlight' | 'Square';
  /** Counted from 1. */
  readonly page: number;
  /** Shares of the page as it is shown, from its upper left corner. */
  readonly rectangles: readonly Rectangle[];
  /** Red, green and blue, each between 0 and 1. */
  readonly colour: readonly [number, number, number];
  readonly contents: string;
  readonly author: string;
  /** UTC ISO-8601. */
  readonly at: string;
}

/** Colours of marks on paper; those of the light theme, light enough to be read through. */
const colours: Readonly<Record<string, PdfMark['colour']>> = {
  support: [0.55, 0.85, 0.68],
  contradict: [0.97, 0.66, 0.58],
  question: [1, 0.85, 0.45],
  note: [0.68, 0.8, 0.96],
};

/** Marks with a place on a page; `left` counts those that have none, such as comments on the whole document. */
export function pdfMarks(marks: readonly ExportedMark[]): { placed: PdfMark[]; left: number } {
  const replies = Map.groupBy(marks, ({ replyTo }) => replyTo);
  const own = marks.filter(({ replyTo }) => replyTo === null);
  const placed = own.flatMap((mark) =>
    mark.regions
      .filter(({ rectangles }) => rectangles.length > 0)
      .map(({ page, rectangles }): PdfMark => ({
        name: `${addressOf(mark.entity === 'annotations' ? 'annotation' : 'quote', mark.id)}#${page}`,
        subtype: mark.kind === 'region' ? 'Square' : 'Highlight',
        page,
        rectangles,
        colour: colours[mark.colour] ?? [1, 0.85, 0.45],
        contents: contentsOf(mark, replies.get(mark.id) ?? []),
        author: mark.author ?? '',
        at: mark.createdAt,
      })),
  );
  const left = own.filter(({ regions }) => regions.every(({ rectangles }) => rectangles.length === 0)).length;
  return { placed, left };
}

function contentsOf(mark: ExportedMark, replies: readonly ExportedMark[]): string {
  const { claim, body, tags } = mark;
  const verb = claim?.stance === 'contradicts' ? 'Contradicts' : 'Supports';
  const parts = [
    claim === null || claim.text === null
      ? ''
      : `${claim.stance === null ? 'Cited in' : verb}: ${claim.text}`,
    body ?? '',
    tags.map((tag) => `#${tag}`).join(' '),
    ...replies.map((reply) => `${reply.author ?? 'Reply'}: ${reply.body ?? ''}`),
  ];
  return parts.filter((part) => part !== '').join('\n');
}
