import { labelOf } from '../../db/catalogue/label.ts';
import type { Id, Row } from '../../db/catalogue/rows.ts';
import { historyOf } from '../../db/replica/log/history.ts';
import { readJudgement, readSet } from '../../db/replica/rows/elements.ts';
import { idToBlob } from '../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import { WorkbenchError } from '../../preload/contract/errors.ts';
import { placeOf } from '../documents/anchors/place.ts';
import { regionsOf } from '../documents/annotations.ts';
import { type ArgumentLink, linksOf, originsIn, supportsOf } from './load.ts';
import { type Standing, standingOf } from './strength.ts';

/** A claim as boards and tables show it. */
export interface ClaimRow {
  readonly id: Id;
  readonly label: string;
  readonly sessionId: Id;
  readonly text: string;
  readonly type: string | null;
  readonly status: string | null;
  readonly verdict: string | null;
  readonly confidence: number | null;
  readonly contested: boolean;
  readonly tags: readonly string[];
  readonly standing: Standing;
  readonly position: string | null;
}

/** Claims of a session in their order; merged ones are not shown again. */
export function claimsOf(db: ReadableDb, sessionId: Id): ClaimRow[] {
  const links = linksOf(db, { session: sessionId });
  const byClaim = Map.groupBy(links, ({ claimId }) => claimId);
  return listRows(db, 'research_claims', {
    where: 'research_claims.session_id = ? AND research_claims.merged_into IS NULL',
    values: [idToBlob(sessionId)],
    limit: mostClaims,
  })
    .map((row) => {
      const ofClaim = byClaim.get(row.id) ?? [];
      return claimRow(db, row, ofClaim, originsIn(db, ofClaim));
    })
    .sort((a, b) => (a.position ?? '~').localeCompare(b.position ?? '~'));
}

/** Claims that one board takes. */
const mostClaims = 5000;

function claimRow(
  db: ReadableDb,
  row: Row<'research_claims'>,
  links: readonly ArgumentLink[],
  origins: ReadonlyMap<string, string>,
): ClaimRow {
  return {
    id: row.id,
    label: labelOf('research_claims', row.id),
    sessionId: row.session_id,
    text: row.claim_text ?? '',
    type: row.claim_type,
    status: row.status,
    verdict: row.final_verdict,
    confidence: row.confidence,
    contested: ['final_verdict', 'confidence'].some(
      (column) => readJudgement(db, row.id, column).state === 'contested',
    ),
    tags: readSet(db, row.id, 'tags'),
    standing: standingOf(supportsOf(links, origins)),
    position: row.position,
  };
}

/** One claim with everything that it rests on. Throws `not-found`. */
export function claimDetail(db: ReadableDb, { id }: { id: Id }) {
  const row = getRow(db, 'research_claims', id);
  if (row === undefined) {
    throw new WorkbenchError('not-found', 'This claim is not there. It may have been purged.', { id });
  }
  const links = linksOf(db, { claim: id });
  const origins = originsIn(db, links);
  return {
    claim: claimRow(db, row, links, origins),
    reasoning: row.reasoning,
    mergedInto: row.merged_into,
    judgements: ['final_verdict', 'confidence'].map((column) => {
      const judged = readJudgement(db, id, column);
      return { ...judged, positions: [...judged.positions] };
    }),
    links: shownLinks(db, id, links, origins),
    history: historyOf(db, 'research_claims', id)
      .slice(0, 50)
      .map((step) => ({ ...step, columns: { ...step.columns } })),
  };
}

function shownLinks(
  db: ReadableDb,
  claim: Id,
  links: readonly ArgumentLink[],
  origins: ReadonlyMap<string, string>,
) {
  const of = { where: 'claim_evidence.claim_id = ?', values: [idToBlob(claim)], limit: mostClaims };
  const rows = new Map(listRows(db, 'claim_evidence', of).map((row) => [row.id, row]));
  const documents = new Map(
    [...new Set(links.map(({ evidenceId }) => evidenceId))].map((id) => [id, getRow(db, 'evidence', id)]),
  );
  return links.map((link) => {
    const row = rows.get(link.id);
    const evidence = documents.get(link.evidenceId);
    const place = row === undefined ? null : placeOf(db, row, evidence?.extraction_id ?? null);
    return {
      id: link.id,
      evidenceId: link.evidenceId,
      evidenceLabel: labelOf('evidence', link.evidenceId),
      title: evidence?.title ?? evidence?.file_name ?? '',
      source: evidence?.source_name ?? evidence?.author ?? null,
      published: evidence?.publication_date ?? null,
      reliability: evidence?.reliability ?? null,
      credibility: evidence?.credibility ?? null,
      quality: link.quality,
      stance: link.stance,
      quote: link.quote,
      note: row?.note ?? null,
      weight: link.weight,
      origin: origins.get(link.evidenceId) ?? link.evidenceId,
      retracted: link.retracted,
      present: link.present,
      orphan: place?.state === 'orphan',
      start: place?.start ?? null,
      end: place?.end ?? null,
      page: place?.page ?? regionsOf(row?.anchor)[0]?.page ?? null,
    };
  });
}
