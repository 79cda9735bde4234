import { millisecondsOf } from '../../../sync/core/stamp.ts';
import type { EntityName } from '../../catalogue/catalogue.ts';
import { columnSpec } from '../../catalogue/catalogue.ts';
import type { Id } from '../../catalogue/rows.ts';
import type { Json } from '../../catalogue/types.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { Transaction } from '../transaction/transact.ts';
import { resolveStamps } from '../log/cells.ts';
import { encodeValue } from './codec.ts';
import { blobToId, derivedId, idToBlob } from './ids.ts';
import { InputError } from './input-error.ts';
import { editableRow, insertRow, removeRow, restoreRow, updateRow, writeDerived } from './write.ts';

function requireKind(entity: EntityName, column: string, merge: 'set' | 'judgement'): void {
  if (columnSpec(entity, column)?.merge === merge) return;
  throw new InputError(`“${column}” of “${entity}” is not a ${merge}. Nothing was stored.`, entity, column);
}

/** The elements of a set, in text order. */
export function readSet(db: ReadableDb, owner: Id, column: string): string[] {
  return db.statements
    .all<{ element: string }>(
      'SELECT element FROM set_elements WHERE owner_id = ? AND column_name = ? AND _deleted = 0 ORDER BY element',
      idToBlob(owner),
      column,
    )
    .map((row) => row.element);
}

/** Puts an element into a set. False where it is in already. */
export function addElement(
  tx: Transaction,
  entity: EntityName,
  owner: Id,
  column: string,
  element: string,
): boolean {
  requireKind(entity, column, 'set');
  const id = derivedId('set_elements', entity, owner, column, element);
  const there = tx.replica.db.statements.value<number>(
    'SELECT _deleted FROM set_elements WHERE id = ?',
    idToBlob(id),
  );
  if (there === 0) return false;
  if (there === 1) return restoreRow(tx, 'set_elements', id);
  insertRow(tx, 'set_elements', { owner_entity: entity, owner_id: owner, column_name: column, element });
  return true;
}

/** Takes an element out of a set. False where it is not in. */
export function removeElement(
  tx: Transaction,
  entity: EntityName,
  owner: Id,
  column: string,
  element: string,
): boolean {
  requireKind(entity, column, 'set');
  return removeRow(tx, 'set_elements', derivedId('set_elements', entity, owner, column, element));
}

/** Makes a set hold just these elements; only what differs is written. True where anything did. */
export function replaceSet(
  tx: Transaction,
  entity: EntityName,
  owner: Id,
  column: string,
  elements: readonly string[],
): boolean {
  editableRow(tx, entity, owner);
  const wanted = new Set(elements.map((element) => element.trim()).filter((element) => element !== ''));
  const there = readSet(tx.replica.db, owner, column);
  const removed = there.filter((element) => !wanted.has(element));
  const added = [...wanted].filter((element) => !there.includes(element));
  for (const element of removed) removeElement(tx, entity, owner, column, element);
  for (const element of added) addElement(tx, entity, owner, column, element);
  return removed.length + added.length > 0;
}

/** One author's position on a judged column. */
export interface Position {
  readonly authorId: Id;
  readonly author: string;
  readonly value: Json;
  readonly rationale: string | null;
  readonly at: string;
}

/** A judged column by person: nobody judged, all agree, or contested with every position. */
export interface Judged {
  readonly column: string;
  readonly state: 'none' | 'agreed' | 'contested';
  readonly value: Json;
  readonly positions: readonly Position[];
}

interface JudgementRow {
  readonly _stamps: string;
  readonly author_id: Buffer;
  readonly value: string;
  readonly rationale: string | null;
  readonly created_at: string;
  readonly name: string | null;
  readonly person: Buffer;
}

/**
 * What people hold of one column of one row (MR9): rows of one person count once, the latest by its stamp; withdrawn
 * positions do not count.
 */
