import type { EntityName } from '../../catalogue/catalogue.ts';
import { columnsOf, isEntityName } from '../../catalogue/catalogue.ts';
import type { Transaction } from '../transaction/transact.ts';
import { refreshJudgement } from './elements.ts';
import { blobToId } from './ids.ts';
import { refreshWords } from './text.ts';

interface Part {
  readonly owner_entity: string;
  readonly owner_id: Buffer;
  readonly column_name: string;
}

/**
 * Brings caches up to date after a row was changed by something other than the verbs: an undo, or work from elsewhere. A position
 * or a text update refreshes its owner; an owner refreshes its texts, and its judgements, which may have arrived before it.
 */
export function refreshAfter(tx: Transaction, entity: EntityName, row: Uint8Array): void {
  const { db } = tx.replica;
  if (entity === 'judgements' || entity === 'text_updates') {
    const part = db.statements.get<Part>(
      `SELECT owner_entity, owner_id, column_name FROM ${entity} WHERE id = ?`,
      row,
    );
    if (part === undefined || !isEntityName(part.owner_entity)) return;
    const owner = blobToId(part.owner_id);
    if (entity === 'judgements') refreshJudgement(tx, part.owner_entity, owner, part.column_name);
    else refreshWords(db, part.owner_entity, owner, part.column_name);
    return;
  }
  for (const [column, spec] of columnsOf(entity)) {
    if (spec.merge === 'text') refreshWords(db, entity, blobToId(row), column);
    if (spec.merge === 'judgement') refreshJudgement(tx, entity, blobToId(row), column);
  }
}
