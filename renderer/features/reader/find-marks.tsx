import type { Passage } from './passage.ts';

interface PageOfText extends Passage {
  readonly page: number;
}

/** Marks beyond this many would cover the bar, and are one of several on the same line of pixels anyway. */
const mostMarks = 400;

/**
 * Where a place of the text stands along a document, 0 to 1: by its page and its share of that page, as pages are of one height
 * and hold unlike numbers of words; by its share of the text where there are no pages.
 */
export function shareOf(offset: number, length: number, pages: readonly PageOfText[]): number {
  const at = pages.findLastIndex(({ start }) => start <= offset);
  const page = pages[at];
  if (page === undefined) return length === 0 ? 0 : Math.min(1, offset / length);
  const within = Math.min(1, (offset - page.start) / Math.max(1, page.end - page.start));
  return (at + within) / pages.length;
}

/** Every match as a line beside the scrollbar; the one that is shown stands out. The count says the same in words. */
export function FindMarks({
  matches,
  at,
  length,
  pages,
}: {
  matches: readonly Passage[];
  at: number;
  length: number;
  pages: readonly PageOfText[];
}) {
  const every = Math.max(1, Math.ceil(matches.length / mostMarks));
  return (
    <div className="find-marks" aria-hidden>
      {matches.map((match, index) =>
        index % every === 0 || index === at ? (
          <span
            key={match.start}
            className={index === at ? 'find-mark current' : 'find-mark'}
            style={{ top: `${shareOf(match.start, length, pages) * 100}%` }}
          />
        ) : null,
      )}
    </div>
  );
}
