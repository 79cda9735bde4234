import { setImmediate as yieldToMessages } from 'node:timers/promises';

import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { Highlighter } from '../../../db/replica/search-highlighter.ts';
import { sessionToken } from '../../../db/replica/search-schema.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import type { Hit } from '../../../preload/contract/search.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { isEmpty, parseQuery } from '../query/parse.ts';
import type { ParsedQuery } from '../query/parse.ts';
import { collectHits } from './collect-hits.ts';
import { documentFilter } from './document-filter.ts';
import type { DocumentFilter } from './document-filter.ts';
import { documentsOf, itemLeg } from './item-leg.ts';
import { legDepth, TextLeg } from './text-leg.ts';
import { mergeModels, VectorLeg } from './vector-leg.ts';
import type { NearChunk, VectorIndex } from '../vectors/vector-index.ts';

export interface SearchRequest {
  readonly query: string;
  readonly mode: 'hybrid' | 'text' | 'semantic';
  readonly sessionId?: string;
  readonly types?: readonly string[];
  readonly limit: number;
  /** Whether passages with the same words stand once, at the best place (as they do unless said otherwise). */
  readonly foldsSameWords?: boolean;
}

export interface SearchAnswer {
  readonly hits: Hit[];
  readonly ms: number;
  /** Number of documents among the hits. */
  readonly documents: number;
  /** True where more passages match than were ranked. */
  readonly cut: boolean;
  /** One sentence where part of the search was not possible; null otherwise. */
  readonly notice: string | null;
  readonly facets: { type: string; count: number }[];
}

/** The restrictions that all legs share. */
interface Scope {
  readonly session: number | null;
  readonly filter: DocumentFilter | null;
}

const noModel = 'The language model is not installed, so this is a search by words alone.';
const noVectors =
  'The passages have not been read by the language model yet, so this is a search by words alone.';
const modelFailed = 'The language model did not answer, so this is a search by words alone.';

/**
 * Search over one connection, in whatever thread owns it. Legs are bounded and run one after the other; between them the
 * thread takes messages, so that a newer query cancels an older one through its signal.
 */
export class SearchEngine {
  readonly #db: ReadableDb;
  readonly #vectors: VectorLeg;
  readonly #text: TextLeg;
  readonly #highlighter = new Highlighter();
  #embedders: readonly Embedder[];

  /** Embedders in order: the current model's first, then those of models whose vectors are still in use. */
  constructor(db: ReadableDb, embedders: readonly Embedder[] = []) {
    this.#db = db;
    this.#vectors = new VectorLeg(db);
    this.#text = new TextLeg(db);
    this.#embedders = embedders;
  }

  /** Replaces the embedders, after a model was installed or chosen. Closing the old ones is the caller's. */
  setEmbedders(embedders: readonly Embedder[]): void {
    this.#embedders = embedders;
  }

  /** Loads what the first query would wait for: vectors and model. */
  async warm(signal?: AbortSignal): Promise<void> {
    const asked = this.#embedders
      .filter((embedder) => embedder.place === 'laptop')
      .map((embedder) => embedder.embed(['warm'], 'query', signal));
    this.#vectors.warm(this.#embedders);
    await Promise.all(asked);
  }

  /** Answers a query. Rejects with the signal's reason once it is aborted; never because of what the query says. */
  async search(request: SearchRequest, signal?: AbortSignal): Promise<SearchAnswer> {
    const began = performance.now();
    const query = parseQuery(request.query);
    const scope = this.#scopeOf(request, query);
    if (scope === null) return { ...nothing, ms: performance.now() - began };
    if (isEmpty(query)) return { ...this.#byFilters(query, scope, request), ms: performance.now() - began };
    const questions = request.mode === 'text' ? null : this.#askModels(query, signal);
    await yieldToMessages();
    signal?.throwIfAborted();
    const token = scope.session === null ? null : sessionToken(scope.session);
    const byWords = request.mode !== 'semantic';
    const text = byWords
      ? this.#text.search(query, { token, filter: scope.filter })
      : { matches: [], cut: false };
    await yieldToMessages();
    signal?.throwIfAborted();
    const items = byWords ? itemLeg(this.#db, query, token, scope.filter) : [];
    const near = await this.#nearest(query, scope, questions);
    signal?.throwIfAborted();
    const found = { passages: text.matches, near: near.chunks, items };
    const collected = collectHits({ db: this.#db, highlighter: this.#highlighter }, query, found, {
      limit: request.limit,
      foldsSameWords: request.foldsSameWords ?? true,
    });
    return { ...collected, cut: text.cut, notice: near.notice, ms: performance.now() - began };
  }

  /** Documents that meet the filters, newest first, where no word was asked for; nothing where there is no filter either. */
  #byFilters(
    query: ParsedQuery,
    { session, filter }: Scope,
    { limit }: SearchRequest,
  ): Omit<SearchAnswer, 'ms'> {
    if (filter === null) return nothing;
    const items = documentsOf(this.#db, session === null ? null : sessionToken(session), filter);
    const parts = { db: this.#db, highlighter: this.#highlighter };
    const collected = collectHits(
      parts,
      query,
      { passages: [], near: [], items },
      { limit, foldsSameWords: true },
    );
    return { ...collected, cut: false, notice: null };
  }

  /** Null where the session holds nothing: then nothing can be found. */
  #scopeOf({ sessionId, types = [] }: SearchRequest, { filters }: ParsedQuery): Scope | null {
    const filter = documentFilter(filters, types);
    if (sessionId === undefined) return { session: null, filter };
    const session = this.#db.statements.value<number>(
      `SELECT session FROM search_sessions WHERE id = ?`,
      idToBlob(sessionId),
    );
    return session === undefined ? null : { session, filter };
  }

  /** Asks every model that has vectors here for the question's vector. Failures are kept for `#nearest` to tell. */
  #askModels({ sentence }: ParsedQuery, signal?: AbortSignal): Question[] {
    return this.#embedders.flatMap((embedder) => {
      const index = this.#vectors.indexFor(embedder);
      if (index === null) return [];
      const vector = embedder.embed([sentence], 'query', signal).then(
        ([first]) => first ?? null,
        () => null,
      );
      return [{ index, vector }];
    });
  }

  async #nearest(
    query: ParsedQuery,
    { session, filter }: Scope,
    questions: readonly Question[] | null,
  ): Promise<{ chunks: NearChunk[]; notice: string | null }> {
    if (questions === null) return { chunks: [], notice: null };
    if (questions.length === 0)
      return { chunks: [], notice: this.#embedders.length === 0 ? noModel : noVectors };
    const restriction = {
      ...(session === null ? {} : { session }),
      ...(filter === null ? {} : { chunks: this.#vectors.allowedChunks(filter) }),
    };
    const answers: NearChunk[][] = [];
    for (const { index, vector } of questions) {
      const question = await vector;
      if (question !== null)
        answers.push(this.#vectors.nearest(index, question, query, legDepth, restriction));
    }
    return { chunks: mergeModels(answers), notice: answers.length === 0 ? modelFailed : null };
  }
}

interface Question {
  readonly index: VectorIndex;
  readonly vector: Promise<Float32Array | null>;
}

const nothing: Omit<SearchAnswer, 'ms'> = { hits: [], documents: 0, cut: false, notice: null, facets: [] };
