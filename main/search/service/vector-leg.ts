import { storedModels } from '../../../db/replica/search-vectors.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { constraintExpression } from '../query/match-expression.ts';
import type { ParsedQuery } from '../query/parse.ts';
import type { VectorFilter } from '../vectors/top-slots.ts';
import { type NearChunk, VectorIndex } from '../vectors/vector-index.ts';
import type { DocumentFilter } from './document-filter.ts';
import { passageColumns } from './text-leg.ts';

/** The vectors of a workspace as one reader answers from them: one index for each model that has an embedder. */
export class VectorLeg {
  readonly #db: ReadableDb;
  readonly #indexes = new Map<number, VectorIndex>();

  constructor(db: ReadableDb) {
    this.#db = db;
  }

  /** Loads the vectors of these embedders' models, so that the first query does not. Returns how many answer. */
  warm(embedders: readonly Embedder[]): number {
    return embedders.reduce((total, embedder) => total + (this.indexFor(embedder)?.size ?? 0), 0);
  }

  /** The index of an embedder's model, up to date, or null where the workspace has no vectors of it. */
  indexFor({ name, version, dimensions }: Embedder): VectorIndex | null {
    const stored = storedModels(this.#db.sqlite).find(
      (model) => model.name === name && model.version === version && model.dimensions === dimensions,
    );
    if (stored === undefined) return null;
    let index = this.#indexes.get(stored.model);
    if (index === undefined) {
      index = new VectorIndex(this.#db.sqlite, stored.model, dimensions);
      this.#indexes.set(stored.model, index);
    }
    index.refresh();
    return index.size === 0 ? null : index;
  }

  /**
   * The passages nearest to the question, best first. What the query requires or excludes by words holds here too: the scan
   * goes deeper, and the passages found are looked up in the text index.
   */
  nearest(
    index: VectorIndex,
    question: Float32Array,
    query: ParsedQuery,
    depth: number,
    filter: VectorFilter,
  ): NearChunk[] {
    const { required, excluded } = constraintExpression(query);
    if (required === null && excluded === null) return index.nearest(question, depth, filter);
    const found = index.nearest(question, depth * 4, filter);
    const holding = required === null ? null : this.#holding(required, found);
    const refused = excluded === null ? null : this.#holding(excluded, found);
    return found
      .filter(({ chunk }) => (holding?.has(chunk) ?? true) && !(refused?.has(chunk) ?? false))
      .slice(0, depth);
  }

  /** The passages of the documents that pass a filter. */
  allowedChunks(filter: DocumentFilter): ReadonlySet<number> {
    const rows = this.#db.statements.all<{ chunk: number }>(
      `SELECT chunk FROM chunks WHERE evidence IN (${filter.sql})`,
      ...filter.values,
    );
    return new Set(rows.map((row) => row.chunk));
  }

  #holding(expression: string, found: readonly NearChunk[]): ReadonlySet<number> {
    const rows = this.#db.statements.all<{ chunk: number }>(
      `SELECT rowid AS chunk FROM chunk_fts
       WHERE chunk_fts MATCH ? AND +rowid IN (SELECT value FROM json_each(?))`,
      `{${passageColumns.join(' ')}} : (${expression})`,
      JSON.stringify(found.map(({ chunk }) => chunk)),
    );
    return new Set(rows.map((row) => row.chunk));
  }
}

/**
 * One ranking of several models' answers: rank by rank, each passage where it stands best. A passage that only one
 * model knows stands as high as that model puts it.
 */
export function mergeModels(answers: readonly (readonly NearChunk[])[]): NearChunk[] {
  const merged = new Map<number, NearChunk>();
  const longest = Math.max(0, ...answers.map((answer) => answer.length));
  for (let rank = 0; rank < longest; rank += 1) {
    for (const answer of answers) {
      const near = answer[rank];
      if (near !== undefined && !merged.has(near.chunk)) merged.set(near.chunk, near);
    }
  }
  return [...merged.values()];
}
