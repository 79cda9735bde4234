import * as Y from 'yjs';
import type { EntityName } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import type { Json } from '../../catalogue/types.ts';
import { mergeTexts } from '../../../sync/core/merge-texts.ts';
import type { SessionId, Stamp } from '../../../sync/core/stamp.ts';
import { resolveStamps } from '../log/cells.ts';
import { blobToId, idToBlob } from '../rows/ids.ts';
import { wordsOf, writeText } from '../rows/text.ts';
import { updateRow } from '../rows/write.ts';
import { lineageColumn } from '../schema/physical.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { Transaction } from '../transaction/transact.ts';
import { dismissConflicts, listConflicts } from './conflicts.ts';

/** Tells which updates are to be converted, by the stamp that wrote each. */
export type Whose = (stamp: Stamp) => boolean;

/** What one opening of one file wrote: nobody else converts it without a person (MR10). */
export function bySession(session: SessionId): Whose {
  return (stamp) => stamp.endsWith(session);
}

interface Update {
  readonly id: Buffer;
  readonly lineage: Buffer;
  readonly converted: Buffer | null;
  readonly stamps: string;
  readonly data: Buffer;
}

/** The lineage of a text that a living row shows, or null. */
export function shownLineage(db: ReadableDb, entity: EntityName, owner: Id, column: string): Id | null {
  const shown = db.statements.value<Buffer | null>(
    `SELECT "${lineageColumn(column)}" FROM ${entity} WHERE id = ? AND _deleted = 0`,
    idToBlob(owner),
  );
  return shown == null ? null : blobToId(shown);
}

function updatesOf(db: ReadableDb, owner: Id, column: string): Update[] {
  return db.statements.all<Update>(
    `SELECT u.id, u.lineage, u.converted_into AS converted, u._stamps AS stamps, b.data
     FROM text_updates AS u JOIN bodies AS b ON b.hash = u.update_hash
     WHERE u.owner_id = ? AND u.column_name = ? AND u._deleted = 0 ORDER BY u.id`,
    idToBlob(owner),
    column,
  );
}

function integrates(document: Y.Doc, update: Uint8Array): boolean {
  const trial = new Y.Doc();
  Y.applyUpdate(trial, Y.encodeStateAsUpdate(document));
  Y.applyUpdate(trial, update);
  if (trial.store.pendingStructs !== null || trial.store.pendingDs !== null) return false;
  Y.applyUpdate(document, update);
  return true;
}

/** The document of those updates that rest on each other alone. */
function united(updates: readonly Uint8Array[], from = new Y.Doc()): Y.Doc {
  let waiting = [...updates];
  for (;;) {
    const left = waiting.filter((update) => !integrates(from, update));
    if (left.length === waiting.length) return from;
    waiting = left;
  }
}

/**
 * Brings what was written in lost lineages of a text into the one that is shown, by three-way difference: the base is what the
 * lineage held without these updates (MR10). The updates remember where their words went, so that nobody converts them twice;
 * a lineage of which nothing is left to convert is no conflict any more. True where anything was converted.
 */
export function convertText(
  tx: Transaction,
  entity: EntityName,
  owner: Id,
  column: string,
  whose: Whose = () => true,
): boolean {
  const { db } = tx.replica;
  const shown = shownLineage(db, entity, owner, column);
  if (shown === null) return false;
  const open = updatesOf(db, owner, column).filter((update) => blobToId(update.lineage) !== shown);
  const lineages = new Set(open.map(({ lineage }) => blobToId(lineage)));
  const own = (update: Update) => update.converted === null && resolvedBy(db, update, whose);
  let done = false;
  for (const lineage of [...lineages].toSorted()) {
    const updates = open.filter((update) => blobToId(update.lineage) === lineage);
    const strays = updates.filter(own);
    if (strays.length === 0) continue;
    const data = (list: readonly Update[]) => list.map((update) => update.data);
    const base = united(data(updates.filter((update) => !strays.includes(update))));
    const before = wordsOf(base);
    const theirs = db.statements.value<string | null>(
      `SELECT "${column}" FROM ${entity} WHERE id = ?`,
      idToBlob(owner),
    );
    const merged = mergeTexts(before, wordsOf(united(data(strays), base)), theirs ?? '');
    writeText(tx, entity, owner, column, merged);
    for (const { id } of strays) updateRow(tx, 'text_updates', blobToId(id), { converted_into: shown });
    const rest = updates.some((update) => update.converted === null && !strays.includes(update));
    if (!rest) dismissLineage(tx, entity, owner, column, lineage);
    done = true;
  }
  return done;
}

/**
 * Notes that the words of a lost lineage, as far as they are known here, went into the one that is shown, by a person's hand: nobody
 * brings them in again (MR10).
 */
export function noteConverted(
  tx: Transaction,
  { owner, column, lost, into }: { owner: Id; column: string; lost: Id; into: Id },
): void {
  for (const { id, lineage, converted } of updatesOf(tx.replica.db, owner, column)) {
    if (converted === null && blobToId(lineage) === lost)
      updateRow(tx, 'text_updates', blobToId(id), { converted_into: into });
  }
}

function resolvedBy(db: ReadableDb, update: Update, whose: Whose): boolean {
  const [stamp] = resolveStamps(db, (JSON.parse(update.stamps) as Record<string, Json>)['*']);
  return stamp !== undefined && whose(stamp);
}

function dismissLineage(tx: Transaction, entity: EntityName, owner: Id, column: string, lineage: Id): void {
  for (const conflict of listConflicts(tx.replica.db, owner)) {
    if (conflict.column === column && conflict.lost === lineage)
      dismissConflicts(tx, entity, owner, conflict.cell, [conflict.stamp]);
  }
}
