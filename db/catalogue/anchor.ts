import { id, integer, oneOf } from './define.ts';

/**
 * Where a passage stands, said in several ways (W3C Web Annotation Data Model, section 4.2), so that one survives what
 * breaks another. Offsets are UTF-16 code units in the text of the extraction that the row's `extraction_id` names.
 */
export interface Anchor {
  readonly selectors: readonly Selector[];
}

export type Selector = QuoteSelector | PositionSelector | PageSelector | TableSelector;

/** The exact words and some of what stands around them. */
export interface QuoteSelector {
  readonly type: 'TextQuoteSelector';
  readonly exact: string;
  readonly prefix?: string;
  readonly suffix?: string;
}

/** The half-open range of the words in the extracted text. */
export interface PositionSelector {
  readonly type: 'TextPositionSelector';
  readonly start: number;
  readonly end: number;
}

/** A page, counted from 1, and the rectangles on it: fractions of its width and height, from the upper left corner. */
export interface PageSelector {
  readonly type: 'PageSelector';
  readonly page: number;
  readonly rectangles: readonly Rectangle[];
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A range of cells of the table of that number in the document; rows and columns counted from 0, the last included. */
export interface TableSelector {
  readonly type: 'TableSelector';
  readonly table: number;
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

/**
 * Columns of a row with an anchor that say where it stands in the document's latest extraction, so that lists sort by place and
 * orphans are counted without reading texts. Derived: every laptop finds the same place in the same text. `moved` is another
 * place than the one marked, `orphan` none; both are null until the anchor was looked for.
 */
export function location(first: number) {
  return {
    anchor_state: oneOf(first, 'derived', 'internal', ['exact', 'moved', 'orphan']),
    located_in: id(first + 1, 'derived', 'open', { references: 'content_extractions' }),
    located_start: integer(first + 2, 'derived', 'internal', { min: 0 }),
    located_end: integer(first + 3, 'derived', 'internal', { min: 0 }),
    located_page: integer(first + 4, 'derived', 'internal', { min: 1 }),
  } as const;
}
