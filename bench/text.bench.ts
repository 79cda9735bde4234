import { openForReading } from '../db/replica/sqlite/open.ts';
import { closeWorkspace } from '../db/replica/workspace/workspace.ts';
import { SearchEngine } from '../main/search/service/search-engine.ts';
import type { Figure } from './harness.ts';
import { inFolder, quantile, randomFrom, report, timed } from './harness.ts';
import { corpus } from './search-corpus.ts';
import type { Corpus } from './search-corpus.ts';
import { fillWorkspace } from './search-workspace.ts';
import { miniSearchPeer, oramaPeer } from './text-peers.ts';

const documents = 50_000;
const sessions = 50;
const queriesPerShape = 100;
const shapes = ['1 word', '2 words', '3 words', 'phrase'] as const;

/** Search by words alone over 50,000 documents in an encrypted workspace, snippets included, beside two peers in memory; `--alone` leaves them out. */
export async function run(options: readonly string[] = []): Promise<boolean> {
  return inFolder(async (folder) => {
    const source = corpus(23, 16);
    const { workspace, passages } = fillWorkspace(folder, source, {
      sessions,
      documentsPerSession: documents / sessions,
      passagesPerDocument: 1,
      wordsPerPassage: 300,
      model: null,
    });
    const db = openForReading({ path: workspace.layout.database, dataKey: workspace.dataKey });
    const engine = new SearchEngine(db);
    const queries = makeQueries(source, passages);
    const figures = await measure(
      'Workbench',
      queries,
      (query) => engine.search({ query, mode: 'text', limit: 20 }),
      10,
    );
    db.sqlite.close();
    closeWorkspace(workspace);
    const peerDocuments = passages.map(({ title, text }, at) => ({ id: String(at), title, text }));
    for (const make of options.includes('--alone') ? [] : [miniSearchPeer, oramaPeer]) {
      const began = performance.now();
      const peer = await make(peerDocuments);
      const build = (performance.now() - began) / 1000;
      figures.push({ what: `${peer.name}: build`, value: build, unit: 's' });
      const comparable = queries.filter(({ shape }) => shape !== 'phrase');
      figures.push(...(await measure(peer.name, comparable, (query) => peer.search(query, 20))));
    }
    return report('text', figures, [
      `${documents} documents of 300 words; peers have no phrases and no snippets`,
    ]);
  });
}

interface Query {
  readonly shape: (typeof shapes)[number];
  readonly text: string;
}

/** Words by the frequency of a language without its stop words; phrases that occur. */
function makeQueries(source: Corpus, passages: readonly { text: string }[]): Query[] {
  const random = randomFrom(17);
  const words = (count: number) => {
    const topic = source.topic();
    return Array.from({ length: count }, (_, i) =>
      i % 2 === 0 ? source.topicWord(topic) : source.contentWord(),
    ).join(' ');
  };
  const phrase = () => {
    const text = passages[Math.floor(random() * passages.length)]?.text.split(' ') ?? [];
    return `"${text.slice(40, 43).join(' ')}"`;
  };
  return Array.from({ length: queriesPerShape }, () =>
    shapes.map((shape, i) => ({ shape, text: `${shape === 'phrase' ? phrase() : words(i + 1)} ` })),
  ).flat();
}

async function measure(
  name: string,
  queries: readonly Query[],
  search: (query: string) => Promise<unknown>,
  bound?: number,
): Promise<Figure[]> {
  for (const { text } of queries.slice(0, 20)) await search(text);
  const times: { shape: string; ms: number }[] = [];
  for (const { shape, text } of queries) times.push({ shape, ms: await timed(() => search(text)) });
  return [...new Set(queries.map(({ shape }) => shape))].map((shape) => {
    const value = quantile(
      times.filter((time) => time.shape === shape).map(({ ms }) => ms),
      0.95,
    );
    const figure = { what: `${name}: p95 of ${shape}`, value, unit: 'ms' };
    return bound === undefined ? figure : { ...figure, reach: { bound, side: 'below' as const } };
  });
}
