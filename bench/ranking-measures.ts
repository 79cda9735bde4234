/** Relevance of documents to one question: 0 or absent is not relevant, higher is better. */
export type Grades = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain (Jarvelin and Kekalainen, ACM TOIS 2002) with gains `2^grade - 1`: what a ranking
 * gathers in its first `depth` places, as a share of what the best ranking would.
 */
export function discountedGain(ranking: readonly string[], grades: Grades, depth: number): number {
  const ideal = gain([...grades.values()].toSorted((a, b) => b - a).slice(0, depth));
  const got = gain(ranking.slice(0, depth).map((id) => grades.get(id) ?? 0));
  return ideal === 0 ? 0 : got / ideal;
}

function gain(grades: readonly number[]): number {
  return grades.reduce((sum, grade, place) => sum + (2 ** grade - 1) / Math.log2(place + 2), 0);
}
