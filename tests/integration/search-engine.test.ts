import { describe, expect, test } from 'vitest';
import { removeRow, restoreRow, insertRow, updateRow } from '../../db/replica/rows/write.ts';
import { addElement } from '../../db/replica/rows/elements.ts';
import { storeVectors, chooseModel } from '../../db/replica/search-vectors.ts';
import { transact } from '../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../db/replica/workspace/workspace.ts';
import { nextQueued } from '../../main/search/background/embedding-queue.ts';
import type { Embedder } from '../../main/search/embedding/embedder.ts';
import { countDocuments } from '../../main/search/service/document-count.ts';
import { SearchEngine } from '../../main/search/service/search-engine.ts';
import { addSession } from '../helpers/replica.ts';
import { addDocument, reader, settle, topicEmbedder, withSearchWorkspace } from '../helpers/search.ts';

const topics = [
  ['battery', 'accumulator', 'cell'],
  ['whale', 'cetacean', 'ocean'],
  ['bread', 'loaf', 'bakery'],
];

async function embedAll({ replica }: OpenWorkspace, embedder: Embedder): Promise<void> {
  const model = chooseModel(replica.db.sqlite, embedder);
  const queued = nextQueued(replica.db, model, 10_000);
  const vectors = await embedder.embed(
    queued.map((passage) => passage.text),
    'background',
  );
  storeVectors(
    replica.db.sqlite,
    model,
    queued.flatMap(({ chunk }, i) => (vectors[i] === undefined ? [] : [{ chunk, embedding: vectors[i] }])),
  );
}

async function found(engine: SearchEngine, query: string, more: object = {}): Promise<string[]> {
  const answer = await engine.search({ query, mode: 'text', limit: 20, ...more });
  return answer.hits.map((hit) => `${hit.kind}:${hit.title}`);
}

describe('search by words', () => {
  test('finds titles, text, accents, Chinese and half a word, and says why', async () => {
    await withSearchWorkspace(async (workspace) => {
      const session = addSession(workspace);
      addDocument(workspace, session, 'Capacitors in cars', ['They store charge.', 'They age with heat.']);
      addDocument(workspace, session, 'Énergie', ['La société a publié un résumé.']);
      addDocument(workspace, session, 'Tower', ['私は東京タワーへ行く。']);
      const engine = new SearchEngine(reader(workspace));
      expect(await found(engine, 'cap')).toContain('passage:Capacitors in cars');
      expect(await found(engine, 'pacito')).toContain('title:Capacitors in cars');
      expect(await found(engine, 'resume')).toContain('passage:Énergie');
      expect(await found(engine, '東京')).toEqual(['passage:Tower']);
      expect(await found(engine, '京東')).toEqual([]);
      const [hit] = (await engine.search({ query: 'heat', mode: 'text', limit: 5 })).hits;
      expect(hit?.why).toBe('words in the text');
      expect(hit?.snippet.slice(hit.marks[0]?.start, hit.marks[0]?.end)).toBe('heat');
      expect([hit?.start, hit?.end]).toEqual([19, 38]);
      expect(hit?.words).toBe(1);
    });
  });

  test('phrases, exclusions and fields restrict', async () => {
    await withSearchWorkspace(async (workspace) => {
      const session = addSession(workspace, 'North');
      const other = addSession(workspace, 'South');
      addDocument(workspace, session, 'One', ['solid state battery'], {
        author: 'Jane Roe',
        publication_date: '2023-05-01',
      });
      const two = addDocument(workspace, other, 'Two', ['battery of a solid kind, in good state'], {
        publication_date: '2025-02',
      });
      transact(workspace.replica, { command: 'tag' }, (tx) =>
        addElement(tx, 'evidence', two, 'tags', 'lithium'),
      );
      settle(workspace);
      const engine = new SearchEngine(reader(workspace));
      const both = ['passage:One', 'passage:Two'];
      expect((await found(engine, 'solid battery')).toSorted()).toEqual(both);
      expect(await found(engine, '"solid state"')).toEqual(['passage:One']);
      expect(await found(engine, 'battery -kind')).toEqual(['passage:One']);
      expect(await found(engine, 'battery author:roe')).toEqual(['passage:One']);
      expect(await found(engine, 'battery after:2024')).toEqual(['passage:Two']);
      expect(await found(engine, 'battery before:2024')).toEqual(['passage:One']);
      expect(await found(engine, 'battery tag:lithium')).toEqual(['passage:Two']);
      expect(await found(engine, 'battery session:south')).toEqual(['passage:Two']);
      expect(await found(engine, 'battery', { sessionId: session })).toEqual(['passage:One']);
      expect(await found(engine, 'lithium')).toEqual(['tag:Two']);
      expect(await found(engine, 'after:2020')).toEqual(['title:Two', 'title:One']);
      expect(await found(engine, 'after:2020', { sessionId: session })).toEqual(['title:One']);
    });
  });

  test('documents of a search are counted by every word and filter, and follow the trash', async () => {
    await withSearchWorkspace((workspace) => {
      const session = addSession(workspace, 'North');
      const one = addDocument(workspace, session, 'One', ['solid state battery', 'a battery again'], {
        publication_date: '2023-05-01',
      });
      addDocument(workspace, addSession(workspace, 'South'), 'Two', ['battery of glass']);
      const db = reader(workspace);
      const count = (query: string, more: { types?: string[]; sessionId?: string } = {}) =>
        countDocuments(db, { query, types: [], ...more });
      expect(count('battery')).toBe(2);
      expect(count('solid battery')).toBe(1);
      expect(count('battery after:2020')).toBe(1);
      expect(count('after:2020')).toBe(1);
      expect(count('battery', { sessionId: session })).toBe(1);
      expect(count('battery', { types: ['pdf'] })).toBe(0);
      expect(count('battery', { types: ['manual_entry'] })).toBe(2);
      expect(count('')).toBe(0);
      transact(workspace.replica, { command: 'trash' }, (tx) => removeRow(tx, 'evidence', one));
      expect(count('battery')).toBe(1);
      expect(count('after:2020')).toBe(0);
      return Promise.resolve();
    });
  });

  test('claims are found, and rows follow their edits, the trash and the way back', async () => {
    await withSearchWorkspace(async (workspace) => {
      const session = addSession(workspace);
      const evidence = addDocument(workspace, session, 'Whales', ['They sing in the ocean.']);
      transact(workspace.replica, { command: 'claim.add' }, (tx) =>
        insertRow(tx, 'research_claims', { session_id: session, claim_text: 'Song carries for miles' }),
      );
      settle(workspace);
      const engine = new SearchEngine(reader(workspace));
      expect(await found(engine, 'carries miles')).toEqual(['claim:Song carries for miles']);
      transact(workspace.replica, { command: 'evidence.edit' }, (tx) =>
        updateRow(tx, 'evidence', evidence, { title: 'Cetaceans' }),
      );
      settle(workspace);
      expect(await found(engine, 'whales')).toEqual([]);
      expect(await found(engine, 'cetaceans')).toEqual(['passage:Cetaceans']);
      transact(workspace.replica, { command: 'trash' }, (tx) => removeRow(tx, 'evidence', evidence));
      settle(workspace);
      expect(await found(engine, 'ocean')).toEqual([]);
      transact(workspace.replica, { command: 'restore' }, (tx) => restoreRow(tx, 'evidence', evidence));
      settle(workspace);
      expect(await found(engine, 'ocean')).toEqual(['passage:Cetaceans']);
    });
  });

  test('passages with the same words stand once', async () => {
    await withSearchWorkspace(async (workspace) => {
      const session = addSession(workspace);
      for (const title of ['A', 'B', 'C']) addDocument(workspace, session, title, ['The same  sentence.']);
      const engine = new SearchEngine(reader(workspace));
      const { hits } = await engine.search({ query: 'sentence', mode: 'text', limit: 10 });
      expect(hits.map((hit) => hit.sameWords)).toEqual([2]);
    });
  });
});

