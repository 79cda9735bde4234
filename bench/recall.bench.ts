import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { insertChunks } from '../db/replica/search-chunks.ts';
import { storeVectors, chooseModel } from '../db/replica/search-vectors.ts';
import { closeWorkspace, createWorkspace } from '../db/replica/workspace/workspace.ts';
import { localEmbedder } from '../main/search/embedding/local-embedder.ts';
import { installModel } from '../main/search/model/install.ts';
import { localModel } from '../main/search/model/location.ts';
import { VectorIndex } from '../main/search/vectors/vector-index.ts';
import { inFolder, quantile, randomFrom, report } from './harness.ts';
import { exactNearest } from './vector-peer.ts';

const passages = 10_000;
const wordsPerPassage = 200;
const questions = 200;
const nearest = 10;
const embedAtOnce = 500;

/**
 * Recall of the vector leg on real vectors: passages of the documentation of the installed packages, asked with
 * questions made of its headings. Also how fast the model reads passages in the background.
 */
export async function run(): Promise<boolean> {
  const { texts, headings } = readDocumentation();
  const model = await installModel();
  const embedder = localEmbedder(model.folder);
  return inFolder(async (folder) => {
    const workspace = createWorkspace({ folder: join(folder, 'w'), name: 'Recall', authorName: 'Bench' });
    const sqlite = workspace.replica.db.sqlite;
    try {
      const number = chooseModel(sqlite, localModel);
      const chunks = insertChunks(sqlite, {
        evidence: new Uint8Array(16),
        session: new Uint8Array(16),
        extraction: null,
        title: 'Documentation',
        chunks: texts.map((text, at) => ({ start: at, end: at + 1, page: null, text })),
      });
      await embedder.embed(['warm'], 'background');
      const vectors: Float32Array[] = [];
      const began = performance.now();
      for (let start = 0; start < texts.length; start += embedAtOnce) {
        const batch = await embedder.embed(texts.slice(start, start + embedAtOnce), 'background');
        storeVectors(
          sqlite,
          number,
          batch.map((embedding, i) => ({ chunk: chunks[start + i] ?? 0, embedding })),
        );
        vectors.push(...batch);
      }
      const perSecond = (vectors.length / (performance.now() - began)) * 1000;
      const index = new VectorIndex(sqlite, number, localModel.dimensions);
      index.refresh();
      const times: number[] = [];
      let found = 0;
      for (const heading of headings) {
        const [question] = await embedder.embed([heading], 'query');
        if (question === undefined) continue;
        const start = performance.now();
        const answer = index.nearest(question, 100).slice(0, nearest);
        times.push(performance.now() - start);
        const exact = new Set(exactNearest(vectors, question, nearest).map((at) => chunks[at]));
        found += answer.filter(({ chunk }) => exact.has(chunk)).length;
      }
      const recall = found / (headings.length * nearest);
      return report(
        'recall',
        [
          {
            what: `recall@${nearest} on real vectors`,
            value: recall,
            unit: '',
            reach: { bound: 0.99, side: 'above' },
          },
          { what: 'vector leg p95', value: quantile(times, 0.95), unit: 'ms' },
          {
            what: 'passages read in the background',
            value: perSecond,
            unit: '/s',
            reach: { bound: 40, side: 'above' },
          },
        ],
        [`${texts.length} passages of ${wordsPerPassage} words, ${headings.length} questions, two threads`],
      );
    } finally {
      await embedder.close();
      closeWorkspace(workspace);
    }
  });
}

/** Passages of the Markdown files and of the comments in the declarations of the installed packages, in a fixed order. */
function readDocumentation(): { texts: string[]; headings: string[] } {
  const root = join(import.meta.dirname, '..', 'node_modules');
  const files = ['**/*.md', '**/*.d.ts'].flatMap((pattern) => globSync(pattern, { cwd: root }).toSorted());
  const texts = new Set<string>();
  const headings = new Set<string>();
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, heading = ''] of text.matchAll(/^#{2,4} +([\p{L} -]{12,80})$/gmu)) {
      headings.add(`How does ${heading.trim().toLowerCase()} work?`);
    }
    const words = proseOf(file, text).split(/\s+/);
    for (let at = 0; at + wordsPerPassage <= words.length && texts.size < passages; at += wordsPerPassage) {
      texts.add(words.slice(at, at + wordsPerPassage).join(' '));
    }
  }
  const random = randomFrom(3);
  const chosen = [...headings]
    .map((heading) => ({ heading, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, questions);
  return { texts: [...texts], headings: chosen.map(({ heading }) => heading) };
}

/** Markdown as it stands; of a declaration file its comments. */
function proseOf(file: string, text: string): string {
  if (file.endsWith('.md')) return text;
  const comments = [...text.matchAll(/\/\*\*([\s\S]*?)\*\//g)].map(([, comment = '']) => comment);
  return comments.join('\n').replaceAll(/^\s*\* ?/gm, '');
}
