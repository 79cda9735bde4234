import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { writeDerived } from '../../../db/replica/rows/write.ts';
import type { Replica } from '../../../db/replica/transaction/replica.ts';
import { type RowChange, transact } from '../../../db/replica/transaction/transact.ts';
import { linksOf, originsIn, supportsOf } from '../../argument/load.ts';
import { standingOf } from '../../argument/strength.ts';
import { noteLocation } from './quoting.ts';

/**
 * Brings what is derived of claims and quotes up to date after a command, whatever it was: strength and counts of the claims
 * that its rows bear on, and the places of quotes whose document was read again. Answers the claims that were looked at.
 */
export function refreshStanding(replica: Replica, changes: readonly RowChange[]): Id[] {
  const { db } = replica;
  const evidence = idsOf(changes, 'evidence');
  const claims = new Set<Id>(idsOf(changes, 'research_claims'));
  for (const id of idsOf(changes, 'claim_evidence')) {
    const link = getRow(db, 'claim_evidence', id);
    if (link !== undefined) claims.add(link.claim_id);
  }
  const rated = changes.flatMap(({ entity, id }) => {
    const owner = entity === 'judgements' ? getRow(db, 'judgements', id) : undefined;
    return owner?.owner_entity === 'evidence' ? [owner.owner_id] : [];
  });
  const touched = [...evidence, ...rated];
  for (let at = 0; at < touched.length; at += idsAtOnce) {
    for (const { claimId } of linksOf(db, { evidence: touched.slice(at, at + idsAtOnce) }))
      claims.add(claimId);
  }
  if (claims.size === 0) return [];
  transact(replica, { command: 'claims.refresh' }, (tx) => {
    for (const claim of claims) {
      const links = linksOf(db, { claim });
      const { sources, origins, strength } = standingOf(supportsOf(links, originsIn(db, links)));
      writeDerived(tx, 'research_claims', claim, {
        evidence_strength: strength,
        source_count: sources,
        origin_count: origins,
      });
      for (const link of links)
        if (evidence.includes(link.evidenceId)) noteLocation(tx, 'claim_evidence', link.id);
    }
  });
  return [...claims];
}

/** Parameters that one statement takes with ease. */
const idsAtOnce = 500;

function idsOf(changes: readonly RowChange[], entity: string): Id[] {
  return changes.filter((change) => change.entity === entity).map(({ id }) => id);
}
