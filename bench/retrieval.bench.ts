import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';

import { idToBlob } from '../db/replica/rows/ids.ts';
import { insertRow } from '../db/replica/rows/write.ts';
import { insertChunks } from '../db/replica/search-chunks.ts';
import { storeVectors, chooseModel } from '../db/replica/search-vectors.ts';
import { openForReading } from '../db/replica/sqlite/open.ts';
import { transact } from '../db/replica/transaction/transact.ts';
import { closeWorkspace, createWorkspace, type OpenWorkspace } from '../db/replica/workspace/workspace.ts';
import { chunkText } from '../main/capture/analyse/chunks.ts';
import { nextQueued } from '../main/search/background/embedding-queue.ts';
import type { Embedder } from '../main/search/embedding/embedder.ts';
import { localEmbedder } from '../main/search/embedding/local-embedder.ts';
import { installModel } from '../main/search/model/install.ts';
import { SearchEngine } from '../main/search/service/search-engine.ts';
import type { SearchRequest } from '../main/search/service/search-engine.ts';
import { inFolder, report } from './harness.ts';
import { discountedGain, type Grades } from './ranking-measures.ts';
import { miniSearchPeer, oramaPeer, type PeerDocument } from './text-peers.ts';

const judged = join(import.meta.dirname, 'judged');
const depth = 10;
/** Passages asked for, so that ten documents are among them. */
const passageDepth = 60;

const documentSchema = z.object({ id: z.string(), title: z.string(), text: z.string() });
const questionSchema = z.object({ id: z.string(), query: z.string() });

/** nDCG@10 of each leg, of the fusion and of two peers on the frozen judged set. */
export async function run(): Promise<boolean> {
  if (!existsSync(join(judged, 'judgements.tsv'))) {
    process.stdout.write('The judged set is not in bench/judged, so there is nothing to measure.\n');
    return false;
  }
  const documents = readLines('documents.jsonl').map((line) => documentSchema.parse(JSON.parse(line)));
  const questions = readLines('questions.jsonl').map((line) => questionSchema.parse(JSON.parse(line)));
  const grades = readGrades();
  const model = await installModel();
  return inFolder(async (folder) => {
    const embedder = localEmbedder(model.folder);
    const workspace = createWorkspace({ folder: join(folder, 'w'), name: 'Judged', authorName: 'Bench' });
    try {
      const documentOf = await fill(workspace, documents, embedder);
      const db = openForReading({ path: workspace.layout.database });
      const engine = new SearchEngine(db, [embedder]);
      const leg = (mode: SearchRequest['mode']) => async (query: string) => {
        const { hits } = await engine.search({
          query: `${query} `,
          mode,
          limit: passageDepth,
          foldsSameWords: false,
        });
        const found = hits.flatMap((hit) =>
          hit.evidenceId === null ? [] : (documentOf.get(hit.evidenceId) ?? []),
        );
        return [...new Set(found)].slice(0, depth);
      };
      const peers = [miniSearchPeer(documents), await oramaPeer(documents)];
      const runs: [string, (query: string) => Promise<string[]>][] = [
        ['text leg', leg('text')],
        ['vector leg', leg('semantic')],
        ['fusion', leg('hybrid')],
        ...peers.map((peer): [string, (query: string) => Promise<string[]>] => [
          peer.name,
          (query) => peer.search(query, depth),
        ]),
      ];
      const scores = new Map<string, number>();
      for (const [name, search] of runs) {
        let total = 0;
        for (const { id, query } of questions) {
          total += discountedGain(await search(query), grades.get(id) ?? new Map(), depth);
        }
        scores.set(name, total / questions.length);
      }
      db.sqlite.close();
      return reportScores(scores, documents.length, questions.length);
    } finally {
      await embedder.close();
      closeWorkspace(workspace);
    }
  });
}

function reportScores(scores: ReadonlyMap<string, number>, documents: number, questions: number): boolean {
  const score = (name: string) => scores.get(name) ?? 0;
  const bestPeer = Math.max(score('MiniSearch'), score('Orama'));
  const bars: Readonly<Record<string, number>> = { 'text leg': bestPeer, fusion: score('text leg') + 0.03 };
  const figures = [...scores].map(([name, value]) => {
    const bound = bars[name];
    const figure = { what: `nDCG@10 of ${name}`, value, unit: '' };
    return bound === undefined
      ? figure
      : { ...figure, reach: { bound: Number(bound.toFixed(4)), side: 'above' as const } };
  });
  return report('retrieval', figures, [`${documents} documents, ${questions} questions`]);
}

/** Publishes and embeds the documents as ingest does. Returns the judged id of each piece of evidence. */
async function fill(
  workspace: OpenWorkspace,
  documents: readonly PeerDocument[],
  embedder: Embedder,
): Promise<Map<string, string>> {
  const { replica } = workspace;
  const sqlite = replica.db.sqlite;
  const documentOf = new Map<string, string>();
  const session = transact(replica, { command: 'session.add' }, (tx) =>
    insertRow(tx, 'research_sessions', { title: 'Judged' }),
  ).result;
  transact(replica, { command: 'capture.add' }, (tx) => {
    for (const { id, title, text } of documents) {
      const evidence = insertRow(tx, 'evidence', { session_id: session, title, source_type: 'manual_entry' });
      documentOf.set(evidence, id);
      insertChunks(sqlite, {
        evidence: idToBlob(evidence),
        session: idToBlob(session),
        extraction: null,
        title,
        chunks: chunkText(text, []).map(({ start, end }) => ({
          start,
          end,
          page: null,
          text: text.slice(start, end),
        })),
      });
    }
  });
  const model = chooseModel(sqlite, embedder);
  const queued = nextQueued(replica.db, model, Number.MAX_SAFE_INTEGER);
  for (const { chunk, text } of queued) {
    const [embedding] = await embedder.embed([text], 'background');
    if (embedding !== undefined) storeVectors(sqlite, model, [{ chunk, embedding }]);
  }
  return documentOf;
}

function readGrades(): Map<string, Grades> {
  const grades = new Map<string, Map<string, number>>();
  for (const line of readLines('judgements.tsv')) {
    const [question = '', document = '', grade = '0'] = line.split('\t');
    const ofQuestion = grades.get(question) ?? new Map<string, number>();
    ofQuestion.set(document, Number(grade) || 0);
    grades.set(question, ofQuestion);
  }
  return grades;
}

function readLines(file: string): string[] {
  return readFileSync(join(judged, file), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
}
