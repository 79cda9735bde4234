import { z } from 'zod';
import type { PageSelector, Rectangle, TableSelector } from '../../../db/catalogue/anchor.ts';

/** Fragments of a PDF: a page by its number (RFC 8118, which keeps the parameters of RFC 3778). */
const pdfFragments = 'http://tools.ietf.org/rfc/rfc3778';
/** Parts of a picture: rectangles in percent of it (Media Fragments URI 1.0, section 4.2.2). */
const mediaFragments = 'http://www.w3.org/TR/media-frags/';
/** Ranges of cells of a table, rows and columns counted from 1 (RFC 7111). */
const tableFragments = 'http://tools.ietf.org/rfc/rfc7111';

/** A page with the rectangles on it, or a range of cells, as W3C Web Annotation writes them (section 4.2.1). */
export const fragmentSchema = z.object({
  type: z.literal('FragmentSelector'),
  conformsTo: z.string().optional(),
  value: z.string(),
  refinedBy: z
    .array(
      z.object({ type: z.literal('FragmentSelector'), conformsTo: z.string().optional(), value: z.string() }),
    )
    .optional(),
  /** Which of a document's tables is meant, counted from 0; the first where it is not said. */
  'stratmaster:table': z.number().int().min(0).optional(),
});

export type Fragment = z.infer<typeof fragmentSchema>;

/** A page of an anchor as a fragment. Percent with three decimals spell the stored shares exactly. */
export function pageFragment({ page, rectangles }: PageSelector): Fragment {
  const refinedBy = rectangles.map(({ x, y, width, height }) => ({
    type: 'FragmentSelector' as const,
    conformsTo: mediaFragments,
    value: `xywh=percent:${[x, y, width, height].map(percent).join(',')}`,
  }));
  return { type: 'FragmentSelector', conformsTo: pdfFragments, value: `page=${page}`, refinedBy };
}

/** A range of cells of an anchor as a fragment. */
export function tableFragment(range: TableSelector): Fragment {
  const from = `${range.firstRow + 1},${range.firstColumn + 1}`;
  const to = `${range.lastRow + 1},${range.lastColumn + 1}`;
  return {
    type: 'FragmentSelector',
    conformsTo: tableFragments,
    value: `cell=${from}-${to}`,
    'stratmaster:table': range.table,
  };
}

/** The part of an anchor that a fragment names; null for a fragment of another kind. */
export function selectorOf(fragment: Fragment): PageSelector | TableSelector | null {
  const page = /(?:^|&)page=(\d{1,7})(?:&|$)/.exec(fragment.value);
  if (page !== null && Number(page[1]) >= 1) {
    const rectangles = (fragment.refinedBy ?? []).flatMap(({ value }) => rectangleOf(value) ?? []);
    return { type: 'PageSelector', page: Number(page[1]), rectangles };
  }
  const cells = /^cell=(\d{1,9}),(\d{1,9})-(\d{1,9}),(\d{1,9})$/.exec(fragment.value);
  if (cells === null) return null;
  const [firstRow = 0, firstColumn = 0, lastRow = 0, lastColumn = 0] = cells
    .slice(1)
    .map((each) => Math.max(0, Number(each) - 1));
  const table = fragment['stratmaster:table'] ?? 0;
  return { type: 'TableSelector', table, firstRow, lastRow, firstColumn, lastColumn };
}

function rectangleOf(value: string): Rectangle | null {
  const numbers = /^xywh=percent:([\d.]+),([\d.]+),([\d.]+),([\d.]+)$/.exec(value);
  if (numbers === null) return null;
  const [x = 0, y = 0, width = 0, height = 0] = numbers.slice(1).map((each) => share(Number(each)));
  return { x, y, width, height };
}

function percent(part: number): string {
  return String(Math.round(part * 100_000) / 1000);
}

function share(percentage: number): number {
  return Math.min(1, Math.max(0, Math.round(percentage * 1000) / 100_000));
}
