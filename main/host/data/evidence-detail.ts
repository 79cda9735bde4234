import type { Id } from '../../../db/catalogue/rows.ts';
import { evidenceRow, resemblingEvidence } from '../../../db/queries/evidence.ts';
import { getSession } from '../../../db/queries/sessions.ts';
import { historyOf } from '../../../db/replica/log/history.ts';
import { readJudgement } from '../../../db/replica/rows/elements.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { openDocument } from '../../documents/read.ts';

/** Steps of the history that the inspector shows. */
const shownSteps = 50;

/** Everything that the inspector shows of one piece of evidence. */
export function evidenceDetail(db: ReadableDb, { id }: { id: Id }) {
  const row = evidenceRow(db, id);
  const evidence = getRow(db, 'evidence', id);
  if (row === undefined || evidence === undefined) {
    throw new WorkbenchError('not-found', 'This evidence is not there. It may have been purged.', { id });
  }
  const artifact = evidence.artifact_id === null ? undefined : getRow(db, 'artifacts', evidence.artifact_id);
  const facts =
    artifact === undefined
      ? []
      : listRows(db, 'metadata_tags', {
          where: 'metadata_tags.artifact_id = ?',
          values: [idToBlob(artifact.id)],
        });
  return {
    row,
    sessionId: evidence.session_id,
    sessionTitle: getSession(db, evidence.session_id)?.title ?? null,
    sourceUrl: evidence.source_url,
    summary: evidence.summary,
    notes: evidence.notes,
    fileName: evidence.file_name,
    pages: artifact?.pages ?? null,
    bytes: artifact?.file_size ?? null,
    mimeType: artifact?.mime_type ?? null,
    recency: evidence.recency_score,
    relevance: evidence.relevance_score,
    rating: evidence.credibility_score,
    judgements: ['reliability', 'credibility'].map((column) => {
      const judged = readJudgement(db, id, column);
      return { ...judged, positions: [...judged.positions] };
    }),
    warnings: evidence._deleted ? [] : openDocument(db, { evidenceId: id }).warnings,
    sameOrigin: resemblingEvidence(db, id),
    metadata: facts.map((fact) => ({ type: fact.tag_type, key: fact.tag_key, value: fact.tag_value })),
    history: historyOf(db, 'evidence', id)
      .slice(0, shownSteps)
      .map((step) => ({ ...step, columns: { ...step.columns } })),
  };
}
