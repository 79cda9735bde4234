import type { EntityName } from '../../catalogue/catalogue.ts';
import { columnsOf, isEntityName } from '../../catalogue/catalogue.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { Transaction } from '../transaction/transact.ts';
import { refreshJudgement } from './elements.ts';
import { blobToId } from './ids.ts';
import { refreshWords } from './text.ts';

interface Part {
  readonly owner_entity: string;
  readonly owner_id: Buffer;
  readonly column_name: string;
}

/** The row that an element, a position or a text's update belongs to. */
export interface Owner {
  readonly entity: EntityName;
  readonly id: Buffer;
}

/** Whom a row belongs to, where it is a part of another; undefined for all other rows. */
export function ownerOf(db: ReadableDb, entity: EntityName, row: Uint8Array): Owner | undefined {
  if (!isPart(entity)) return undefined;
  const part = db.statements.get<Part>(
    `SELECT owner_entity, owner_id, column_name FROM ${entity} WHERE id = ?`,
    row,
  );
  if (part === undefined || !isEntityName(part.owner_entity)) return undefined;
  return { entity: part.owner_entity, id: part.owner_id };
}

/** Brings the caches of a row up to date that has just come into its table: its parts may have come before it. */
export function refreshArrived(tx: Transaction, entity: EntityName, row: Uint8Array): void {
  const { statements } = tx.replica.db;
  const hasParts =
    isPart(entity) ||
    statements.get('SELECT 1 FROM judgements WHERE owner_id = ? LIMIT 1', row) !== undefined ||
    statements.get('SELECT 1 FROM text_updates WHERE owner_id = ? LIMIT 1', row) !== undefined;
  if (hasParts) refreshAfter(tx, entity, row);
}

function isPart(entity: EntityName): entity is 'judgements' | 'text_updates' {
  return entity === 'judgements' || entity === 'text_updates';
}

/**
 * Brings caches up to date after a row was changed by something other than the verbs: an undo, or work from elsewhere. A position
 * or a text update refreshes its owner; an owner refreshes its texts, and its judgements, which may have arrived before it.
 */
export function refreshAfter(tx: Transaction, entity: EntityName, row: Uint8Array): void {
  const { db } = tx.replica;
  if (isPart(entity)) {
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
