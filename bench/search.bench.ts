import { spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

import { openForReading } from '../db/replica/sqlite/open.ts';
import { closeWorkspace } from '../db/replica/workspace/workspace.ts';
import type { Embedder } from '../main/search/embedding/embedder.ts';
import { localEmbedder } from '../main/search/embedding/local-embedder.ts';
import { installModel } from '../main/search/model/install.ts';
import { localModel } from '../main/search/model/location.ts';
import { SearchEngine } from '../main/search/service/search-engine.ts';
import type { SearchRequest } from '../main/search/service/search-engine.ts';
import { VectorIndex } from '../main/search/vectors/vector-index.ts';
import type { Figure } from './harness.ts';
import { inFolder, medianOf, quantile, randomFrom, report, timed } from './harness.ts';
import { corpus } from './search-corpus.ts';
import type { Corpus } from './search-corpus.ts';
import { fillWorkspace, type Filled } from './search-workspace.ts';
import { exactNearest, usearchFigures } from './vector-peer.ts';

const sessions = 200;
const passages = 100_000;
const queries = 1000;
const recallQueries = 200;
const nearest = 10;

/** Hybrid search over 100,000 passages in an encrypted workspace, query embedding included. */
export async function run(): Promise<boolean> {
  const model = await installModel();
  return inFolder(async (folder) => {
    const source = corpus(11, localModel.dimensions);
    const filled = fillWorkspace(folder, source, {
      sessions,
      documentsPerSession: passages / sessions / 5,
      passagesPerDocument: 5,
      wordsPerPassage: 200,
      model: localModel,
    });
    const embedder = localEmbedder(model.folder);
    try {
      const figures = [
        ...(await hybridFigures(filled, source, embedder)),
        ...recallFigures(filled, source),
        ...usearchFigures(filled.vectors, source),
        await coldStart(filled, model.folder),
      ];
      return report('search', figures, [
        `${passages} passages of 200 words, ${sessions} sessions, encrypted`,
      ]);
    } finally {
      await embedder.close();
      closeWorkspace(filled.workspace);
    }
  });
}

const shapes = ['1 term', '3 terms', '5 terms', 'prefix', 'phrase', 'session filter'] as const;

/** Queries in equal shares of the shapes, their words from the corpus's own topics. */
function makeRequests({ sessions: ids, passages: texts }: Filled, source: Corpus): [string, SearchRequest][] {
  const random = randomFrom(5);
  return Array.from({ length: queries }, (_, i) => {
    const shape = shapes[i % shapes.length] ?? '1 term';
    const topic = source.topic();
    const terms = (count: number) =>
      Array.from({ length: count }, (_word, k) =>
        k % 2 === 0 ? source.topicWord(topic) : source.contentWord(),
      ).join(' ');
    const some = texts[Math.floor(random() * texts.length)]?.text.split(' ') ?? [];
    const query = {
      '1 term': () => terms(1),
      '3 terms': () => terms(3),
      '5 terms': () => terms(5),
      prefix: () => source.topicWord(topic).slice(0, 4),
      phrase: () => `"${some.slice(20, 22).join(' ')}"`,
      'session filter': () => terms(3),
    }[shape]();
    const sessionId = ids[Math.floor(random() * ids.length)];
    const scoped = shape === 'session filter' && sessionId !== undefined ? { sessionId } : {};
    return [
      shape,
      { query: `${query}${shape === 'prefix' ? '' : ' '}`, mode: 'hybrid', limit: 20, ...scoped },
    ];
  });
}

async function hybridFigures(filled: Filled, source: Corpus, embedder: Embedder): Promise<Figure[]> {
  const db = openForReading(readerOptions(filled));
  const engine = new SearchEngine(db, [embedder]);
  await engine.warm();
  const requests = makeRequests(filled, source);
  for (const [, request] of requests.slice(0, 60)) await engine.search(request);
  const times: { shape: string; ms: number }[] = [];
  for (const [shape, request] of requests)
    times.push({ shape, ms: await timed(() => engine.search(request)) });
  const busy = await whileEmbedding(filled, embedder, async () => {
    const taken: number[] = [];
    for (const [, request] of requests.slice(0, 300)) taken.push(await timed(() => engine.search(request)));
    return taken;
  });
  db.sqlite.close();
  const all = times.map(({ ms }) => ms);
  return [
    { what: 'hybrid p50', value: quantile(all, 0.5), unit: 'ms' },
    { what: 'hybrid p95', value: quantile(all, 0.95), unit: 'ms', reach: { bound: 40, side: 'below' } },
    ...shapes.map((shape) => ({
      what: `  p95 of ${shape}`,
      value: quantile(
        times.filter((time) => time.shape === shape).map(({ ms }) => ms),
        0.95,
      ),
      unit: 'ms',
    })),
    {
      what: 'hybrid p95 while vectors are made',
      value: quantile(busy.result, 0.95),
      unit: 'ms',
      reach: { bound: 40, side: 'below' },
    },
    { what: 'passages embedded meanwhile', value: busy.perSecond, unit: '/s' },
    {
      what: 'passages embedded, nothing else',
      value: await embeddingRate(filled, embedder),
      unit: '/s',
      reach: { bound: 40, side: 'above' },
    },
  ];
}

/** Runs something while passages of 200 words are embedded one after the other, and answers with how many were. */
async function whileEmbedding<T>(
  { passages: texts }: Filled,
  embedder: Embedder,
  work: () => Promise<T>,
): Promise<{ result: T; perSecond: number }> {
  let goes = true;
  let embedded = 0;
  const began = performance.now();
  const background = (async () => {
    while (goes) {
      await embedder.embed([texts[embedded % texts.length]?.text ?? ''], 'background');
      embedded += 1;
    }
  })();
  const result = await work();
  goes = false;
  await background;
  return { result, perSecond: (embedded / (performance.now() - began)) * 1000 };
}

const embeddedInARun = 60;

async function embeddingRate({ passages: texts }: Filled, embedder: Embedder): Promise<number> {
  return medianOf(5, async () => {
    const taken = await timed(() =>
      embedder.embed(
        texts.slice(0, embeddedInARun).map(({ text }) => text),
        'background',
      ),
    );
    return (embeddedInARun / taken) * 1000;
  });
}

function recallFigures(filled: Filled, source: Corpus): Figure[] {
  const db = openForReading(readerOptions(filled));
  const index = new VectorIndex(db.sqlite, 1, localModel.dimensions);
  index.refresh();
  const times: number[] = [];
  let found = 0;
  for (let i = 0; i < recallQueries; i += 1) {
    const query = source.question(source.topic());
    const began = performance.now();
    const answer = index.nearest(query, 100).slice(0, nearest);
    times.push(performance.now() - began);
    const exact = new Set(exactNearest(filled.vectors, query, nearest).map((at) => at + 1));
    found += answer.filter(({ chunk }) => exact.has(chunk)).length;
  }
  db.sqlite.close();
  return [
    {
      what: `recall@${nearest} of the vector leg, synthetic`,
      value: found / (recallQueries * nearest),
      unit: '',
      reach: { bound: 0.99, side: 'above' },
    },
    { what: 'vector leg p50', value: quantile(times, 0.5), unit: 'ms' },
    { what: 'vector leg p95', value: quantile(times, 0.95), unit: 'ms' },
  ];
}

/** From the start of a process to its first hybrid answer. */
async function coldStart(filled: Filled, modelFolder: string): Promise<Figure> {
  const { layout, dataKey } = filled.workspace;
  const key = dataKey === null ? '' : Buffer.from(dataKey).toString('hex');
  const script = join(import.meta.dirname, 'search-cold-start.ts');
  const once = () =>
    timed(
      () =>
        new Promise<void>((resolve, reject) => {
          const child = spawn(process.execPath, [script, layout.database, modelFolder, key], {
            stdio: 'inherit',
          });
          child.once('exit', (code) =>
            code === 0 ? resolve() : reject(new Error(`cold start ended with ${code}`)),
          );
        }),
    );
  return {
    what: 'spawn to first hybrid answer',
    value: await medianOf(5, once),
    unit: 'ms',
    reach: { bound: 1500, side: 'below' },
  };
}

function readerOptions({ workspace }: Filled): { path: string; dataKey: Uint8Array | null } {
  return { path: workspace.layout.database, dataKey: workspace.dataKey };
}
