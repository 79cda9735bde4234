import type { Highlighter } from '../../../db/replica/search-highlighter.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import type { Hit } from '../../../preload/contract/search.ts';
import { fuse } from '../query/fusion.ts';
import type { ParsedQuery } from '../query/parse.ts';
import type { NearChunk } from '../vectors/vector-index.ts';
import { readItem } from './items.ts';
import { explainPassages, readPassages } from './passages.ts';
import type { Passage } from './passages.ts';
import type { WordMatch } from './text-leg.ts';

/** What the legs found, each best first. */
export interface Found {
  readonly passages: readonly WordMatch[];
  readonly near: readonly NearChunk[];
  readonly items: readonly WordMatch[];
}

export interface Collected {
  readonly hits: Hit[];
  readonly documents: number;
  readonly facets: { type: string; count: number }[];
}

/**
 * Fuses the legs, folds passages with the same words into the best of them, leaves out the title of a document whose
 * passages are there, and explains what is shown.
 */
export function collectHits(
  { db, highlighter }: { readonly db: ReadableDb; readonly highlighter: Highlighter },
  query: ParsedQuery,
  found: Found,
  { limit, foldsSameWords }: { readonly limit: number; readonly foldsSameWords: boolean },
): Collected {
  const fused = fuse([
    { keys: found.passages.map(({ key }) => `passage:${key}`), weight: 1 },
    { keys: found.near.map(({ chunk }) => `passage:${chunk}`), weight: 1 },
    { keys: found.items.map(({ key }) => `item:${key}`), weight: 1 },
  ]);
  const words = relative(found.passages);
  const meaning = new Map(found.near.map(({ chunk, similarity }) => [chunk, clamp(similarity)]));
  const ranked = fused.flatMap(({ key, score }) => {
    const chunk = numberAfter(key, 'passage:');
    return chunk === null
      ? []
      : [{ chunk, score, words: words.get(chunk) ?? null, meaning: meaning.get(chunk) ?? null }];
  });
  const passages = readPassages(db, ranked);
  const folded = foldsSameWords ? foldSameWords(passages) : passages;
  const shown = new Set(folded.slice(0, limit).map(({ hit }) => hit.evidenceId));
  const itemWords = relative(found.items);
  const items = fused
    .flatMap(({ key, score }) => {
      const item = numberAfter(key, 'item:');
      return item === null ? [] : [readItem(db, { item, score, words: itemWords.get(item) ?? 0 }, query)];
    })
    .filter((hit) => hit !== null)
    .filter((hit) => hit.kind !== 'title' || !shown.has(hit.evidenceId));
  const hits = [...folded.map(({ hit }) => hit), ...items].toSorted((a, b) => b.score - a.score);
  const first = hits.slice(0, limit);
  const visible = new Set(first.map((hit) => hit.chunkId));
  const explained = new Map(
    explainPassages(
      highlighter,
      folded.filter(({ hit }) => visible.has(hit.chunkId)),
      query,
    ).map((hit) => [hit.chunkId, hit]),
  );
  return {
    hits: first.map((hit) => (hit.kind === 'passage' ? (explained.get(hit.chunkId) ?? hit) : hit)),
    documents: new Set(hits.flatMap((hit) => hit.evidenceId ?? [])).size,
    facets: facetsOf(hits),
  };
}

/** Characters that are compared first: most passages differ there, and need no closer look. */
const comparedFirst = 30;

/** Passages with the same words stand once, at the best place, and say how many they are. */
function foldSameWords(passages: readonly Passage[]): Passage[] {
  const groups = new Map<string, { passage: Passage; others: number }>();
  const beginnings = Map.groupBy(passages, beginningKey);
  for (const passage of passages) {
    const alike = beginnings.get(beginningKey(passage)) ?? [];
    const key = alike.length === 1 ? `only:${passage.hit.chunkId}` : `same:${sameWordsKey(passage.body)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { passage, others: 0 });
    else group.others += 1;
  }
  return [...groups.values()].map(({ passage, others }) => ({
    ...passage,
    hit: { ...passage.hit, sameWords: others },
  }));
}

function beginningKey({ body }: Passage): string {
  return sameWordsKey(body.slice(0, 8 * comparedFirst)).slice(0, comparedFirst);
}

/** Texts that differ in letter case, line breaks or spacing have the same words. */
function sameWordsKey(body: string): string {
  return body.toLowerCase().split(/\s+/).join('');
}

function facetsOf(hits: readonly Hit[]): { type: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { type } of hits) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts]
    .map(([type, count]) => ({ type, count }))
    .toSorted((a, b) => b.count - a.count || a.type.localeCompare(b.type));
}

/** Relevance by key as a share of the best in the answer. */
function relative(matches: readonly WordMatch[]): Map<number, number> {
  const best = matches[0]?.relevance ?? 0;
  return new Map(matches.map(({ key, relevance }) => [key, best > 0 ? clamp(relevance / best) : 1]));
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function numberAfter(key: string, prefix: string): number | null {
  return key.startsWith(prefix) ? Number(key.slice(prefix.length)) : null;
}
