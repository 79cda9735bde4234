import { labelOf } from '../../db/catalogue/label.ts';
import type { Id } from '../../db/catalogue/rows.ts';
import { getRow } from '../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import { qualityScores } from '../capture/quality/quality.ts';
import { type ArgumentLink, linksOf, originsIn, supportsOf } from './load.ts';
import { type Standing, standingOf } from './strength.ts';

/** What is about to be done to evidence: it is retracted, goes to the trash, or is rated anew (null: not rated). */
export type EvidenceChange =
  | { readonly kind: 'retract' | 'trash' }
  | { readonly kind: 'rate'; readonly reliability: string | null; readonly credibility: string | null };

/** One claim before and after, and the links that the change touches. */
export interface RippledClaim {
  readonly id: Id;
  readonly label: string;
  readonly text: string;
  readonly before: Standing;
  readonly after: Standing;
  readonly links: readonly Id[];
}

/** Which claims lose or gain what when evidence changes; the claims that are hit hardest first. Nothing is written. */
export function rippleOf(
  db: ReadableDb,
  { evidenceIds, change }: { readonly evidenceIds: readonly Id[]; readonly change: EvidenceChange },
): RippledClaim[] {
  const links = linksOf(db, { evidence: evidenceIds });
  const touched = new Set<string>(evidenceIds);
  const worth = new Map(evidenceIds.map((id) => [id, qualityAfter(db, id, change)]));
  const altered = (link: ArgumentLink): ArgumentLink => {
    if (!touched.has(link.evidenceId)) return link;
    if (change.kind === 'retract') return { ...link, retracted: true };
    if (change.kind === 'trash') return { ...link, present: false };
    return { ...link, quality: worth.get(link.evidenceId) ?? null };
  };
  return [...Map.groupBy(links, ({ claimId }) => claimId)]
    .flatMap(([id, ofClaim]): RippledClaim[] => {
      const claim = getRow(db, 'research_claims', id);
      if (claim === undefined || claim._deleted) return [];
      const origins = originsIn(db, ofClaim);
      return [
        {
          id,
          label: labelOf('research_claims', id),
          text: claim.claim_text ?? '',
          before: standingOf(supportsOf(ofClaim, origins)),
          after: standingOf(supportsOf(ofClaim.map(altered), origins)),
          links: ofClaim.filter(({ evidenceId }) => touched.has(evidenceId)).map((link) => link.id),
        },
      ];
    })
    .sort((a, b) => lossOf(b) - lossOf(a) || a.label.localeCompare(b.label));
}

function lossOf({ before, after }: RippledClaim): number {
  return Math.abs(before.score - after.score);
}

function qualityAfter(db: ReadableDb, id: Id, change: EvidenceChange): number | null {
  const row = getRow(db, 'evidence', id);
  if (row === undefined || change.kind !== 'rate') return row?.overall_quality_score ?? null;
  const { reliability, credibility } = change;
  return qualityScores({
    reliability,
    credibility,
    publicationDate: row.publication_date,
    relevance: row.relevance_score,
    now: new Date().toISOString(),
  }).overall;
}
