import { closeDb } from '../../../db/replica/sqlite/open.ts';
import { openReader } from '../../../db/replica/workspace/workspace.ts';
import type { Embedder } from '../../search/embedding/embedder.ts';
import { localEmbedder } from '../../search/embedding/local-embedder.ts';
import { countDocuments, type CountRequest } from '../../search/service/document-count.ts';
import { SearchEngine, type SearchRequest } from '../../search/service/search-engine.ts';
import type { CallsOf } from '../threads/caller.ts';
import type { WriterOptions } from './writer.ts';

/** Which model answers questions: one on this laptop, by its folder; one behind an endpoint, asked by the owner; or none. */
export type ModelChoice =
  | { readonly kind: 'laptop'; readonly folder: string }
  | {
      readonly kind: 'remote';
      readonly name: string;
      readonly version: string;
      /** Null until an answer of the endpoint told; nothing has a vector of it before that. */
      readonly dimensions: number | null;
    }
  | { readonly kind: 'none' };

export interface SearchOptions extends WriterOptions {
  readonly model: ModelChoice;
}

/** A question to the thread's owner: vectors of these texts, please. Answered by `search.embedded`. */
export interface EmbedNote {
  readonly embed: number;
  readonly texts: readonly string[];
}

/** Search by name, over a connection and a thread of its own, so that no search ever holds a list up. */
export function openSearch(options: SearchOptions, note: (question: EmbedNote) => void) {
  const db = openReader({ folder: options.folder, dataKey: options.dataKey });
  const asked = new Map<number, PromiseWithResolvers<Float32Array[]>>();
  let embedder = embedderOf(options.model, asked, note);
  const engine = new SearchEngine(db, embedder === null ? [] : [embedder]);
  const functions = {
    'search.query': (request: SearchRequest, signal: AbortSignal) => engine.search(request, signal),
    'search.counts': (searches: readonly CountRequest[]) =>
      searches.map((search) => countDocuments(db, search)),
    'search.warm': (_nothing: undefined, signal: AbortSignal) => engine.warm(signal),
    'search.chooseModel': async (choice: ModelChoice) => {
      const old = embedder;
      embedder = embedderOf(choice, asked, note);
      engine.setEmbedders(embedder === null ? [] : [embedder]);
      await old?.close();
    },
    'search.embedded': ({ embed, vectors }: { embed: number; vectors: Float32Array[] | null }) => {
      const waiting = asked.get(embed);
      asked.delete(embed);
      if (vectors === null) waiting?.reject(new Error('the endpoint did not answer'));
      else waiting?.resolve(vectors);
    },
  };
  return {
    functions,
    stop: async () => {
      await embedder?.close();
      closeDb(db);
    },
  };
}

export type SearchFunctions = ReturnType<typeof openSearch>['functions'];
export type SearchCalls = CallsOf<SearchFunctions>;

let lastQuestion = 0;

function embedderOf(
  choice: ModelChoice,
  asked: Map<number, PromiseWithResolvers<Float32Array[]>>,
  note: (question: EmbedNote) => void,
): Embedder | null {
  if (choice.kind === 'none') return null;
  if (choice.kind === 'laptop') return localEmbedder(choice.folder);
  if (choice.dimensions === null) return null;
  return {
    name: choice.name,
    version: choice.version,
    dimensions: choice.dimensions,
    place: 'remote',
    embed: (texts) => {
      const waiting = Promise.withResolvers<Float32Array[]>();
      lastQuestion += 1;
      asked.set(lastQuestion, waiting);
      note({ embed: lastQuestion, texts });
      return waiting.promise;
    },
    close: () => Promise.resolve(),
  };
}
