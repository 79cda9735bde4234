import type { EntityName } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import type { Json } from '../../catalogue/types.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { encode } from '../rows/codec.ts';
import { idToBlob } from '../rows/ids.ts';
import { refreshAfter } from '../rows/refresh.ts';
import { physicalColumns } from '../schema/physical.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { Replica } from '../transaction/replica.ts';
import { type Outcome, transact, type Transaction } from '../transaction/transact.ts';
import { readCell, resolveStamps } from './cells.ts';
import { type CellChange, cellsOf, type StoredEntry, subjectOf } from './entries.ts';

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

/**
 * The stamps that a cell's shown value has in effect (MR26): its own, and, where it was written by an undo of Y, the first base of
 * Y on this cell, and so on. Undoing T5 and then T4 works because of it.
 */
function effectiveStamps(db: ReadableDb, row: Buffer, cell: string, shown: readonly Stamp[]): Set<Stamp> {
  const chain = new Set<Stamp>();
  let stamp = shown.length === 1 ? shown[0] : undefined;
  while (stamp !== undefined && !chain.has(stamp)) {
    chain.add(stamp);
    const undone = db.statements.value<Stamp | null>('SELECT undoes FROM txns WHERE stamp = ?', stamp);
    if (undone == null) break;
    stamp = firstBase(db, row, cell, undone);
  }
  return chain;
}

function firstBase(db: ReadableDb, row: Buffer, cell: string, stamp: Stamp): Stamp | undefined {
  const entries = db.statements.all<StoredEntry>(
    'SELECT log.* FROM log JOIN txns ON txns.txn = log.txn WHERE txns.stamp = ? AND log.row = ? ORDER BY log.n',
    stamp,
    row,
  );
  for (const entry of entries) {
    if (cell === '@') {
      if (entry.op === 'd' || entry.op === 'r')
        return resolveStamps(db, (JSON.parse(entry.cols ?? '[]') as Json[])[0])[0];
    } else if (entry.op === 'u') {
      const raw = (JSON.parse(entry.cols ?? '[]') as [number | string, Json, Json, Json][]).find(
        ([c]) => String(c) === cell,
      );
      if (raw !== undefined) return resolveStamps(db, raw[3])[0];
    }
  }
  return undefined;
}

function shownStamps(db: ReadableDb, entity: EntityName, row: Buffer, cell: string): Stamp[] {
  const text = db.statements.value<string>(`SELECT _stamps FROM ${entity} WHERE id = ?`, row);
  const stamps = JSON.parse(text ?? '{}') as Record<string, Json>;
  return resolveStamps(db, stamps[cell] ?? stamps['*']);
}

/** True where this cell still shows, in effect, what the undone transaction wrote. */
function mayUndo(
  db: ReadableDb,
  entity: EntityName,
  entry: StoredEntry,
  cell: string,
  undone: Stamp,
): boolean {
  return effectiveStamps(db, entry.row, cell, shownStamps(db, entity, entry.row, cell)).has(undone);
}

function cellName(change: CellChange): string {
  return change.key === null ? String(change.n) : `${change.n}/${change.key}`;
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

function undoUpdate(tx: Transaction, entry: StoredEntry, undone: Stamp): string[] {
  const { entity } = subjectOf(entry);
  const skipped: string[] = [];
  for (const change of cellsOf(entry)) {
    const name = change.key === null ? change.column : `${change.column}.${change.key}`;
    if (mayUndo(tx.replica.db, entity, entry, cellName(change), undone))
      undoCell(tx, entity, entry.row, change);
    else skipped.push(name);
  }
  return skipped;
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

function undoTransaction(replica: Replica, candidate: Candidate, command: string): UndoOutcome {
  const entries = replica.db.statements.all<StoredEntry>(
    'SELECT * FROM log WHERE txn = ? ORDER BY n DESC',
    candidate.txn,
  );
  const skipped: Skipped[] = [];
  const outcome = transact(replica, { command, origin: 'undo', undoes: candidate.stamp }, (tx) => {
    for (const entry of entries) {
      const { entity, id } = subjectOf(entry);
      const left =
        entry.op === 'u' ? undoUpdate(tx, entry, candidate.stamp) : undoLife(tx, entry, candidate.stamp);
      if (left.length > 0) skipped.push({ entity, id, columns: left });
      refreshAfter(tx, entity, idToBlob(id));
    }
  });
  return { command: candidate.command, outcome, skipped };
}

/**
 * The newest transaction of the file's person that is in effect: not an undo itself, and not undone. Purges cannot be undone, and what
 * came from elsewhere is not this person's to undo.
 */
export function nextUndo(replica: Replica): Candidate | undefined {
  return replica.db.statements.get<Candidate>(
    `SELECT t.txn, t.stamp, t.command FROM txns AS t
     WHERE t.origin IN ('local', 'import') AND t.author = ? AND t.command NOT IN ('workspace.create', 'purge', 'inbox.create')
       AND coalesce((SELECT count(*) FROM txns AS u WHERE u.undoes = t.stamp), 0)
         = coalesce((SELECT count(*) FROM txns AS u JOIN txns AS r ON r.undoes = u.stamp WHERE u.undoes = t.stamp), 0)
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

/** Redoes the last undo: the undo of an undo. */
export function redo(replica: Replica): UndoOutcome | null {
  const candidate = nextRedo(replica);
  return candidate === undefined ? null : undoTransaction(replica, candidate, `redo ${candidate.command}`);
}
