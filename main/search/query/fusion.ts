/** A list of keys, best first, and how much its ranks count. */
export interface Ranking<K> {
  readonly keys: readonly K[];
  readonly weight: number;
}

/**
 * The constant of reciprocal rank fusion: how slowly the first ranks lose their lead. The usual 60 suits runs of a thousand;
 * with legs of a hundred the first places have to count for more (docs/search.md has the figures).
 */
const rankConstant = 5;

/**
 * Reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009): a key's score is the sum over rankings of
 * `weight / (5 + rank)`. A ranking that lacks a key adds nothing. Best first; ties keep the order of appearance.
 */
export function fuse<K>(rankings: readonly Ranking<K>[]): { key: K; score: number }[] {
  const scores = new Map<K, number>();
  for (const { keys, weight } of rankings) {
    for (const [index, key] of keys.entries()) {
      scores.set(key, (scores.get(key) ?? 0) + weight / (rankConstant + index + 1));
    }
  }
  return [...scores].map(([key, score]) => ({ key, score })).toSorted((a, b) => b.score - a.score);
}
