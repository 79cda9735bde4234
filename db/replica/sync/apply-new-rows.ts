import { columnsOf, type EntityName } from '../../catalogue/catalogue.ts';
import type { PageRow, RowLine } from '../../../sync/protocol/row-state.ts';
import { idToBlob } from '../rows/ids.ts';
import { refreshArrived } from '../rows/refresh.ts';
import { hasAny, insertRows } from '../sqlite/many-rows.ts';
import type { RowChange } from '../transaction/transact.ts';
import { versionColumns } from './apply-row.ts';
import { lastKept } from './last-kept.ts';
import { columnsOfPlain, plainEntity, plainStamps, plainValues } from './plain-row.ts';
import type { RowContext } from './row-context.ts';

/** A line with the scope that it belongs to on this laptop and the bytes of its id. */
interface PlacedLine {
  readonly line: RowLine;
  readonly scope: string;
  readonly row: Uint8Array;
}

/** What of a page went in at once, and the lines that are left to be applied one by one, in their order. */
export interface NewRows {
  readonly changes: readonly RowChange[];
  readonly left: readonly PageRow[];
}

/** Entities that belong to another row, which shows them: they are applied one by one. */
const parts: ReadonlySet<EntityName> = new Set(['judgements', 'text_updates']);

/**
 * Puts the plain rows of a first fetch into their tables in statements of many rows. That leads where `applyRow` would have led: nothing of
 * them is here or waits, so nothing is joined, and nothing is logged. Rows of an entity of which one is here already, was purged, or is
 * refused by its table, are left, all of them.
 */
export function applyNewRows(
  context: RowContext,
  lines: readonly PageRow[],
  here: (scope: string) => string | null,
): NewRows {
  if (context.waits || context.withholds) return { changes: [], left: lines };
  const scopeOf = lastKept((scope: string) => {
    const local = here(scope);
    return local !== null && context.isBootstrap(local) ? local : null;
  });
  const groups = new Map<EntityName, PlacedLine[]>();
  const groupOf = lines.map((line) => {
    const entity = 'cells' in line ? plainEntity(line) : undefined;
    const scope = entity === undefined || parts.has(entity) ? null : scopeOf(line.sc);
    if (entity === undefined || scope === null || !('cells' in line)) return undefined;
    const group = groups.get(entity) ?? [];
    if (group.length === 0) groups.set(entity, group);
    group.push({ line, scope, row: idToBlob(line.i) });
    return group;
  });
  const changes: RowChange[] = [];
  const done = new Set<readonly PlacedLine[]>();
  for (const [entity, group] of groups) {
    if (!putAll(context, entity, group)) continue;
    done.add(group);
    for (const { line } of group) changes.push({ entity, id: line.i, op: 'insert' });
  }
  const isLeft = (at: number) => {
    const group = groupOf[at];
    return group === undefined || !done.has(group);
  };
  return { changes, left: done.size === 0 ? lines : lines.filter((_, at) => isLeft(at)) };
}

/** Puts rows of one entity into their table, all or none. */
function putAll(context: RowContext, entity: EntityName, group: readonly PlacedLine[]): boolean {
  const { db } = context.tx.replica;
  const ids = group.map(({ row }) => row);
  if (hasAny(db.statements, 'purged', 'id', ids)) return false;
  db.statements.run('SAVEPOINT new_rows');
  try {
    insertAll(context, entity, group);
    db.statements.run('RELEASE new_rows');
    return true;
  } catch (error) {
    // Where the transaction itself is gone, nothing else can be tried; any row that is refused is so again when it is tried alone.
    if (!db.sqlite.inTransaction) throw error;
    db.statements.run('ROLLBACK TO new_rows');
    db.statements.run('RELEASE new_rows');
    return false;
  }
}

function insertAll(context: RowContext, entity: EntityName, group: readonly PlacedLine[]): void {
  const { tx, user } = context;
  const { db, author } = tx.replica;
  const columns = columnsOfPlain(
    entity,
    group.map(({ line }) => line),
  );
  const stampsOf = plainStamps(context.numbers);
  const addValues = plainValues(columns, { author, user });
  const names = ['id', '_scope', '_seq', '_stamps', ...columns.map(({ name }) => name)];
  insertRows(db.statements, entity, names, group, ({ line, scope, row }, values) => {
    values.push(row, scope, Number(line.s), stampsOf(line));
    addValues(line, values);
  });
  const roundOf = lastKept(context.round);
  insertRows(db.statements, 'sync_rows', versionColumns, group, ({ line, scope, row }, values) =>
    values.push(line.e, row, scope, Number(line.s), line.h, roundOf(scope)),
  );
  if (!showsParts(entity)) return;
  const ids = group.map(({ row }) => row);
  const haveParts = [...parts].some((part) => hasAny(db.statements, part, 'owner_id', ids));
  for (const row of haveParts ? ids : []) refreshArrived(tx, entity, row);
}

/** True where rows of an entity hold caches of what parts of them say. */
function showsParts(entity: EntityName): boolean {
  return columnsOf(entity).some(([, { merge }]) => merge === 'text' || merge === 'judgement');
}