describe('search by meaning', () => {
  test('finds what has no word in common, fuses both, and keeps phrases and exclusions', async () => {
    await withSearchWorkspace(async (workspace) => {
      const session = addSession(workspace);
      addDocument(workspace, session, 'P1', ['An accumulator in the garage.']);
      addDocument(workspace, session, 'P2', ['A loaf on the table.']);
      addDocument(workspace, session, 'P3', ['The battery in the car.']);
      const embedder = topicEmbedder(topics);
      const engine = new SearchEngine(reader(workspace), [embedder]);
      const before = await engine.search({ query: 'battery', mode: 'hybrid', limit: 3 });
      expect(before.notice).toContain('words alone');
      await embedAll(workspace, embedder);
      const { hits, notice } = await engine.search({ query: 'battery', mode: 'hybrid', limit: 3 });
      expect(notice).toBeNull();
      expect(hits.map((hit) => hit.title)).toEqual(['P3', 'P1', 'P2']);
      expect(hits[0]?.why).toBe('words in the text, meaning');
      expect(hits[1]?.why).toBe('meaning');
      expect(hits[1]?.words).toBeNull();
      const without = await engine.search({ query: 'battery -garage', mode: 'semantic', limit: 9 });
      expect(without.hits.map((hit) => hit.title)).toEqual(['P3', 'P2']);
      const phrase = await engine.search({ query: 'battery "the garage"', mode: 'semantic', limit: 9 });
      expect(phrase.hits.map((hit) => hit.title)).toEqual(['P1']);
    });
  });

  test('a new model takes over while the old one still answers', async () => {
    await withSearchWorkspace(async (workspace) => {
      const session = addSession(workspace);
      addDocument(workspace, session, 'P1', ['An accumulator in the garage.']);
      const old = topicEmbedder(topics, '1');
      await embedAll(workspace, old);
      const current = topicEmbedder(topics, '2');
      chooseModel(workspace.replica.db.sqlite, current);
      const engine = new SearchEngine(reader(workspace), [current, old]);
      const meanwhile = await engine.search({ query: 'battery', mode: 'semantic', limit: 3 });
      expect(meanwhile.hits.map((hit) => hit.title)).toEqual(['P1']);
      await embedAll(workspace, current);
      const after = await engine.search({ query: 'battery', mode: 'semantic', limit: 3 });
      expect(after.hits.map((hit) => hit.title)).toEqual(['P1']);
    });
  });

  test('an aborted search rejects and a failing model leaves the words', async () => {
    await withSearchWorkspace(async (workspace) => {
      const session = addSession(workspace);
      addDocument(workspace, session, 'P1', ['A battery.']);
      const embedder = topicEmbedder(topics);
      await embedAll(workspace, embedder);
      const broken: Embedder = { ...embedder, embed: () => Promise.reject(new Error('broken')) };
      const engine = new SearchEngine(reader(workspace), [broken]);
      const answer = await engine.search({ query: 'battery', mode: 'hybrid', limit: 3 });
      expect(answer.hits.map((hit) => hit.title)).toEqual(['P1']);
      expect(answer.notice).toContain('words alone');
      const controller = new AbortController();
      controller.abort(new Error('newer query'));
      await expect(
        engine.search({ query: 'battery', mode: 'text', limit: 3 }, controller.signal),
      ).rejects.toThrow('newer query');
    });
  });
});
