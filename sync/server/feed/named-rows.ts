import { entityNames, entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { entityOfNumber } from '../../core/cell-name.ts';
import type { RowState } from '../../core/row-state.ts';
import { sameValue } from '../../core/value.ts';
import type { ExchangedEntry } from '../../protocol/exchange.ts';
import { mayWrite, type ScopeAccess } from './access.ts';
import { idOfLogged } from './check-access.ts';
import { columnNumber, shownByName } from './ingress-policy.ts';
import { TransactionRefused } from './refusal.ts';
import type { RowKey } from './store.ts';

/** What is said in a column, by its name; undefined or null where nothing is. */
type Said = (column: string) => Json | undefined;

/** Where a row stands, and whether it was purged; undefined for one that is not here. */
export type StandingOf = (row: RowKey) => Pick<RowState, 'scope' | 'purged'> | undefined;

const documents = entitySpec('artifacts').n;
/** Entities that use a document: where it stands follows from them. */
const using: ReadonlySet<number> = new Set([entitySpec('evidence').n, entitySpec('reference_items').n]);

/** The number of an entity by its name in a row. */
export function entityNumberOf(name: Json | undefined): number | undefined {
  const known = entityNames.find((each) => each === name);
  return known === undefined ? undefined : entitySpec(known).n;
}

/** The row that a part belongs to, or in whose place a row stands; undefined for a row that hangs on none. */
export function ownerNamed(entity: number, said: Said): RowKey | undefined {
  const name = entityOfNumber(entity);
  if (name === undefined) return undefined;
  const { scope } = entitySpec(name);
  if (scope.by !== 'parent' && scope.by !== 'owner') return undefined;
  const [owner, id] =
    scope.by === 'parent'
      ? [entityNumberOf(scope.entity), idOfLogged(said(scope.column))]
      : [entityNumberOf(said(scope.entityColumn)), idOfLogged(said(scope.idColumn))];
  return owner === undefined || id === null ? undefined : { entity: owner, id };
}

/** The row that an inserted part belongs to. */
export function ownerOfInsert(entry: ExchangedEntry): RowKey | undefined {
  return entry.op === 'insert' ? ownerNamed(entry.entity, saidBy(entry)) : undefined;
}

/** The document that an entry says is used. */
function documentUsed(entry: ExchangedEntry): RowKey | undefined {
  const id = using.has(entry.entity) ? idOfLogged(saidBy(entry)('artifact_id')) : null;
  return id === null ? undefined : { entity: documents, id };
}

/** Documents that entries say are used. */
export function documentsUsed(entries: readonly ExchangedEntry[]): RowKey[] {
  return entries.flatMap((entry) => documentUsed(entry) ?? []);
}

/**
 * Refuses an entry by what it names (P29): a part of what stands where its author may not write, or was purged (MR17), a use of a
 * document that the author may not read, and another place for a row than it has. `row` is the row as it stands, undefined where nothing of it has arrived.
 */
export function checkNamed(
  access: ScopeAccess,
  entry: ExchangedEntry,
  row: RowState | undefined,
  standingOf: StandingOf,
): void {
  checkPlace(entry, row);
  const owner = ownerOfInsert(entry);
  const there = owner === undefined ? undefined : standingOf(owner);
  if (owner !== undefined && there !== undefined) {
    if (there.purged) throw new TransactionRefused('PURGED');
    const isElsewhere = there.scope !== entry.scope;
    if (isElsewhere && !mayWrite(access.of(there.scope), entry.entity, entityOfNumber(owner.entity)))
      throw new TransactionRefused('FORBIDDEN');
  }
  const document = documentUsed(entry);
  const standing = document === undefined ? undefined : standingOf(document);
  if (standing !== undefined && access.of(standing.scope) === 'none')
    throw new TransactionRefused('FORBIDDEN');
}

/** The columns from which a row's place follows are written with the row, and say the same ever after. */
function checkPlace(entry: ExchangedEntry, row: RowState | undefined): void {
  if (entry.op !== 'update' && (entry.op !== 'insert' || row?.insert === undefined)) return;
  const said = saidBy(entry);
  for (const column of placeColumns(entry.entity)) {
    const value = said(column);
    if (value === undefined) continue;
    if (row?.insert === undefined || !sameValue(shownByName(row, column), value))
      throw new TransactionRefused('SCOPE');
  }
}

function placeColumns(entity: number): readonly string[] {
  const name = entityOfNumber(entity);
  if (name === undefined) return [];
  const { scope } = entitySpec(name);
  if (scope.by === 'column' || scope.by === 'parent') return [scope.column];
  return scope.by === 'owner' ? [scope.entityColumn, scope.idColumn] : [];
}

/** What an entry writes, by the names of its columns. */
function saidBy(entry: ExchangedEntry): Said {
  return (column) => {
    const n = columnNumber(entry.entity, column);
    if (n === undefined) return undefined;
    if (entry.op === 'insert') return entry.values[n - 1];
    if (entry.op !== 'update') return undefined;
    return entry.cells.find(({ cell }) => Number(cell) === n)?.value;
  };
}
