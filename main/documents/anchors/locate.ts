import type { Anchor } from '../../../db/catalogue/anchor.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { anchorSchema } from '../../../preload/contract/anchor.ts';
import { pageSchema } from '../../../preload/contract/documents.ts';
import { z } from 'zod';
import { textOf } from '../read.ts';
import { carryPassage, compareVersions, findWords, type Passage, type Versions } from './resolve.ts';
import { haveSameWords } from './same-words.ts';

/** Where an anchored row stands in its document as it is read now. Nothing is known of a row without an anchor. */
export interface Location {
  readonly state: 'exact' | 'moved' | 'orphan';
  readonly extractionId: Id | null;
  readonly start: number | null;
  readonly end: number | null;
  readonly page: number | null;
}

/** What locating needs of an annotation or a link. */
export interface Anchored {
  readonly evidence_id: Id;
  readonly extraction_id: Id | null;
  readonly anchor: unknown;
  /** What the row says that the document says. */
  readonly quote: string | null;
}

const orphan: Location = { state: 'orphan', extractionId: null, start: null, end: null, page: null };

/**
 * Finds an anchored row's words in the latest extraction of its document. The words are compared each time: a row that says
 * words which the text does not hold is an orphan, whoever wrote it. Null for a row that names a whole document or a region.
 */
export function locate(db: ReadableDb, row: Anchored): Location | null {
  const anchor = anchorSchema.safeParse(row.anchor);
  const exact = anchor.success ? exactOf(anchor.data) : null;
  if (!anchor.success || exact === null) return null;
  // A row whose words are others than its anchor's cites nothing.
  if (row.quote !== null && !haveSameWords(row.quote, exact)) return orphan;
  const current = getRow(db, 'evidence', row.evidence_id)?.extraction_id ?? null;
  const text = current === null ? null : readable(db, current);
  if (current === null || text === null) return orphan;
  const marked = positionOf(anchor.data);
  const isHere = (place: Passage): boolean => haveSameWords(exact, text.slice(place.start, place.end));
  if (marked !== null && row.extraction_id === current && isHere(marked)) {
    return located(db, current, 'exact', marked);
  }
  const carried = carry(db, row.extraction_id, current, text, marked, exact);
  return carried === null || !isHere(carried) ? orphan : located(db, current, 'moved', carried);
}

function carry(
  db: ReadableDb,
  from: Id | null,
  to: Id,
  text: string,
  marked: Passage | null,
  exact: string,
): Passage | null {
  const old = from === null || from === to ? null : readable(db, from);
  if (old !== null && marked !== null && haveSameWords(exact, old.slice(marked.start, marked.end))) {
    return carryPassage(versionsOf(`${from} ${to}`, old, text), marked);
  }
  // Without the text that it was made on, only words that stand in one place tell where they are.
  const found = findWords(text, exact);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** The last pair of texts that was compared: the anchors of one document come together. */
let lastVersions: { readonly key: string; readonly versions: Versions } | undefined;

function versionsOf(key: string, old: string, text: string): Versions {
  if (lastVersions?.key !== key) lastVersions = { key, versions: compareVersions(old, text) };
  return lastVersions.versions;
}

function located(db: ReadableDb, extractionId: Id, state: 'exact' | 'moved', place: Passage): Location {
  const pages = z
    .array(pageSchema)
    .safeParse(getRow(db, 'content_extractions', extractionId)?.page_map ?? []);
  const page = (pages.data ?? []).find(({ start, end }) => place.start >= start && place.start < end);
  return { state, extractionId, start: place.start, end: place.end, page: page?.page ?? null };
}

function readable(db: ReadableDb, extractionId: Id): string | null {
  try {
    return textOf(db, extractionId);
  } catch {
    return null;
  }
}

function exactOf({ selectors }: Anchor): string | null {
  return selectors.find((selector) => selector.type === 'TextQuoteSelector')?.exact ?? null;
}

function positionOf({ selectors }: Anchor): Passage | null {
  return selectors.find((selector) => selector.type === 'TextPositionSelector') ?? null;
}
