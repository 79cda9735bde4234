import * as Y from 'yjs';
import { createHash } from 'node:crypto';
import type { EntityName } from '../../catalogue/catalogue.ts';
import { columnSpec } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import { faithfulValue } from '../../../sync/core/value.ts';
import { lineageColumn } from '../schema/physical.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import type { Transaction } from '../transaction/transact.ts';
import { blobToId, idToBlob, newId } from './ids.ts';
import { InputError } from './input-error.ts';
import { editableRow, insertRow } from './write.ts';

/** Name of the one shared text inside each document. */
const root = 'text';

/** Keeps bytes once under their SHA-256 and answers with it. */
export function putBody(db: WritableDb, data: Uint8Array): string {
  const hash = createHash('sha256').update(data).digest('hex');
  db.statements.run('INSERT INTO bodies (hash, data) VALUES (?, ?) ON CONFLICT DO NOTHING', hash, data);
  return hash;
}

/** The bytes of a body, or undefined where it is not there. */
export function readBody(db: ReadableDb, hash: string): Buffer | undefined {
  return db.statements.value<Buffer>('SELECT data FROM bodies WHERE hash = ?', hash);
}

/** The document of one lineage of one `text` column: every update of it, united. */
export function readDocument(db: ReadableDb, owner: Id, column: string, lineage: Id): Y.Doc {
  const document = new Y.Doc();
  const updates = db.statements.all<{ data: Buffer }>(
    `SELECT bodies.data FROM text_updates JOIN bodies ON bodies.hash = text_updates.update_hash
     WHERE text_updates.owner_id = ? AND text_updates.column_name = ? AND text_updates.lineage = ? AND text_updates._deleted = 0
     ORDER BY text_updates.id`,
    idToBlob(owner),
    column,
    idToBlob(lineage),
  );
  for (const { data } of updates) Y.applyUpdate(document, data);
  return document;
}

/** The words of a document. */
export function wordsOf(document: Y.Doc): string {
  return document.getText(root).toJSON();
}

/** The words that one update adds, whatever text it adds them to; pieces that do not stand together are told apart. */
export function addedWords(update: Uint8Array): string {
  return Y.decodeUpdate(update)
    .structs.flatMap((struct) =>
      struct instanceof Y.Item && struct.content instanceof Y.ContentString ? [struct.content.str] : [],
    )
    .join(' … ');
}

/** Changes only what differs between the old words and the new: the common start and end stay as they are. */
function replaceDifference(text: Y.Text, before: string, after: string): void {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let tail = 0;
  const longest = Math.min(before.length, after.length) - start;
  while (tail < longest && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  // A cut through a surrogate pair would leave half a character in each of two edits.
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start -= 1;
  if (tail > 0 && isLowSurrogate(before.charCodeAt(before.length - tail))) tail -= 1;
  text.delete(start, before.length - start - tail);
  text.insert(start, after.slice(start, after.length - tail));
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/**
 * Sets a `text` column to these words as an edit of what it holds: only the difference is written, as one update in the
 * column's lineage; the first words mint the lineage. True where anything changed.
 */
export function writeText(
  tx: Transaction,
  entity: EntityName,
  owner: Id,
  column: string,
  words: string,
): boolean {
  if (columnSpec(entity, column)?.merge !== 'text') {
    throw new InputError(`“${column}” of “${entity}” is not a text. Nothing was stored.`, entity, column);
  }
  faithfulValue(words);
  const { db } = tx.replica;
  const row = editableRow(tx, entity, owner);
  const before = (row[column] as string | null) ?? '';
  if (before === words) return false;
  const stored = row[lineageColumn(column)] as Uint8Array | null;
  const lineage = stored === null ? newId() : blobToId(stored);
  const document = readDocument(db, owner, column, lineage);
  const state = Y.encodeStateVector(document);
  replaceDifference(document.getText(root), wordsOf(document), words);
  const update_hash = putBody(db, Y.encodeStateAsUpdate(document, state));
  insertRow(tx, 'text_updates', {
    owner_entity: entity,
    owner_id: owner,
    column_name: column,
    lineage,
    update_hash,
  });
  if (stored === null) {
    db.statements.run(
      `UPDATE ${entity} SET "${lineageColumn(column)}" = ? WHERE id = ?`,
      idToBlob(lineage),
      idToBlob(owner),
    );
  }
  refreshWords(db, entity, owner, column);
  return true;
}

/** Brings the words of a `text` column up to date with its lineage's updates. */
export function refreshWords(db: WritableDb, entity: EntityName, owner: Id, column: string): void {
  const row = db.statements.get<{ lineage: Uint8Array | null; words: string | null }>(
    `SELECT "${lineageColumn(column)}" AS lineage, "${column}" AS words FROM ${entity} WHERE id = ?`,
    idToBlob(owner),
  );
  if (row === undefined) return;
  const { lineage } = row;
  const words = lineage === null ? null : wordsOf(readDocument(db, owner, column, blobToId(lineage)));
  if (words === row.words) return;
  db.statements.run(`UPDATE ${entity} SET "${column}" = ? WHERE id = ?`, words, idToBlob(owner));
}
