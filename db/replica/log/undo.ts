import type { EntityName } from '../../catalogue/catalogue.ts';
import { columnSpec } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import type { Json } from '../../catalogue/types.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { encode } from '../rows/codec.ts';
import { blobToId, idToBlob } from '../rows/ids.ts';
import { dismissConflicts } from '../exchange/conflicts.ts';
import { refreshAfter } from '../rows/refresh.ts';
import { isMasked } from '../rows/write.ts';
import { physicalColumns } from '../schema/physical.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { Replica } from '../transaction/replica.ts';
import { type Outcome, transact, type Transaction } from '../transaction/transact.ts';
import { readCell } from './cells.ts';
import { fateOf } from './in-effect.ts';
import { type CellChange, cellsOf, entriesOf, type StoredEntry, subjectOf } from './entries.ts';

/** A column that an undo left alone, because somebody changed it since. */
export interface Skipped {
  readonly entity: EntityName;
  readonly id: Id;
  readonly columns: readonly string[];
}

/** What an undo or a redo did: null where there was nothing to do. */
export interface UndoOutcome {
  readonly command: string;
  readonly outcome: Outcome<void>;
  readonly skipped: readonly Skipped[];
}

interface Candidate {
  readonly txn: number;
  readonly stamp: Stamp;
  readonly command: string;
}

/** True where this cell still shows, in effect, what the undone transaction wrote. */
function mayUndo(
  db: ReadableDb,
  entity: EntityName,
  entry: StoredEntry,
  cell: string,
  undone: Stamp,
): boolean {
  return fateOf(db, entity, entry.row, cell, undone).is === 'shown';
}

function cellName(change: CellChange): string {
  return change.key === null ? String(change.n) : `${change.n}/${change.key}`;
}

/** A changed cell as a person is told of it. */
function nameOf({ key, column }: CellChange): string {
  return key === null ? column : `${column}.${key}`;
}

function undoCell(tx: Transaction, entity: EntityName, row: Buffer, change: CellChange): void {
  const { statements } = tx.replica.db;
  if (change.key !== null) {
    const text = statements.value<string | null>(
      `SELECT "${change.column}" FROM ${entity} WHERE id = ?`,
      row,
    );
    const document = { ...(JSON.parse(text ?? '{}') as Record<string, Json>) };
    if (change.old === undefined) delete document[change.key];
    else document[change.key] = change.old;
    statements.run(`UPDATE ${entity} SET "${change.column}" = ? WHERE id = ?`, encode('json', document), row);
    return;
  }
  const column = physicalColumns(entity).find(
    (candidate) => candidate.logged && candidate.spec.n === change.n,
  );
  if (column === undefined) return;
  statements.run(
    `UPDATE ${entity} SET "${column.name}" = ? WHERE id = ?`,
    encode(column.encoding, change.old ?? null),
    row,
  );
}

function undoUpdate(
  tx: Transaction,
  entry: StoredEntry,
  changes: readonly CellChange[],
  undone: Stamp,
): string[] {
  const { entity } = subjectOf(entry);
  const skipped: string[] = [];
  for (const change of changes) {
    const name = nameOf(change);
    const cell = cellName(change);
    if (isHidden(tx.replica.db, entity, entry.row, change.column)) {
      skipped.push(name);
      continue;
    }
    const fate = fateOf(tx.replica.db, entity, entry.row, cell, undone);
    if (fate.is === 'shown') undoCell(tx, entity, entry.row, change);
    else if (fate.is === 'lost') dismissConflicts(tx, entity, blobToId(entry.row), cell, fate.stamps);
    else skipped.push(name);
  }
  return skipped;
}

/** Masked values are not restored (MR27). */
function isHidden(db: ReadableDb, entity: EntityName, row: Uint8Array, column: string): boolean {
  const redacted = db.statements.value<string | null>(`SELECT _redacted FROM ${entity} WHERE id = ?`, row);
  return isMasked(redacted, column);
}

/** The row's life may be turned back only where nobody else has a live word on it (MR27). */
function hasOneLifeWrite(db: ReadableDb, entry: StoredEntry): boolean {
  return (readCell(db, entry.entity, entry.row, '@')?.live.size ?? 1) <= 1;
}

/** Every live write of the row is the insert's own: nobody has worked on it since. */
function isUntouched(db: ReadableDb, entity: EntityName, entry: StoredEntry, undone: Stamp): boolean {
  const text = db.statements.value<string>(`SELECT _stamps FROM ${entity} WHERE id = ?`, entry.row);
  if (text === undefined) return false;
  const cells = Object.keys(JSON.parse(text) as object);
  return cells.every((cell) => mayUndo(db, entity, entry, cell, undone));
}

function undoLife(tx: Transaction, entry: StoredEntry, undone: Stamp): string[] {
  const { db } = tx.replica;
  const { entity } = subjectOf(entry);
  const set = (deleted: number) =>
    db.statements.run(`UPDATE ${entity} SET _deleted = ? WHERE id = ?`, deleted, entry.row);
  const allowed =
    entry.op === 'i'
      ? hasOneLifeWrite(db, entry) && isUntouched(db, entity, entry, undone)
      : hasOneLifeWrite(db, entry) && mayUndo(db, entity, entry, '@', undone);
  if (!allowed) return ['@'];
  set(entry.op === 'd' ? 0 : 1);
  return [];
}

/** What a transaction did to one row: how its life began to change, and each cell as it was before. */
interface RowWork {
  readonly entry: StoredEntry;
  life: StoredEntry | null;
  readonly cells: Map<string, CellChange>;
}

