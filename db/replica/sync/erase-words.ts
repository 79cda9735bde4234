import { eraseLooseBodies } from '../log/purge.ts';
import { idToBlob } from '../rows/ids.ts';
import { removeChunks } from '../search-chunks.ts';
import type { WritableDb } from '../sqlite/open.ts';
import type { RowChange } from '../transaction/transact.ts';

/**
 * Takes away the words that rows have lost: whole texts that nothing names any more, and passages of texts that are hidden now. Belongs
 * into the transaction that took the rows away or wrote them anew; passages are made again where a text comes back.
 */
export function eraseLostWords(db: WritableDb, changes: readonly RowChange[]): void {
  const rewritten = changes.filter(({ entity, op }) => entity === 'content_extractions' && op === 'update');
  for (const { id } of rewritten) {
    const without = db.statements.all<{ id: Buffer }>(
      `SELECT evidence.id AS id FROM evidence JOIN content_extractions AS x ON x.id = evidence.extraction_id
       WHERE x.id = ? AND x.text_hash IS NULL`,
      idToBlob(id),
    );
    for (const evidence of without) removeChunks(db.sqlite, evidence.id);
  }
  if (rewritten.length > 0 || changes.some(({ op }) => op === 'purge')) eraseLooseBodies(db);
}
