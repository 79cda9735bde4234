import { entityNames, entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { columnsByNumber, hasColumn, parseCell } from '../../core/cell-name.ts';
import { depthOf, fitsLogged } from '../../core/column-value.ts';
import { holdsMarker } from '../../core/row-wire.ts';
import { faithfulValue, UnfaithfulValueError } from '../../core/value.ts';
import type { ExchangedEntry, ExchangedTransaction } from '../../protocol/exchange.ts';
import { scopePattern } from '../../protocol/primitives.ts';
import type { FeedEnvironment } from './environment.ts';
import { TransactionRefused } from './refusal.ts';

const mostColumns = 1000;
const mostColumnNumber = 99_999;
const mostDepth = 64;

/** True where an entry names its row in a form in which it can be looked for; a transaction with any other is refused. */
export function namesRow({ entity, scope }: ExchangedEntry): boolean {
  return entity <= mostColumnNumber && scopePattern.test(scope);
}

/**
 * Refuses a transaction that holds what a table could not give back as it came (P16), a marker (MR25), or a body under another name
 * than its hash. Everything is checked before anything is written.
 */
export function checkValues(transaction: ExchangedTransaction, { sha256 }: FeedEnvironment): void {
  for (const entry of transaction.entries) {
    if (!namesRow(entry)) throw new TransactionRefused('SCOPE');
    checkEntry(entry);
  }
  for (const [hash, data] of Object.entries(transaction.bodies)) {
    if (sha256(Buffer.from(data, 'base64')) !== hash) throw new TransactionRefused('UNFAITHFUL');
  }
}

function checkEntry(entry: ExchangedEntry): void {
  if (entry.op === 'insert') {
    if (entry.values.length > mostColumns) throw new TransactionRefused('UNFAITHFUL');
    for (let at = 0; at < entry.values.length; at += 1) {
      const value = entry.values[at] ?? null;
      // Most columns of most rows are null.
      if (value !== null) checkInserted(entry.entity, at + 1, value);
    }
    checkRequired(entry);
    checkWithheld(entry);
  } else if (entry.op === 'update') {
    for (const { cell, value, withheld } of entry.cells) {
      if (withheld === undefined) checkCell(entry.entity, cell, value);
      else checkHidden(entry.entity, cell, value);
    }
  } else if (entry.op === 'dismiss' && entry.cell !== '@') checkName(entry.entity, entry.cell);
}

/** Refuses a mask over a value that is there all the same, or in the place of one that no row can be without. */
function checkWithheld({ entity, values, withheld }: ExchangedEntry & { readonly op: 'insert' }): void {
  for (const cell of withheld?.cells ?? []) {
    const { n, key } = parseCell(cell);
    const value = values[n - 1];
    if (value === undefined) throw new TransactionRefused('UNFAITHFUL');
    const shown = key === null || value === null ? value : (value as Record<string, Json>)[key];
    checkHidden(entity, cell, shown ?? null);
  }
}

function checkHidden(entity: number, cell: number | string, value: Json): void {
  const { n } = checkName(entity, cell);
  const required = columnsByNumber(entity).get(n)?.spec.required === true;
  if (value !== null || required) throw new TransactionRefused('REDACTED');
}

const requiredColumns = new Map(
  entityNames.map((name) => {
    const { n } = entitySpec(name);
    return [n, [...columnsByNumber(n)].flatMap(([at, { spec }]) => (spec.required === true ? [at] : []))];
  }),
);

function checkRequired({ entity, values }: ExchangedEntry & { readonly op: 'insert' }): void {
  for (const n of requiredColumns.get(entity) ?? []) {
    if ((values[n - 1] ?? null) === null) throw new TransactionRefused('UNFAITHFUL');
  }
}

function checkInserted(entity: number, n: number, value: Json): void {
  const column = columnsByNumber(entity).get(n);
  checkPlain(value);
  if (column === undefined) {
    // A set, a derived or a judged column has no cell of its own.
    if (hasColumn(entity, n)) throw new TransactionRefused('UNFAITHFUL');
    return;
  }
  if (!fitsLogged(value, column.spec)) throw new TransactionRefused('UNFAITHFUL');
}

function checkCell(entity: number, cell: number | string, value: Json): void {
  const { n, key } = checkName(entity, cell);
  checkPlain(value);
  const column = columnsByNumber(entity).get(n);
  if (column === undefined) return;
  const fits =
    key === null ? fitsLogged(value, column.spec) : Array.isArray(value) && (value as Json[]).length <= 1;
  if (!fits) throw new TransactionRefused('UNFAITHFUL');
}

/** The parts of a cell's name; refused where the entity cannot have such a cell. */
function checkName(
  entity: number,
  cell: number | string,
): { readonly n: number; readonly key: string | null } {
  const { n, key } = parseCell(cell);
  if (n > mostColumnNumber) throw new TransactionRefused('UNFAITHFUL');
  if (key !== null) checkPlain(key);
  const column = columnsByNumber(entity).get(n);
  const wrong =
    column === undefined ? hasColumn(entity, n) : (key !== null) !== (column.spec.merge === 'map');
  if (wrong) throw new TransactionRefused('UNFAITHFUL');
  return { n, key };
}

function checkPlain(value: Json): void {
  if (value === null) return;
  if (typeof value === 'object') {
    if (depthOf(value, mostDepth) > mostDepth) throw new TransactionRefused('UNFAITHFUL');
    if (holdsMarker(value)) throw new TransactionRefused('REDACTED');
  }
  try {
    faithfulValue(value);
  } catch (error) {
    if (error instanceof UnfaithfulValueError) throw new TransactionRefused('UNFAITHFUL');
    throw error;
  }
}
