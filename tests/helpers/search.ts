import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Id } from '../../db/catalogue/rows.ts';
import { idToBlob } from '../../db/replica/rows/ids.ts';
import { insertRow } from '../../db/replica/rows/write.ts';
import { insertChunks } from '../../db/replica/search-chunks.ts';
import { indexNotedRows } from '../../db/replica/search-items.ts';
import { openForReading, type ReadableDb } from '../../db/replica/sqlite/open.ts';
import { transact } from '../../db/replica/transaction/transact.ts';
import { type OpenWorkspace, closeWorkspace, createWorkspace } from '../../db/replica/workspace/workspace.ts';
import type { Embedder } from '../../main/search/embedding/embedder.ts';

/** A piece of evidence with its passages, indexed. Passages are joined by line breaks. */
export function addDocument(
  workspace: OpenWorkspace,
  session: Id,
  title: string,
  passages: readonly string[],
  more: { author?: string; publication_date?: string } = {},
): Id {
  const { replica } = workspace;
  const evidence = transact(replica, { command: 'evidence.add' }, (tx) => {
    const id = insertRow(tx, 'evidence', {
      session_id: session,
      title,
      source_type: 'manual_entry',
      ...more,
    });
    let start = 0;
    const chunks = passages.map((text) => {
      const chunk = { start, end: start + text.length, page: null, text };
      start += text.length + 1;
      return chunk;
    });
    insertChunks(replica.db.sqlite, {
      evidence: idToBlob(id),
      session: idToBlob(session),
      extraction: null,
      title,
      chunks,
    });
    return id;
  }).result;
  settle(workspace);
  return evidence;
}

/** Indexes every noted row. */
export function settle({ replica }: OpenWorkspace): void {
  while (indexNotedRows(replica.db.sqlite) > 0);
}

/** A second connection to the workspace, as a reader's thread has it. */
export function reader(workspace: OpenWorkspace): ReadableDb {
  return openForReading({ path: workspace.replica.db.sqlite.name });
}

/** An embedder whose vectors count the topics that a text names: alike texts without a word in common are near. */
export function topicEmbedder(topics: readonly (readonly string[])[], version = '1'): Embedder {
  return {
    name: 'topics',
    version,
    dimensions: topics.length,
    place: 'laptop',
    embed: (texts) => Promise.resolve(texts.map((text) => topicVector(topics, text))),
    close: () => Promise.resolve(),
  };
}

function topicVector(topics: readonly (readonly string[])[], text: string): Float32Array {
  const words = text.toLowerCase().split(/\P{L}+/u);
  const counts = topics.map((topic) => 0.01 + words.filter((word) => topic.includes(word)).length);
  const length = Math.hypot(...counts);
  return Float32Array.from(counts, (count) => count / length);
}

/** Runs a test that waits on a fresh workspace in a temporary folder, and removes both. */
export async function withSearchWorkspace(
  body: (workspace: OpenWorkspace) => Promise<void>,
  dataKey: Uint8Array | null = null,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'workspace-'));
  const workspace = createWorkspace({ folder: join(folder, 'w'), name: 'Test', authorName: 'Ada', dataKey });
  try {
    await body(workspace);
  } finally {
    closeWorkspace(workspace);
    rmSync(folder, { recursive: true, force: true });
  }
}
