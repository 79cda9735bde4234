import { fromIndexed } from '../../../db/replica/search-text.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';

/** A passage that waits for its vector, with the text that is embedded. */
export interface QueuedPassage {
  readonly chunk: number;
  readonly text: string;
  /** The 16 bytes of the evidence that the passage is of. */
  readonly evidence: Uint8Array;
}

/** The next passages that wait for a vector of a model, newest documents first: what was just added is asked about first. */
export function nextQueued(db: ReadableDb, model: number, limit: number): QueuedPassage[] {
  return db.statements
    .all<{ chunk: number; title: string; body: string; evidence: Uint8Array }>(
      `SELECT vector_queue.chunk AS chunk, title, body, evidence
       FROM vector_queue JOIN chunk_text ON chunk_text.chunk = vector_queue.chunk
       JOIN chunks ON chunks.chunk = vector_queue.chunk
       WHERE model = ? ORDER BY vector_queue.chunk DESC LIMIT ?`,
      model,
      limit,
    )
    .map(({ chunk, title, body, evidence }) => ({ chunk, text: embeddedText(title, body), evidence }));
}

/** What a passage's vector is made of: its document's title gives a passage from the middle its subject. */
export function embeddedText(title: string, body: string): string {
  const words = fromIndexed(body);
  return title === '' ? words : `${fromIndexed(title)}\n${words}`;
}
