import { create, insertMultiple, search } from '@orama/orama';
import MiniSearch from 'minisearch';

export interface PeerDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** A text search engine as the benches compare it: ids of documents, best first. */
export interface TextPeer {
  readonly name: string;
  search(query: string, limit: number): Promise<string[]>;
}

/** MiniSearch with its defaults (BM25+), the title counting double as in the Workbench. */
export function miniSearchPeer(documents: readonly PeerDocument[]): TextPeer {
  const index = new MiniSearch<PeerDocument>({
    fields: ['title', 'text'],
    searchOptions: { boost: { title: 2 } },
  });
  index.addAll(documents);
  return {
    name: 'MiniSearch',
    search: (query, limit) =>
      Promise.resolve(
        index
          .search(query)
          .slice(0, limit)
          .map((found) => String(found.id)),
      ),
  };
}

/** Orama's BM25 with its English stemmer, the title counting double. */
export async function oramaPeer(documents: readonly PeerDocument[]): Promise<TextPeer> {
  const index = create({
    schema: { id: 'string', title: 'string', text: 'string' } as const,
    components: { tokenizer: { stemming: true, language: 'english' } },
  });
  await insertMultiple(
    index,
    documents.map(({ id, title, text }) => ({ id, title, text })),
    1000,
  );
  return {
    name: 'Orama',
    async search(query, limit) {
      const { hits } = await search(index, {
        term: query,
        limit,
        properties: ['title', 'text'],
        boost: { title: 2 },
        threshold: 1,
      });
      return hits.map((hit) => hit.document.id);
    },
  };
}
