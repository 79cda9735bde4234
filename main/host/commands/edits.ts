import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import { columnSpec, entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Id, NewRow, RowPatch } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { nextRedo, nextUndo, redo, undo, undoOne, type UndoOutcome } from '../../../db/replica/log/undo.ts';
import { purge } from '../../../db/replica/log/purge.ts';
import { addElement, judge, removeElement, replaceSet } from '../../../db/replica/rows/elements.ts';
import { removeErasedFiles } from '../../../db/replica/blobs/erased-files.ts';
import { writeText } from '../../../db/replica/rows/text.ts';
import { insertRow, removeRow, restoreRow, updateRow } from '../../../db/replica/rows/write.ts';
import { readMeta } from '../../../db/replica/transaction/meta.ts';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import type { Replica } from '../../../db/replica/transaction/replica.ts';
import { transact, type RowChange, type Transaction } from '../../../db/replica/transaction/transact.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { newRowSchema, patchSchema } from '../../../preload/contract/payload.ts';
import type { Change, Outcome } from '../../../preload/contract/shapes.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { changesOf } from './changes.ts';
import { forgetIndexed } from './purged-files.ts';
import { noteLocation, quotes, withQuote } from './quoting.ts';
import { refreshQuality } from './quality.ts';
import { referencePresets } from './reference-rows.ts';

export type Values = Readonly<Record<string, Json>>;

/** What a command did, and which rows the windows should look at again. */
export interface Done<T> {
  readonly result: T;
  readonly command: string;
  readonly changes: readonly RowChange[];
}

/** Adds one row of an entity that people write. Sets, judgements and texts may be given with it. */
export function addRow(
  replica: Replica,
  { entity, values }: { entity: EntityName; values: Values },
  blobs: BlobStore | null = null,
): Done<{ id: Id }> {
  refuseForeign(entity, 'add');
  const command = `add.${entity}`;
  const { result, changes } = transact(replica, { command }, (tx) => {
    const said = quotes(entity) ? withQuote(replica.db, blobs, entity, values) : values;
    return { id: insertGiven(tx, entity, said) };
  });
  return { result, command, changes };
}

/**
 * Adds a row with its sets, judgements and texts in an open transaction, and everything that follows from it. Its quote is taken as
 * it is given: where the source does not say it, the row is an orphan.
 */
export function insertGiven(
  tx: Transaction,
  entity: EntityName,
  values: Values,
  options: { readonly scope?: string } = {},
): Id {
  const given = check(newRowSchema(entity), { ...presets(tx, entity, values), ...values });
  const { plain, parts } = split(entity, given);
  const id = insertRow(tx, entity, plain as NewRow<EntityName>, options);
  writeParts(tx, entity, id, parts);
  if (entity === 'evidence') refreshQuality(tx, id);
  if (quotes(entity)) noteLocation(tx, entity, id);
  return id;
}

/** Changes columns of rows, all in one transaction: one step for undo. */
export function editRows(
  replica: Replica,
  { entity, ids, values }: { entity: EntityName; ids: readonly Id[]; values: Values },
): Done<Outcome> {
  refuseForeign(entity, 'edit');
  const command = `edit.${entity}`;
  const given = check(patchSchema(entity), values);
  const { plain, parts } = split(entity, given);
  const { result, changes } = transact(replica, { command }, (tx) =>
    ids.flatMap((id): Change[] => {
      const columns = [
        ...updateRow(tx, entity, id, { ...plain, ...implied(tx, entity, plain) } as RowPatch<EntityName>),
        ...writeParts(tx, entity, id, parts),
      ];
      if (entity === 'evidence' && columns.length > 0) refreshQuality(tx, id);
      return columns.length === 0 ? [] : [{ entity, id, columns }];
    }),
  );
  return { result: outcome(result, changes.length > 0 ? command : null), command, changes };
}

/** Puts elements into a set column of rows and takes others out, all in one step. */
export function tagRows(
  replica: Replica,
  input: {
    entity: EntityName;
    ids: readonly Id[];
    column: string;
    add: readonly string[];
    remove: readonly string[];
  },
): Done<Outcome> {
  const { entity, ids, column } = input;
  refuseForeign(entity, 'edit');
  if (columnSpec(entity, column)?.merge !== 'set') {
    throw new WorkbenchError(
      'invalid-input',
      `“${column}” of ${entity} is no list of tags. Nothing was changed.`,
    );
  }
  const command = `tag.${entity}`;
  const { result, changes } = transact(replica, { command }, (tx) =>
    ids.flatMap((id): Change[] => {
      const added = input.add.filter((element) => addElement(tx, entity, id, column, element));
      const removed = input.remove.filter((element) => removeElement(tx, entity, id, column, element));
      return added.length + removed.length === 0 ? [] : [{ entity, id, columns: [column] }];
    }),
  );
  return { result: outcome(result, changes.length > 0 ? command : null), command, changes };
}

/** Moves rows to the trash, or back. */
export function moveRows(
  replica: Replica,
  verb: 'remove' | 'restore',
  { entity, ids }: { entity: EntityName; ids: readonly Id[] },
): Done<Outcome> {
  refuseForeign(entity, 'edit');
  const command = `${verb}.${entity}`;
  const move = verb === 'remove' ? removeRow : restoreRow;
  const { result, changes } = transact(replica, { command }, (tx) =>
    ids.flatMap((id): Change[] => (move(tx, entity, id) ? [{ entity, id, columns: [] }] : [])),
  );
  return { result: outcome(result, changes.length > 0 ? command : null), command, changes };
}

