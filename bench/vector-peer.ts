import { Index, MetricKind, ScalarKind } from 'usearch';

import type { Figure } from './harness.ts';
import { quantile } from './harness.ts';
import type { Corpus } from './search-corpus.ts';

const queries = 200;
const nearest = 10;

/** The places of the nearest vectors by a scan of all of them. */
export function exactNearest(vectors: readonly Float32Array[], query: Float32Array, count: number): number[] {
  const best: { at: number; score: number }[] = [];
  for (const [at, vector] of vectors.entries()) {
    let score = 0;
    for (let i = 0; i < query.length; i += 1) score += (vector[i] ?? 0) * (query[i] ?? 0);
    const last = best.at(-1);
    if (best.length === count && last !== undefined && score <= last.score) continue;
    best.push({ at, score });
    best.sort((a, b) => b.score - a.score);
    if (best.length > count) best.pop();
  }
  return best.map(({ at }) => at);
}

/** usearch's HNSW graph over the same vectors: build, search and recall. */
export function usearchFigures(vectors: readonly Float32Array[], source: Corpus): Figure[] {
  const dimensions = vectors[0]?.length ?? 0;
  const index = new Index({
    dimensions,
    metric: MetricKind.Cos,
    quantization: ScalarKind.F16,
    connectivity: 16,
    expansion_add: 128,
    expansion_search: 256,
    multi: false,
  });
  const began = performance.now();
  const all = new Float32Array(vectors.length * dimensions);
  vectors.forEach((vector, at) => all.set(vector, at * dimensions));
  index.add(
    BigUint64Array.from(vectors, (_, at) => BigInt(at)),
    all,
    2,
  );
  const build = performance.now() - began;
  const times: number[] = [];
  let found = 0;
  for (let i = 0; i < queries; i += 1) {
    const query = source.question(source.topic());
    const start = performance.now();
    const { keys } = index.search(query, nearest, 1);
    times.push(performance.now() - start);
    const exact = new Set(exactNearest(vectors, query, nearest));
    found += [...keys].filter((key) => exact.has(Number(key))).length;
  }
  return [
    { what: 'usearch f16: build', value: build / 1000, unit: 's' },
    { what: 'usearch f16: p95', value: quantile(times, 0.95), unit: 'ms' },
    { what: 'usearch f16: recall@10', value: found / (queries * nearest), unit: '' },
  ];
}
