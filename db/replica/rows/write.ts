import type { EntityName } from '../../catalogue/catalogue.ts';
import { columnSpec, columnsOf } from '../../catalogue/catalogue.ts';
import type { Id, NewRow, RowPatch } from '../../catalogue/rows.ts';
import type { Json } from '../../catalogue/types.ts';
import { physicalColumns } from '../schema/physical.ts';
import type { Bindable } from '../sqlite/statements.ts';
import type { Transaction } from '../transaction/transact.ts';
import { encode, encodeValue } from './codec.ts';
import { idForRow, idToBlob, newId } from './ids.ts';
import { InputError } from './input-error.ts';
import { scopeForRow } from './scope.ts';

type Values = Readonly<Record<string, unknown>>;

interface RowState {
  readonly _deleted: number;
  readonly [column: string]: unknown;
}

const insertTexts = new Map<EntityName, string>();

function insertText(entity: EntityName): string {
  const known = insertTexts.get(entity);
  if (known !== undefined) return known;
  const names = physicalColumns(entity).map((column) => column.name);
  const text = `INSERT INTO ${entity} (id, _scope, _stamps, ${names.map((name) => `"${name}"`).join(', ')})
    VALUES (${Array.from({ length: names.length + 3 }, () => '?').join(', ')})`;
  insertTexts.set(entity, text);
  return text;
}

/** Refuses columns that the entity has not, or that have verbs of their own. */
function checkNames(entity: EntityName, values: Values, forUpdate: boolean): void {
  for (const name of Object.keys(values)) {
    if (name === 'id' && !forUpdate) continue;
    const spec = columnSpec(entity, name);
    if (spec === undefined)
      throw new InputError(`“${entity}” has no column “${name}”. Nothing was stored.`, entity, name);
    if (forUpdate && spec.merge === 'once') {
      throw new InputError(
        `“${name}” is written once and cannot be changed. Nothing was stored.`,
        entity,
        name,
      );
    }
    if (
      spec.merge === 'set' ||
      spec.merge === 'text' ||
      spec.merge === 'derived' ||
      (spec.merge === 'judgement' && entity !== 'judgements')
    ) {
      throw new InputError(`“${name}” is not written as a plain value. Nothing was stored.`, entity, name);
    }
  }
}

/**
 * Adds one row and answers with its id. Times, author and defaults are filled in. A row with a derived id that is there already
 * is left as it is; one that is in the trash comes back. Throws `InputError` for what the catalogue does not allow.
 */
export function insertRow<E extends EntityName>(
  tx: Transaction,
  entity: E,
  given: NewRow<E>,
  options: { readonly scope?: string } = {},
): Id {
  const values = withDefaults(tx, entity, given as Values);
  checkNames(entity, given as Values, false);
  const { db } = tx.replica;
  const minted = (given as { id?: Id }).id ?? newId();
  const scope = scopeForRow(db, entity, minted, values, options.scope);
  const id = (given as { id?: Id }).id ?? idForRow(entity, scope, values, minted);
  const blob = idToBlob(id);
  const there = db.statements.get<RowState>(`SELECT _deleted FROM ${entity} WHERE id = ?`, blob);
  if (there !== undefined) {
    if (there._deleted === 1) restoreRow(tx, entity, id);
    return id;
  }
  const bound = physicalColumns(entity).map((column): Bindable => {
    if (!column.logged) return null;
    if (column.spec.merge === 'text') return null;
    return encodeValue(entity, column.column, column.spec, values[column.column]);
  });
  db.statements.run(insertText(entity), blob, scope, `{"*":${tx.txn}}`, ...bound);
  return id;
}