/**
 * Ends rows in the trash for good, and the files that no row names any more. The passages of purged evidence leave the
 * indexes in the same transaction.
 */
export function purgeRows(
  workspace: OpenWorkspace,
  { entity, ids }: { entity: EntityName; ids: readonly Id[] },
): Done<Outcome> {
  const { replica, blobs, layout } = workspace;
  const roots = ids.map((id) => ({ entity, id }));
  const { result, changes } = purge(replica, roots, forgetIndexed, layout.purgeLedger);
  removeErasedFiles(replica.db, blobs);
  const changed = result.map((covered): Change => ({ ...covered, columns: [] }));
  return { result: outcome(changed, 'purge'), command: 'purge', changes };
}

/** Undoes or redoes one transaction. What somebody changed since is left, and named. */
export function stepBack(replica: Replica, verb: 'undo' | 'redo'): Done<Outcome> {
  return stepped(replica, verb, verb === 'undo' ? undo(replica) : redo(replica));
}

/** Undoes one transaction of the log by its number, whatever was done since. What somebody changed since is left, and named. */
export function undoChange(replica: Replica, { change }: { change: number }): Done<Outcome> {
  const step = undoOne(replica, change);
  if (step !== null) return stepped(replica, 'undo', step);
  throw new WorkbenchError(
    'not-allowed',
    'This cannot be undone, or was undone already. Nothing was changed.',
  );
}

function stepped(replica: Replica, verb: 'undo' | 'redo', step: UndoOutcome | null): Done<Outcome> {
  if (step === null) return { result: outcome([], null), command: verb, changes: [] };
  const { outcome: written, skipped, command } = step;
  return {
    result: {
      changed: written.txn === null ? [] : changesOf(replica.db, written.txn),
      skipped: skipped.map(({ entity, id, columns }) => ({ entity, id, columns: [...columns] })),
      command,
    },
    command: verb,
    changes: written.changes,
  };
}

/** What undo and redo would do now. */
export function undoState(replica: Replica): { undo: string | null; redo: string | null } {
  return { undo: nextUndo(replica)?.command ?? null, redo: nextRedo(replica)?.command ?? null };
}

function outcome(changed: Change[], command: string | null): Outcome {
  return { changed, skipped: [], command };
}

/** What follows from a change and is written with it: a session's completion has a time as long as it lasts. */
export function implied(tx: Transaction, entity: EntityName, { status }: Values): Values {
  if (entity !== 'research_sessions' || status === undefined) return {};
  return { completed_at: status === 'completed' ? tx.at : null };
}

/** What a row gets that its maker left out because only the workspace knows it. */
function presets(tx: Transaction, entity: EntityName, values: Values): Values {
  const project = readMeta(tx.replica.db, 'personal-project') ?? null;
  if (entity === 'research_sessions') return { project_id: project, started_at: tx.at };
  if (entity === 'reference_items') return referencePresets(tx, values);
  if (entity === 'evidence') return { source_type: 'manual_entry', retrieved_at: tx.at };
  if (entity === 'projects') return { owner_id: tx.author };
  return {};
}

/** Columns with plain values, and those that are kept in rows of their own. */
function split(entity: EntityName, values: Values): { plain: Record<string, Json>; parts: [string, Json][] } {
  const plain: Record<string, Json> = {};
  const parts: [string, Json][] = [];
  for (const [name, value] of Object.entries(values)) {
    const merge = columnSpec(entity, name)?.merge;
    const apart = merge === 'set' || merge === 'text' || (merge === 'judgement' && entity !== 'judgements');
    if (apart) parts.push([name, value]);
    else plain[name] = value;
  }
  return { plain, parts };
}

function writeParts(
  tx: Transaction,
  entity: EntityName,
  id: Id,
  parts: readonly (readonly [string, Json])[],
): string[] {
  return parts.filter(([name, value]) => writePart(tx, entity, id, name, value)).map(([name]) => name);
}

function writePart(tx: Transaction, entity: EntityName, id: Id, name: string, value: Json): boolean {
  switch (columnSpec(entity, name)?.merge) {
    case 'set':
      return replaceSet(tx, entity, id, name, Array.isArray(value) ? value.map(String) : []);
    case 'text':
      return writeText(tx, entity, id, name, typeof value === 'string' ? value : '');
    default:
      return judge(tx, entity, id, name, value);
  }
}

function refuseForeign(entity: EntityName, verb: 'add' | 'edit'): void {
  const { writtenBy } = entitySpec(entity);
  if (writtenBy === 'people' || (writtenBy === 'program' && verb === 'edit')) return;
  throw new WorkbenchError(
    'not-allowed',
    `Rows of ${entity} are written by the ${writtenBy === 'server' ? 'server' : 'Workbench itself'}. Nothing was changed.`,
    { entity },
  );
}

interface Schema {
  safeParse(value: unknown): {
    success: boolean;
    data?: unknown;
    error?: { issues: readonly { path: PropertyKey[]; message: string }[] };
  };
}

function check(schema: Schema, values: Values): Values {
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data as Values;
  const issue = parsed.error?.issues[0];
  const column = issue?.path.map(String).join('.') ?? '';
  throw new WorkbenchError(
    'invalid-input',
    `“${column}” is not accepted: ${issue?.message ?? 'the value is of another kind'} Nothing was stored.`,
    { column },
  );
}
