import { join } from 'node:path';

import type { Id } from '../db/catalogue/rows.ts';
import { idToBlob } from '../db/replica/rows/ids.ts';
import { insertRow } from '../db/replica/rows/write.ts';
import { insertChunks } from '../db/replica/search-chunks.ts';
import { indexNotedRows } from '../db/replica/search-items.ts';
import { storeVectors, chooseModel } from '../db/replica/search-vectors.ts';
import { transact } from '../db/replica/transaction/transact.ts';
import { createWorkspace, type OpenWorkspace } from '../db/replica/workspace/workspace.ts';
import type { Corpus } from './search-corpus.ts';

export interface Shape {
  readonly sessions: number;
  readonly documentsPerSession: number;
  readonly passagesPerDocument: number;
  readonly wordsPerPassage: number;
  /** The model whose vectors are stored, or null for words alone. */
  readonly model: { readonly name: string; readonly version: string; readonly dimensions: number } | null;
}

export interface Filled {
  readonly workspace: OpenWorkspace;
  readonly sessions: readonly Id[];
  /** The stored vectors by chunk number; chunk numbers begin at 1. */
  readonly vectors: readonly Float32Array[];
  /** The words of each passage, in the order of the chunk numbers. */
  readonly passages: readonly { readonly title: string; readonly text: string }[];
}

const documentsPerTransaction = 250;
const dataKey = new Uint8Array(32).fill(7);

/** Makes an encrypted workspace and fills it through the functions that ingest uses. */
export function fillWorkspace(folder: string, source: Corpus, shape: Shape): Filled {
  const workspace = createWorkspace({
    folder: join(folder, 'workspace'),
    name: 'Bench',
    authorName: 'Bench',
    dataKey,
  });
  const { replica } = workspace;
  const sqlite = replica.db.sqlite;
  const model = shape.model === null ? null : chooseModel(sqlite, shape.model);
  const vectors: Float32Array[] = [];
  const passages: { title: string; text: string }[] = [];
  const sessions: Id[] = [];
  for (let s = 0; s < shape.sessions; s += 1) {
    const session = transact(replica, { command: 'session.add' }, (tx) =>
      insertRow(tx, 'research_sessions', { title: source.word() }),
    ).result;
    sessions.push(session);
    for (let d = 0; d < shape.documentsPerSession; d += documentsPerTransaction) {
      const count = Math.min(documentsPerTransaction, shape.documentsPerSession - d);
      transact(replica, { command: 'capture.add' }, (tx) => {
        for (let i = 0; i < count; i += 1) {
          const topic = source.topic();
          const title = `${source.topicWord(topic)} ${source.word()} ${source.topicWord(topic)}`;
          const evidence = insertRow(tx, 'evidence', {
            session_id: session,
            title,
            source_type: 'manual_entry',
          });
          const texts = Array.from({ length: shape.passagesPerDocument }, () =>
            source.passage(topic, shape.wordsPerPassage),
          );
          const chunks = insertChunks(sqlite, {
            evidence: idToBlob(evidence),
            session: idToBlob(session),
            extraction: null,
            title,
            chunks: texts.map((text, at) => ({
              start: at * 2000,
              end: at * 2000 + text.length,
              page: null,
              text,
            })),
          });
          passages.push(...texts.map((text) => ({ title, text })));
          if (model === null) continue;
          const embedded = chunks.map((chunk) => ({ chunk, embedding: source.vector(topic) }));
          vectors.push(...embedded.map(({ embedding }) => embedding));
          storeVectors(sqlite, model, embedded);
        }
      });
    }
    while (indexNotedRows(sqlite) > 0);
  }
  sqlite.pragma('wal_checkpoint(TRUNCATE)');
  return { workspace, sessions, vectors, passages };
}
