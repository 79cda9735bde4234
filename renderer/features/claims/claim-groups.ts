import type { ClaimRow } from '../../../preload/contract/argument.ts';
import { claimWords } from '../../messages/claims.ts';

export type Grouping = keyof typeof claimWords.groups;

export interface ClaimGroup {
  readonly id: string;
  readonly title: string;
  readonly claims: readonly ClaimRow[];
}

const orders: Readonly<Record<Grouping, readonly (readonly [id: string, title: string])[]>> = {
  status: Object.entries(claimWords.statuses),
  verdict: [['', claimWords.undecided], ...Object.entries(claimWords.verdicts)],
  strength: [...Object.entries(claimWords.strengths), ['', claimWords.unsupported]],
};

const keyOf: Readonly<Record<Grouping, (claim: ClaimRow) => string>> = {
  status: (claim) => claim.status ?? '',
  verdict: (claim) => claim.verdict ?? '',
  strength: (claim) => claim.standing.strength ?? '',
};

/** Claims in the columns of a board. Every known column is there, so that a claim can be moved to it; unknown ones follow. */
export function groupClaims(claims: readonly ClaimRow[], by: Grouping): ClaimGroup[] {
  const known = orders[by];
  const groups = known.map(([id, title]) => ({
    id,
    title,
    claims: claims.filter((claim) => keyOf[by](claim) === id),
  }));
  const ids = new Set(known.map(([id]) => id));
  const others = [...new Set(claims.map(keyOf[by]))].filter((id) => !ids.has(id));
  return [
    ...groups,
    ...others.map((id) => ({ id, title: id, claims: claims.filter((claim) => keyOf[by](claim) === id) })),
  ];
}
