import type { PageSelector } from '../../db/catalogue/anchor.ts';
import { labelOf } from '../../db/catalogue/label.ts';
import type { Id } from '../../db/catalogue/rows.ts';
import { nameOfPerson } from '../../db/replica/rows/person.ts';
import { readSet } from '../../db/replica/rows/elements.ts';
import { idToBlob } from '../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import { anchorSchema } from '../../preload/contract/anchor.ts';
import { placeOf } from './anchors/place.ts';

/** Marks that one document shows at most. */
const mostMarks = 5000;

/** Every mark on a document: its annotations and the quotes that claims took of it, in the order of the text, orphans last. */
export function annotationsOf(db: ReadableDb, { evidenceId }: { evidenceId: Id }) {
  const of = { where: 'evidence_id = ?', values: [idToBlob(evidenceId)], limit: mostMarks };
  const current = getRow(db, 'evidence', evidenceId)?.extraction_id ?? null;
  const notes = listRows(db, 'annotations', { ...of, where: 'annotations.evidence_id = ?' }).map((row) => ({
    id: row.id,
    label: labelOf('annotations', row.id),
    source: 'annotation' as const,
    kind: row.kind ?? 'highlight',
    colour: row.colour ?? 'note',
    quote: row.quote,
    body: row.body,
    tags: readSet(db, row.id, 'tags'),
    status: row.status,
    replyTo: row.reply_to,
    createdAt: row.created_at,
    author: nameOfPerson(db, row.created_by),
    claim: null,
    ...shownPlace(db, row, current),
  }));
  const links = listRows(db, 'claim_evidence', { ...of, where: 'claim_evidence.evidence_id = ?' })
    .filter((row) => row.anchor !== null)
    .flatMap((row) => {
      const claim = getRow(db, 'research_claims', row.claim_id);
      if (claim === undefined || claim._deleted) return [];
      return [
        {
          id: row.id,
          label: labelOf('claim_evidence', row.id),
          source: 'claim' as const,
          kind: row.quote_kind ?? 'text',
          colour: row.stance === 'contradicts' ? 'contradict' : 'support',
          quote: row.quote,
          body: row.note,
          tags: [],
          status: null,
          replyTo: null,
          createdAt: row.created_at,
          author: nameOfPerson(db, row.created_by),
          claim: {
            id: row.claim_id,
            label: labelOf('research_claims', row.claim_id),
            text: claim.claim_text ?? '',
          },
          ...shownPlace(db, row, current),
        },
      ];
    });
  return [...notes, ...links].sort((a, b) => (a.start ?? Infinity) - (b.start ?? Infinity));
}

function shownPlace(db: ReadableDb, row: Parameters<typeof placeOf>[1], current: Id | null) {
  const place = placeOf(db, row, current);
  const regions = regionsOf(row.anchor);
  return {
    state: place?.state ?? null,
    start: place?.start ?? null,
    end: place?.end ?? null,
    page: place?.page ?? regions[0]?.page ?? null,
    // Rectangles are those of the place that was marked; a passage that moved is drawn from the geometry of its new text.
    regions:
      place?.state === 'moved'
        ? []
        : regions.map(({ page, rectangles }) => ({ page, rectangles: [...rectangles] })),
  };
}

/** The parts of pages that an anchor names; none where it is not understood. */
export function regionsOf(stored: unknown): PageSelector[] {
  const anchor = anchorSchema.safeParse(stored);
  return anchor.success ? anchor.data.selectors.filter((selector) => selector.type === 'PageSelector') : [];
}
