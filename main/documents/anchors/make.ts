import type { Anchor, PageSelector } from '../../../db/catalogue/anchor.ts';
import type { PageGeometry } from '../../capture/extract/types.ts';
import { passageRectangles } from '../geometry.ts';
import type { Passage } from './resolve.ts';

/** Characters of context on each side that an anchor keeps. */
const contextLength = 64;

/** The anchor of a passage: its words with their neighbours, its place, and where it stands on its pages. */
export function anchorAt(
  text: string,
  { start, end }: Passage,
  geometry: readonly PageGeometry[] = [],
): Anchor {
  return {
    selectors: [
      {
        type: 'TextQuoteSelector',
        exact: text.slice(start, end),
        prefix: wellFormed(text.slice(Math.max(0, start - contextLength), start)),
        suffix: wellFormed(text.slice(end, end + contextLength)),
      },
      { type: 'TextPositionSelector', start, end },
      ...pageSelectors(geometry, start, end),
    ],
  };
}

/** Context may begin or end within a surrogate pair; the lone half is left out. */
function wellFormed(text: string): string {
  return text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/gu, '');
}

/** Where a passage stands on its pages: one selector for each page, as shares of its size. */
export function pageSelectors(geometry: readonly PageGeometry[], start: number, end: number): PageSelector[] {
  const sizes = new Map(geometry.map((page) => [page.page, page]));
  const byPage = Map.groupBy(passageRectangles(geometry, start, end), ({ page }) => page);
  return [...byPage].map(([page, rectangles]) => {
    const { width = 1, height = 1 } = sizes.get(page) ?? {};
    return {
      type: 'PageSelector',
      page,
      rectangles: rectangles.map((each) => ({
        x: share(each.x, width),
        y: share(each.y, height),
        width: share(each.width, width),
        height: share(each.height, height),
      })),
    };
  });
}

function share(part: number, whole: number): number {
  return Math.min(1, Math.max(0, Math.round((part / whole) * 100_000) / 100_000));
}
