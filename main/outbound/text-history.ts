import * as Y from 'yjs';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import { idToBlob } from '../../db/replica/rows/ids.ts';
import { wordsOf } from '../../db/replica/rows/text.ts';
import { insertedWords } from '../../sync/core/inserted-words.ts';

/**
 * Everything that the updates of a `text` column can say: the words after each of them, by lineage, and the words that each brings by
 * itself. An update keeps what later ones took out again, so the words that show now do not tell what leaves with it.
 */
export function textHistory(db: ReadableDb, owner: string, column: string): readonly string[] {
  const updates = db.statements.all<{ lineage: Buffer; data: Buffer }>(
    `SELECT text_updates.lineage AS lineage, bodies.data AS data
     FROM text_updates JOIN bodies ON bodies.hash = text_updates.update_hash
     WHERE text_updates.owner_id = ? AND text_updates.column_name = ? ORDER BY text_updates.id`,
    idToBlob(owner),
    column,
  );
  const documents = new Map<string, Y.Doc>();
  const said = new Set<string>();
  for (const { lineage, data } of updates) {
    const key = lineage.toString('hex');
    const document = documents.get(key) ?? new Y.Doc();
    documents.set(key, document);
    Y.applyUpdate(document, data);
    said.add(wordsOf(document));
    said.add(insertedWords(data));
  }
  return [...said];
}