export function readJudgement(db: ReadableDb, owner: Id, column: string): Judged {
  const rows = db.statements.all<JudgementRow>(
    `SELECT j.author_id, j.value, j.rationale, j.created_at, j._stamps, coalesce(u.full_name, a.name, u.email) AS name,
            coalesce(a.user_id, j.author_id) AS person
     FROM judgements AS j LEFT JOIN authors AS a ON a.id = j.author_id LEFT JOIN users AS u ON u.id = coalesce(a.user_id, j.author_id)
     WHERE j.owner_id = ? AND j.column_name = ? AND j._deleted = 0 AND j.value IS NOT NULL
     ORDER BY j.rid`,
    idToBlob(owner),
    column,
  );
  const written = new Map(rows.map((row) => [row, writtenAt(db, row)]));
  // One person's rows that differ show the latest by stamp (MR9); the order of arrival differs between laptops.
  const latestLast = rows.toSorted((a, b) => ((written.get(a) ?? '') < (written.get(b) ?? '') ? -1 : 1));
  const byPerson = new Map(latestLast.map((row) => [row.person.toString('hex'), row]));
  const positions = [...byPerson.values()].map((row) => ({
    authorId: blobToId(row.author_id),
    author: row.name ?? '',
    value: JSON.parse(row.value) as Json,
    rationale: row.rationale,
    at: timeOf(written.get(row) ?? '') ?? row.created_at,
  }));
  const values = new Set(positions.map((position) => JSON.stringify(position.value)));
  if (values.size === 0) return { column, state: 'none', value: null, positions };
  if (values.size > 1) return { column, state: 'contested', value: null, positions };
  return { column, state: 'agreed', value: positions[0]?.value ?? null, positions };
}

function timeOf(stamp: string): string | null {
  return stamp === '' ? null : new Date(millisecondsOf(stamp)).toISOString();
}

/** The highest stamp of a position's shown value. */
function writtenAt(db: ReadableDb, { _stamps }: JudgementRow): string {
  const stamps = JSON.parse(_stamps) as Record<string, Json>;
  const cell = String(columnSpec('judgements', 'value')?.n);
  return (
    resolveStamps(db, stamps[cell] ?? stamps['*'])
      .toSorted()
      .at(-1) ?? ''
  );
}

/** Sets, changes or (null) withdraws the author's own position, and refreshes what the row shows. True where anything changed. */
export function judge(
  tx: Transaction,
  entity: EntityName,
  owner: Id,
  column: string,
  value: Json,
  rationale: string | null = null,
): boolean {
  requireKind(entity, column, 'judgement');
  const spec = columnSpec(entity, column);
  if (spec !== undefined) encodeValue(entity, column, spec, value);
  editableRow(tx, entity, owner);
  const id = derivedId('judgements', entity, owner, column, tx.author);
  const there = tx.replica.db.statements.get('SELECT 1 FROM judgements WHERE id = ?', idToBlob(id));
  if (there === undefined && value === null) return false;
  let changed = there === undefined;
  if (there === undefined) {
    insertRow(tx, 'judgements', {
      owner_entity: entity,
      owner_id: owner,
      column_name: column,
      author_id: tx.author,
      value,
      rationale,
    });
  } else {
    changed =
      updateRow(tx, 'judgements', id, rationale === null ? { value } : { value, rationale }).length > 0;
  }
  refreshJudgement(tx, entity, owner, column);
  return changed;
}

/** Brings a row's cache of a judged column up to date with the positions. */
export function refreshJudgement(tx: Transaction, entity: EntityName, owner: Id, column: string): void {
  const { db } = tx.replica;
  const judged = readJudgement(db, owner, column);
  writeDerived(tx, entity, owner, { [column]: judged.value });
  const row = db.statements.get<{ _contested: string | null }>(
    `SELECT _contested FROM ${entity} WHERE id = ?`,
    idToBlob(owner),
  );
  if (row === undefined) return;
  const contested = new Set(JSON.parse(row._contested ?? '[]') as string[]);
  if (judged.state === 'contested') contested.add(column);
  else contested.delete(column);
  const text = contested.size === 0 ? null : JSON.stringify([...contested].toSorted());
  if (text !== row._contested)
    db.statements.run(`UPDATE ${entity} SET _contested = ? WHERE id = ?`, text, idToBlob(owner));
}
