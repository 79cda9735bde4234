import type { Rectangle, Selector } from '../../../db/catalogue/anchor.ts';
import type { Id, Row } from '../../../db/catalogue/rows.ts';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import { readSet } from '../../../db/replica/rows/elements.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { anchorSchema } from '../../../preload/contract/anchor.ts';
import { type Location, locate } from '../../documents/anchors/locate.ts';
import { pageSelectors } from '../../documents/anchors/make.ts';
import { decodeGeometry } from '../../documents/geometry.ts';
import type { ExportFilter } from '../../outbound/export-filter.ts';
import { redactedNote, type Say, sayThrough } from '../say.ts';

/** A mark on a document as it may leave: every value went through the gate. */
export interface ExportedMark {
  readonly entity: 'annotations' | 'claim_evidence';
  readonly id: Id;
  readonly kind: string;
  readonly colour: string;
  /** Null where it has no words, where they are withheld, and where the document does not say them any more. */
  readonly quote: string | null;
  readonly body: string | null;
  readonly tags: readonly string[];
  readonly status: string | null;
  readonly replyTo: Id | null;
  readonly createdAt: string;
  readonly authorId: Id;
  readonly author: string | null;
  readonly claim: { readonly id: Id; readonly text: string | null; readonly stance: string | null } | null;
  readonly extractionId: Id | null;
  /** As they were stored; empty where the anchor is withheld. */
  readonly selectors: readonly Selector[];
  readonly state: Location['state'] | null;
  readonly start: number | null;
  readonly page: number | null;
  /** Where it is drawn on the pages as they are now; shares of each page from its upper left corner. */
  readonly regions: readonly { readonly page: number; readonly rectangles: readonly Rectangle[] }[];
}

/** Marks that one document gives out at most. */
const mostMarks = 20_000;

/** All marks of a document through the gate, in the order of its text; those that lost their place come last. */
export function marksForExport(
  db: ReadableDb,
  blobs: BlobStore | null,
  evidenceId: Id,
  filter: ExportFilter,
): ExportedMark[] {
  const values = [idToBlob(evidenceId)];
  const options = (entity: string) => ({ where: `${entity}.evidence_id = ?`, values, limit: mostMarks });
  const reader = { db, blobs, filter, say: sayThrough(filter) };
  const notes = listRows(db, 'annotations', options('annotations')).map((row) => annotation(reader, row));
  const quotes = listRows(db, 'claim_evidence', options('claim_evidence')).flatMap((row) =>
    row.anchor === null ? [] : claimQuote(reader, row),
  );
  return [...notes, ...quotes].sort(
    (a, b) => (a.start ?? Infinity) - (b.start ?? Infinity) || (a.page ?? Infinity) - (b.page ?? Infinity),
  );
}

interface Reader {
  readonly db: ReadableDb;
  readonly blobs: BlobStore | null;
  readonly filter: ExportFilter;
  readonly say: Say;
}

function annotation(reader: Reader, row: Row<'annotations'>): ExportedMark {
  const { say, filter, db } = reader;
  const tags = filter('annotations', 'tags', readSet(db, row.id, 'tags'), { ...row });
  return {
    entity: 'annotations',
    kind: row.kind ?? 'highlight',
    colour: row.colour ?? 'note',
    body: say('annotations', 'body', row.body, row),
    tags: Array.isArray(tags) ? tags.map(String) : [],
    status: say('annotations', 'status', row.status, row),
    replyTo: row.reply_to,
    claim: null,
    ...common(reader, 'annotations', row),
  };
}

function claimQuote(reader: Reader, row: Row<'claim_evidence'>): ExportedMark[] {
  const { say, db } = reader;
  const claim = getRow(db, 'research_claims', row.claim_id);
  if (claim === undefined || claim._deleted) return [];
  const stance = say('claim_evidence', 'stance', row.stance, row);
  return [
    {
      entity: 'claim_evidence',
      kind: row.quote_kind ?? 'text',
      colour: colourOfStance(stance),
      body: say('claim_evidence', 'note', row.note, row),
      tags: [],
      status: null,
      replyTo: null,
      claim: {
        id: row.claim_id,
        text: say('research_claims', 'claim_text', claim.claim_text, claim),
        stance,
      },
      ...common(reader, 'claim_evidence', row),
    },
  ];
}

function colourOfStance(stance: string | null): string {
  if (stance === 'supports') return 'support';
  return stance === 'contradicts' ? 'contradict' : 'note';
}

function common(
  { db, blobs, filter, say }: Reader,
  entity: 'annotations' | 'claim_evidence',
  row: Row<'annotations'> | Row<'claim_evidence'>,
) {
  const passed = anchorSchema.safeParse(filter(entity, 'anchor', row.anchor, { ...row }));
  const selectors = passed.success ? passed.data.selectors : [];
  // Compared with the document's words now: what it does not say is not handed out as a quote of it.
  const place = locate(db, row);
  const quote = say(entity, 'quote', row.quote, row);
  const author = getRow(db, 'authors', row.created_by);
  const stored = selectors.filter((selector) => selector.type === 'PageSelector');
  const regions = !passed.success || place?.state !== 'moved' ? stored : movedRegions(db, blobs, place);
  return {
    id: row.id,
    quote: place?.state === 'orphan' && quote !== redactedNote ? null : quote,
    createdAt: row.created_at,
    authorId: row.created_by,
    author: author === undefined ? null : say('authors', 'name', author.name, author),
    extractionId: row.extraction_id,
    selectors,
    // Where a passage stands is told with its anchor, or not at all.
    state: passed.success ? (place?.state ?? null) : null,
    start: passed.success ? (place?.start ?? null) : null,
    page: passed.success ? (place?.page ?? stored[0]?.page ?? null) : null,
    regions: place?.state === 'orphan' ? [] : regions.map(({ page, rectangles }) => ({ page, rectangles })),
  };
}

function movedRegions(db: ReadableDb, blobs: BlobStore | null, place: Location) {
  const { extractionId, start, end } = place;
  if (extractionId === null || start === null || end === null || blobs === null) return [];
  const hash = getRow(db, 'content_extractions', extractionId)?.geometry_hash ?? null;
  return hash === null ? [] : pageSelectors(decodeGeometry(blobs.read(hash)), start, end);
}
