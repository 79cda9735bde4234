import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { writeDerived } from '../../../db/replica/rows/write.ts';
import type { Transaction } from '../../../db/replica/transaction/transact.ts';
import { qualityScores } from '../../capture/quality/quality.ts';

/** Brings the derived scores of one piece of evidence up to date with what is known and judged of it. */
export function refreshQuality(tx: Transaction, id: Id): void {
  const row = getRow(tx.replica.db, 'evidence', id);
  if (row === undefined) return;
  const scores = qualityScores({
    reliability: row.reliability,
    credibility: row.credibility,
    publicationDate: row.publication_date,
    relevance: row.relevance_score,
    now: tx.at,
  });
  writeDerived(tx, 'evidence', id, {
    credibility_score: scores.credibility,
    recency_score: scores.recency,
    overall_quality_score: scores.overall,
  });
}
