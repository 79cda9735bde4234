import type { Anchor } from '../../../db/catalogue/anchor.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { decodeGeometry } from '../geometry.ts';
import { textOf } from '../read.ts';
import { anchorAt } from './make.ts';
import { findWords, type Passage } from './resolve.ts';

/** The passage that somebody means: by its place, by its words, or by both where the words stand in several places. */
export interface QuoteRequest {
  readonly evidenceId: Id;
  readonly quote?: string | undefined;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

/** A quote as it is stored: the words as they stand in the source, never as they were asked for. */
export interface Quote {
  readonly quote: string;
  readonly anchor: Anchor;
  readonly extractionId: Id;
  readonly place: Passage;
}

/** Longest passage that can be quoted, in UTF-16 code units: some ten pages. */
const longestQuote = 20_000;

/**
 * Takes a quote from a document. Throws `invalid-input` where the document has no such words, where they stand in several places
 * and no place is named, and where the place is not in the text: nothing can be cited that the source does not say.
 */
export function takeQuote(db: ReadableDb, blobs: BlobStore | null, request: QuoteRequest): Quote {
  const evidence = getRow(db, 'evidence', request.evidenceId);
  if (evidence === undefined || evidence._deleted)
    throw refused('This document is not there, or is in the trash.');
  const extractionId = evidence.extraction_id;
  if (extractionId === null)
    throw refused('No text could be read from this document, so it cannot be quoted.');
  const text = textOf(db, extractionId);
  const place = placeIn(text, request);
  if (place.end - place.start > longestQuote) throw refused('A quote has at most 20,000 characters.');
  const hash = getRow(db, 'content_extractions', extractionId)?.geometry_hash ?? null;
  const geometry = hash === null || blobs === null ? [] : decodeGeometry(blobs.read(hash));
  const anchor = anchorAt(text, place, geometry);
  return { quote: text.slice(place.start, place.end), anchor, extractionId, place };
}

function placeIn(text: string, { quote, start, end }: QuoteRequest): Passage {
  const hasPlace = start !== undefined && end !== undefined;
  if (quote === undefined) {
    if (!hasPlace) throw refused('A quote needs its words, or its start and end.');
    if (start < 0 || end > text.length || text.slice(start, end).trim() === '') {
      throw refused('There is no text at this place of the document.');
    }
    return wholeCharacters(text, { start, end });
  }
  const found = findWords(text, quote);
  const chosen = hasPlace ? found.filter((each) => each.start === start && each.end === end) : found;
  const [only] = chosen;
  if (only === undefined) throw refused('The document does not say these words, so they cannot be cited.');
  if (chosen.length > 1) {
    throw refused(
      `These words stand in ${chosen.length} places. Give more of them, or the start and the end.`,
    );
  }
  return only;
}

/** A passage without white space at its ends, which no half of a surrogate pair is cut from. */
function wholeCharacters(text: string, { start, end }: Passage): Passage {
  let from = start;
  let to = end;
  while (from < to && /\s/u.test(text.charAt(from))) from += 1;
  while (to > from && /\s/u.test(text.charAt(to - 1))) to -= 1;
  if (isLow(text, from)) from -= 1;
  if (isLow(text, to)) to += 1;
  return { start: from, end: to };
}

function isLow(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}

function refused(message: string): WorkbenchError {
  return new WorkbenchError('invalid-input', `${message} Nothing was stored.`);
}