function withDefaults(tx: Transaction, entity: EntityName, given: Values): Values {
  const defaults: Record<string, unknown> = { created_at: tx.at, created_by: tx.author };
  for (const [name, spec] of columnsOf(entity)) if (spec.default !== undefined) defaults[name] = spec.default;
  return {
    ...defaults,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

/** A row as it stands, or a refusal in words where it is not there or in the trash. */
export function editableRow(tx: Transaction, entity: EntityName, id: Id): RowState {
  const row = tx.replica.db.statements.get<RowState>(`SELECT * FROM ${entity} WHERE id = ?`, idToBlob(id));
  if (row === undefined) throw new InputError('There is no such row. It may have been purged.', entity);
  if (row._deleted === 1) throw new InputError('This is in the trash. Restore it first.', entity);
  return row;
}

/**
 * Changes columns of one row and answers with the names of those that did change; a value that is there already is left alone.
 * A status moves only by a declared step. Throws `InputError`.
 */
export function updateRow<E extends EntityName>(
  tx: Transaction,
  entity: E,
  id: Id,
  patch: RowPatch<E>,
): string[] {
  const values = patch as Values;
  checkNames(entity, values, true);
  const row = editableRow(tx, entity, id);
  const changed: string[] = [];
  const bound: Bindable[] = [];
  for (const [name, given] of Object.entries(values)) {
    const spec = columnSpec(entity, name);
    if (given === undefined || spec === undefined) continue;
    const value = encodeValue(entity, name, spec, given);
    if (sameStored(value, row[name])) continue;
    refuseMasked(row, entity, name);
    const steps = spec.transitions?.[String(row[name])];
    if (steps !== undefined && !steps.includes(String(value))) {
      const allowed = steps.length === 0 ? 'it is final' : `it can become ${steps.join(' or ')}`;
      throw new InputError(
        `“${name}” is ${String(row[name])}: ${allowed}. Nothing was stored.`,
        entity,
        name,
      );
    }
    changed.push(name);
    bound.push(value);
  }
  if (changed.length === 0) return changed;
  const assignments = changed.map((name) => `"${name}" = ?`).join(', ');
  tx.replica.db.statements.run(`UPDATE ${entity} SET ${assignments} WHERE id = ?`, ...bound, idToBlob(id));
  return changed;
}

/** A masked value is never written: whoever does not see it does not change it (MR25). */
function refuseMasked(row: RowState, entity: EntityName, column: string): void {
  if (!isMasked(row['_redacted'] as string | null, column)) return;
  throw new InputError(
    `“${column}” is hidden from you and cannot be changed. Nothing was stored.`,
    entity,
    column,
  );
}

/** True where a row's `_redacted` names a column. */
export function isMasked(redacted: string | null | undefined, column: string): boolean {
  return redacted != null && (JSON.parse(redacted) as string[]).includes(column);
}

function sameStored(a: Bindable, b: unknown): boolean {
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  return a === (b ?? null);
}

/** Moves a row to the trash. False where it is there already. */
export function removeRow(tx: Transaction, entity: EntityName, id: Id): boolean {
  return (
    tx.replica.db.statements.run(
      `UPDATE ${entity} SET _deleted = 1 WHERE id = ? AND _deleted = 0`,
      idToBlob(id),
    ) > 0
  );
}

/** Takes a row out of the trash. False where it is not in it. */
export function restoreRow(tx: Transaction, entity: EntityName, id: Id): boolean {
  return (
    tx.replica.db.statements.run(
      `UPDATE ${entity} SET _deleted = 0 WHERE id = ? AND _deleted = 1`,
      idToBlob(id),
    ) > 0
  );
}

/** Writes a cache column: a derived score or an agreed judgement. Never logged, never sent. */
export function writeDerived(tx: Transaction, entity: EntityName, id: Id, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    const column = physicalColumns(entity).find((candidate) => candidate.name === name && !candidate.logged);
    if (column === undefined)
      throw new InputError(`“${name}” is not a derived column of “${entity}”.`, entity, name);
    const stored = encode(column.encoding, (value ?? null) as Json);
    tx.replica.db.statements.run(
      `UPDATE ${entity} SET "${name}" = ? WHERE id = ? AND "${name}" IS NOT ?`,
      stored,
      idToBlob(id),
      stored,
    );
  }
}
