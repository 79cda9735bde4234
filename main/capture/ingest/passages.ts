import type { Id } from '../../../db/catalogue/rows.ts';
import { blobToId, idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { readBody } from '../../../db/replica/rows/text.ts';
import { insertChunks, removeChunks } from '../../../db/replica/search-chunks.ts';
import type { WritableDb } from '../../../db/replica/sqlite/open.ts';
import { chunkText } from '../analyse/chunks.ts';
import type { PageSpan } from '../extract/types.ts';

/**
 * Makes the passages of one piece of evidence those of the extraction that it names now: after it was read again, after an undo
 * of that, or where it came from another laptop. Words of the old passages leave the index. Returns whether it made any.
 */
export function refreshPassages(db: WritableDb, evidenceId: Id): boolean {
  const evidence = getRow(db, 'evidence', evidenceId);
  const extractionId = evidence?.extraction_id ?? null;
  if (evidence === undefined || evidence._deleted || extractionId === null) return false;
  const blob = idToBlob(evidenceId);
  const indexed = db.statements.get<{ extraction: Uint8Array | null }>(
    `SELECT extraction FROM chunks WHERE evidence = ? LIMIT 1`,
    blob,
  );
  if (indexed?.extraction != null && blobToId(indexed.extraction) === extractionId) return false;
  const extraction = getRow(db, 'content_extractions', extractionId);
  const body = extraction?.text_hash == null ? undefined : readBody(db, extraction.text_hash);
  if (body === undefined) return false;
  const text = body.toString('utf8');
  const chunks = chunkText(text, (extraction?.page_map ?? []) as unknown as readonly PageSpan[]);
  removeChunks(db.sqlite, blob);
  insertChunks(db.sqlite, {
    evidence: blob,
    session: idToBlob(evidence.session_id),
    extraction: idToBlob(extractionId),
    title: evidence.title ?? '',
    chunks: chunks.map(({ start, end, page }) => ({ start, end, page, text: text.slice(start, end) })),
  });
  return chunks.length > 0;
}

/** Evidence whose passages are not those of its extraction, at most `limit`. Texts without a word have none. */
export function evidenceToIndex(db: WritableDb, limit: number): Id[] {
  return db.statements
    .all<{ id: Uint8Array }>(
      `SELECT evidence.id AS id FROM evidence
         JOIN content_extractions x ON x.id = evidence.extraction_id
         JOIN bodies ON bodies.hash = x.text_hash
       WHERE evidence._deleted = 0 AND length(bodies.data) > 0
         AND NOT EXISTS (SELECT 1 FROM chunks WHERE chunks.evidence = evidence.id AND chunks.extraction = x.id)
       LIMIT ?`,
      limit,
    )
    .map(({ id }) => blobToId(id));
}