/** A transaction by row, last touched first. A cell that it wrote several times counts once, with what stood there before. */
function workOf(entries: readonly StoredEntry[]): RowWork[] {
  const byRow = new Map<string, RowWork>();
  for (const entry of entries) {
    const key = entry.row.toString('latin1');
    const work = byRow.get(key) ?? { entry, life: null, cells: new Map<string, CellChange>() };
    byRow.delete(key);
    byRow.set(key, work);
    if (entry.op === 'i' || entry.op === 'd' || entry.op === 'r') work.life ??= entry;
    if (entry.op !== 'u') continue;
    for (const change of cellsOf(entry)) {
      const name = cellName(change);
      if (!work.cells.has(name)) work.cells.set(name, change);
    }
  }
  return [...byRow.values()].toReversed();
}

/** True for a row in the trash: it is not edited there, or the edit would bring it back for those who did not delete it (MR16). */
function isInTrash(db: ReadableDb, entry: StoredEntry): boolean {
  const { entity } = subjectOf(entry);
  return db.statements.value<number>(`SELECT _deleted FROM ${entity} WHERE id = ?`, entry.row) === 1;
}

function undoRow(tx: Transaction, { entry, life, cells }: RowWork, undone: Stamp): string[] {
  const { db } = tx.replica;
  const wasInTrash = isInTrash(db, entry);
  const lifeLeft = life === null ? [] : undoLife(tx, life, undone);
  // A row that goes back to not being there keeps its values, and a redo finds them.
  if (life?.op === 'i' && lifeLeft.length === 0) return [];
  if (wasInTrash && isInTrash(db, entry))
    return [...lifeLeft, ...[...cells.values()].map((change) => nameOf(change))];
  return [...lifeLeft, ...undoUpdate(tx, entry, [...cells.values()], undone)];
}

/** A position, a text's update or a text's lineage: what an owner's caches are made of. */
function touchesCaches(entity: EntityName, { cells }: RowWork): boolean {
  if (entity === 'judgements' || entity === 'text_updates') return true;
  return [...cells.values()].some((change) => columnSpec(entity, change.column)?.merge === 'text');
}

function undoTransaction(replica: Replica, candidate: Candidate, command: string): UndoOutcome {
  const entries = entriesOf(replica.db, candidate.txn);
  const skipped: Skipped[] = [];
  const outcome = transact(replica, { command, origin: 'undo', undoes: candidate.stamp }, (tx) => {
    for (const work of workOf(entries)) {
      const { entity, id } = subjectOf(work.entry);
      const left = undoRow(tx, work, candidate.stamp);
      if (left.length > 0) skipped.push({ entity, id, columns: left });
      if (touchesCaches(entity, work)) refreshAfter(tx, entity, idToBlob(id));
    }
  });
  return { command: candidate.command, outcome, skipped };
}

/** Of a transaction `t`: it is a person's own work and can be turned back. Purges cannot; undos are redone, not undone. */
export const undoable = `t.origin IN ('local', 'import') AND t.command NOT IN ('workspace.create', 'purge', 'inbox.create', 'sync.keepValues')`;

/** Of a transaction `t`: each of its undos was redone. */
export const inEffect = `(coalesce((SELECT count(*) FROM txns AS u WHERE u.undoes = t.stamp), 0)
  = coalesce((SELECT count(*) FROM txns AS u JOIN txns AS r ON r.undoes = u.stamp WHERE u.undoes = t.stamp), 0))`;

/** The newest transaction of the file's person that is in effect. What came from elsewhere is not this person's to undo. */
export function nextUndo(replica: Replica): Candidate | undefined {
  return replica.db.statements.get<Candidate>(
    `SELECT t.txn, t.stamp, t.command FROM txns AS t WHERE ${undoable} AND t.author = ? AND ${inEffect}
     ORDER BY t.txn DESC LIMIT 1`,
    idToBlob(replica.author),
  );
}

/** The undo that was made last and is not redone, where nothing new was done after it. */
export function nextRedo(replica: Replica): Candidate | undefined {
  return replica.db.statements.get<Candidate>(
    `SELECT u.txn, u.stamp, t.command FROM txns AS u JOIN txns AS t ON t.stamp = u.undoes
     WHERE u.origin = 'undo' AND t.origin <> 'undo' AND u.author = ?
       AND NOT EXISTS (SELECT 1 FROM txns AS r WHERE r.undoes = u.stamp)
       AND NOT EXISTS (SELECT 1 FROM txns AS later WHERE later.txn > u.txn AND later.origin IN ('local', 'import') AND later.author = ?)
     ORDER BY u.txn DESC LIMIT 1`,
    idToBlob(replica.author),
    idToBlob(replica.author),
  );
}

/** Undoes the newest transaction in effect, column by column and only where it still shows; says what it left. */
export function undo(replica: Replica): UndoOutcome | null {
  const candidate = nextUndo(replica);
  return candidate === undefined ? null : undoTransaction(replica, candidate, `undo ${candidate.command}`);
}

/**
 * Undoes one transaction of the file's person, whatever was done since: cells that somebody wrote again are left, and said. Null
 * where it cannot be undone, or was already.
 */
export function undoOne(replica: Replica, txn: number): UndoOutcome | null {
  const candidate = replica.db.statements.get<Candidate>(
    `SELECT t.txn, t.stamp, t.command FROM txns AS t WHERE t.txn = ? AND ${undoable} AND t.author = ? AND ${inEffect}`,
    txn,
    idToBlob(replica.author),
  );
  return candidate === undefined ? null : undoTransaction(replica, candidate, `undo ${candidate.command}`);
}

/** Redoes the last undo: the undo of an undo. */
export function redo(replica: Replica): UndoOutcome | null {
  const candidate = nextRedo(replica);
  return candidate === undefined ? null : undoTransaction(replica, candidate, `redo ${candidate.command}`);
}
