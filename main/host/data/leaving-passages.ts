import { blobToId } from '../../../db/replica/rows/ids.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import type { ReadableDb, WritableDb } from '../../../db/replica/sqlite/open.ts';
import type { PrivacySettings } from '../../../sync/core/privacy-settings.ts';
import { factsOf } from '../../outbound/facts.ts';
import { passageMayLeave } from '../../outbound/gate.ts';
import { nextQueued, type QueuedPassage } from '../../search/background/embedding-queue.ts';

/** An embedding endpoint, and the policy under which words may go there. */
export interface Remote {
  readonly endpoint: string;
  readonly policy: PrivacySettings;
}

/**
 * The next passages whose document may leave for an endpoint. Passages of other documents leave the queue without a vector; they
 * are found by their words, and are queued again when the policy or the model changes.
 */
export function nextThatMayLeave(
  db: WritableDb,
  model: number,
  limit: number,
  { endpoint, policy }: Remote,
): QueuedPassage[] {
  const rulings = new Map<string, boolean>();
  const mayLeave = ({ evidence }: QueuedPassage): boolean => {
    const id = blobToId(evidence);
    const known = rulings.get(id);
    if (known !== undefined) return known;
    const row = getRow(db, 'evidence', id);
    const allowed =
      row !== undefined && passageMayLeave(policy, factsOf(db, 'evidence', { ...row }), endpoint);
    rulings.set(id, allowed);
    return allowed;
  };
  for (;;) {
    const queued = nextQueued(db, model, limit);
    const kept = queued.filter((passage) => !mayLeave(passage));
    for (const { chunk } of kept) {
      db.statements.run('DELETE FROM vector_queue WHERE model = ? AND chunk = ?', model, chunk);
    }
    if (kept.length < queued.length || queued.length === 0) return queued.filter(mayLeave);
  }
}

/** Whether a session's question may go to an endpoint: it is as confidential as its session. */
export function questionMayLeave(
  db: ReadableDb,
  { sessionId, endpoint, policy }: Remote & { readonly sessionId: Id },
): boolean {
  const row = getRow(db, 'research_sessions', sessionId);
  return row !== undefined && passageMayLeave(policy, factsOf(db, 'research_sessions', { ...row }), endpoint);
}
