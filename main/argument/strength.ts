/** One source's word on a claim, as far as it counts. */
export interface Support {
  readonly evidenceId: string;
  readonly stance: 'supports' | 'contradicts';
  /** Name of the origin that the source shares with all that repeat it. */
  readonly origin: string;
  /** Quality of the source between 0 and 1; null while nobody has judged it. */
  readonly quality: number | null;
  /** How much of it bears on the claim, between 0 and 1; null means all of it. */
  readonly weight: number | null;
}

export const strengths = ['weak', 'moderate', 'strong', 'very_strong'] as const;
export type Strength = (typeof strengths)[number];

/** What a claim rests on: how many sources, how many that do not repeat each other, and what follows from them. */
export interface Standing {
  readonly sources: number;
  readonly origins: number;
  readonly contradicting: number;
  readonly contradictingOrigins: number;
  /** Between 0 and 1. */
  readonly score: number;
  /** Null where nothing is linked to the claim. */
  readonly strength: Strength | null;
}

/** What a source counts before anybody has judged it: less than a fair one, more than a poor one. */
const unknownQuality = 0.5;

const bounds: readonly (readonly [number, Strength])[] = [
  [0.85, 'very_strong'],
  [0.65, 'strong'],
  [0.4, 'moderate'],
];

/**
 * The strength of a claim's evidence. An origin counts once, with its best source: `quality x weight`. Independent origins
 * add up as independent chances to be right, `1 - (1 - q1)(1 - q2)…`, for both sides alike, and the score is
 * `for x (1 - against)`. From .85 it is very strong, from .65 strong, from .4 moderate, below that weak.
 */
export function standingOf(supports: readonly Support[]): Standing {
  const pro = sideOf(supports, 'supports');
  const contra = sideOf(supports, 'contradicts');
  const score = Math.round(pro.chance * (1 - contra.chance) * 1000) / 1000;
  return {
    sources: pro.sources,
    origins: pro.origins,
    contradicting: contra.sources,
    contradictingOrigins: contra.origins,
    score,
    strength: supports.length === 0 ? null : (bounds.find(([from]) => score >= from)?.[1] ?? 'weak'),
  };
}

function sideOf(supports: readonly Support[], stance: Support['stance']) {
  const best = new Map<string, number>();
  const sources = new Set<string>();
  for (const support of supports) {
    if (support.stance !== stance) continue;
    sources.add(support.evidenceId);
    const worth = (support.quality ?? unknownQuality) * (support.weight ?? 1);
    best.set(support.origin, Math.max(best.get(support.origin) ?? 0, worth));
  }
  let doubt = 1;
  // In the order of size, so that rounding is the same for any order of links.
  for (const worth of [...best.values()].sort((a, b) => a - b)) doubt *= 1 - worth;
  return { sources: sources.size, origins: best.size, chance: 1 - doubt };
}
