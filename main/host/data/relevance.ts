import type { Id } from '../../../db/catalogue/rows.ts';
import { blobToId, idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { writeDerived } from '../../../db/replica/rows/write.ts';
import { vectorKey } from '../../../db/replica/search-schema.ts';
import { floatsOf, storedModels } from '../../../db/replica/search-vectors.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import type { Replica } from '../../../db/replica/transaction/replica.ts';
import { transact } from '../../../db/replica/transaction/transact.ts';
import { relevance } from '../../capture/quality/relevance.ts';
import { textOf } from '../../documents/read.ts';
import { refreshQuality } from '../commands/quality.ts';

/** Characters of a document that its relevance is taken from. */
const sampleLength = 50_000;

export interface RelevanceRequest {
  readonly sessionId: Id;
  /** The question's vector by the current model; null where no model answers. */
  readonly question: Float32Array | null;
  /** Row number after which to go on; 0 to begin. */
  readonly after: number;
  readonly limit: number;
}

/**
 * Takes the relevance of some of a session's evidence anew, and the scores that follow from it. A few rows at a time, so that an
 * edit never waits for it. Answers which rows changed and where to go on; null where the session is done.
 */
export function refreshRelevance(
  replica: Replica,
  { sessionId, question, after, limit }: RelevanceRequest,
): { next: number | null; changed: Id[] } {
  const { db } = replica;
  const asked = getRow(db, 'research_sessions', sessionId)?.research_question ?? '';
  const rows = db.statements.all<{ rid: number; id: Uint8Array }>(
    'SELECT rid, id FROM evidence WHERE session_id = ? AND _deleted = 0 AND rid > ? ORDER BY rid LIMIT ?',
    idToBlob(sessionId),
    after,
    limit,
  );
  const changed: Id[] = [];
  transact(replica, { command: 'quality.refresh' }, (tx) => {
    for (const row of rows) {
      const id = blobToId(row.id);
      const evidence = getRow(db, 'evidence', id);
      const text = evidence?.extraction_id == null ? '' : wordsOf(db, evidence.extraction_id);
      if (evidence === undefined || text === '') continue;
      const nearest = question === null ? null : nearestCosine(db, id, question);
      const taken = relevance(asked, evidence.title ?? '', text.slice(0, sampleLength), nearest);
      const score = taken === null ? null : Math.round(taken * 1000) / 1000;
      if (score === evidence.relevance_score) continue;
      writeDerived(tx, 'evidence', id, { relevance_score: score });
      refreshQuality(tx, id);
      changed.push(id);
    }
  });
  return { next: rows.length < limit ? null : (rows.at(-1)?.rid ?? null), changed };
}

function wordsOf(db: ReadableDb, extractionId: Id): string {
  try {
    return textOf(db, extractionId);
  } catch {
    return '';
  }
}

/** The cosine of the passage nearest to the question; null where no passage has its vector yet. */
function nearestCosine(db: ReadableDb, evidence: Id, question: Float32Array): number | null {
  const model = storedModels(db.sqlite).find(({ current }) => current);
  if (model === undefined || model.dimensions !== question.length) return null;
  const stored = db.statements.all<{ embedding: Uint8Array }>(
    `SELECT embedding FROM chunks JOIN vectors ON vectors.vector = chunks.chunk + ? WHERE chunks.evidence = ?`,
    vectorKey(model.model, 0),
    idToBlob(evidence),
  );
  let best: number | null = null;
  for (const { embedding } of stored) {
    const vector = floatsOf(embedding);
    let product = 0;
    for (const [at, value] of question.entries()) product += value * (vector[at] ?? 0);
    best = Math.max(best ?? -1, product);
  }
  return best;
}
