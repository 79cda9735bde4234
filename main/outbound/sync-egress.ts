import type { EntityName } from '../../db/catalogue/catalogue.ts';
import type { ColumnSpec, Json } from '../../db/catalogue/types.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import { type Egress, type Leaving, type WithheldCell, wholeRow } from '../../db/replica/sync/outbox.ts';
import { keptCells } from '../../db/replica/sync/kept-cells.ts';
import { asUser, type Person } from '../../db/replica/sync/people.ts';
import { columnsByNumber, entityOfNumber, parseCell } from '../../sync/core/cell-name.ts';
import { wireScope } from '../../sync/core/scope.ts';
import type { SyncMutants } from '../../sync/core/sync-mutants.ts';
import type { ExchangedEntry, ExchangedTransaction } from '../../sync/protocol/exchange.ts';
import { asksFacts } from '../../sync/core/decide.ts';
import { factsOf, factsUnasked, isPart, lookOnce, type RowFacts } from './facts.ts';
import { recordReceipts } from './receipts.ts';
import { BatchRulings, type ServerPolicies } from './server-ruling.ts';

export interface SyncEgressOptions {
  readonly db: ReadableDb;
  readonly policies: ServerPolicies;
  readonly person: Person;
  /** Version of the organisation's settings, for the receipts. */
  readonly policyVersion: number;
  /** Host name of the server, for the receipts. */
  readonly host: string;
  readonly now: () => string;
  readonly mutants?: SyncMutants;
}

interface Entry {
  readonly entry: ExchangedEntry | null;
  readonly withheld: readonly WithheldCell[];
  readonly local: boolean;
}

/**
 * The one encoder between this laptop and a server. Every value of every entry is asked about: what the policy does not let out is
 * named in its place, without its value: others see a mask there. The laptop remembers what it kept, and goes on showing it. Deny by
 * default: a column that this build does not know counts as secret.
 */
export function syncEgress(options: SyncEgressOptions): Egress {
  const { db, policies, person } = options;
  const known = new Map<string, RowFacts>();
  const rulings = new BatchRulings(policies);
  const rules: Record<string, number> = {};
  let withheldValues = 0;
  const look = lookOnce(db);
  const keptByHand = keptCells(db);
  const isAsked =
    policies.some((policy) => asksFacts(policy, 'sync') || policy.redaction.detectors.length > 0) ||
    hasLocalSessions(db);
  const factsFor = (entity: EntityName, id: string, scope: string): RowFacts => {
    if (!isAsked && !isPart(entity)) return factsUnasked;
    const kept = known.get(id);
    if (kept !== undefined) return kept;
    const found = factsOf(db, entity, look(entity, id) ?? { _scope: scope }, look);
    const facts = options.mutants?.localOnlyQueued === true ? { ...found, localOnly: false } : found;
    known.set(id, facts);
    return facts;
  };
  const mayLeave = (entity: EntityName, column: string, value: Json, facts: RowFacts) => {
    if (options.mutants?.egressOpen === true) return true;
    const { decision, rule } = rulings.onValue(entity, column, value, facts);
    if (value === null) return decision === 'allow';
    if (decision === 'allow') rules[rule] = (rules[rule] ?? 0) + 1;
    else withheldValues += 1;
    return decision === 'allow';
  };
  const encodeEntry = (entry: ExchangedEntry): Entry => {
    const entity = entityOfNumber(entry.entity);
    if (entity === undefined) return { entry: null, withheld: [], local: false };
    const facts = factsFor(entity, entry.row, entry.scope);
    if (facts.localOnly) return { entry: null, withheld: [], local: true };
    const stays = options.mutants?.egressOpen !== true && rulings.onWholeRow(entity, facts) !== null;
    if (stays && entry.op !== 'purge') return { entry: null, withheld: cellsOf(entry), local: false };
    const placed = { ...entry, scope: wireScope(entry.scope, person.user) };
    const columns = columnsByNumber(entry.entity);
    const keptHere = keptByHand.get(entry.row);
    const asks = (cell: string | number, value: Json) => {
      if (keptHere?.has(String(cell)) === true) {
        withheldValues += 1;
        return false;
      }
      const column = columns.get(parseCell(cell).n);
      return column !== undefined && mayLeave(entity, column.name, value, facts);
    };
    // The server refuses a cell that this build cannot name for it.
    const isKnown = (cell: string | number) => columns.has(parseCell(cell).n);
    if (placed.op === 'update') {
      const names: WithheldCell[] = [];
      const cells = placed.cells.flatMap((write) => {
        const { cell, value } = write;
        if (asks(cell, value)) return [write];
        names.push([entry.row, String(cell)]);
        return isKnown(cell) ? [{ ...write, value: null, withheld: options.policyVersion }] : [];
      });
      return { entry: cells.length === 0 ? null : { ...placed, cells }, withheld: names, local: false };
    }
    if (placed.op !== 'insert') return { entry: placed, withheld: [], local: false };
    const withheld: WithheldCell[] = [];
    const values = placed.values.map((value, at) => {
      if (value === null || !columns.has(at + 1) || asks(at + 1, value)) return value;
      withheld.push(...insertedCells(entry.row, at + 1, value, columns.get(at + 1)?.spec));
      return null;
    });
    const cells = withheld.map(([, cell]) => (cell.includes('/') ? cell : Number(cell)));
    const named = cells.length === 0 ? {} : { withheld: { version: options.policyVersion, cells } };
    return { entry: { ...placed, values, ...named }, withheld, local: false };
  };
  return {
    encode: (transaction) => encodeWhole(asUser(transaction, person), encodeEntry),
    done: (target, { transactions, bytes, hash }) => {
      const subject = {
        host: options.host,
        transactions,
        bytes,
        hash,
        policy: options.policyVersion,
        withheld: withheldValues,
      };
      const rule = Object.keys(rules).toSorted().join(', ');
      const rows = Object.values(rules).reduce((sum, count) => sum + count, 0);
      recordReceipts(target, [
        { at: options.now(), destination: 'sync', decision: 'allow', rule, subject, rows },
      ]);
    },
  };
}

function encodeWhole(transaction: ExchangedTransaction, encode: (entry: ExchangedEntry) => Entry): Leaving {
  const encoded = transaction.entries.map(encode);
  const entries = encoded.flatMap(({ entry }) => (entry === null ? [] : [entry]));
  const withheld = encoded.flatMap((each) => each.withheld);
  const local = entries.length === 0 && withheld.length === 0;
  if (entries.length === 0) return { transaction: null, withheld, local };
  const bodies = namedBodies(transaction.bodies, entries);
  return { transaction: { ...transaction, entries, bodies }, withheld, local: false };
}

/** Bodies go with the entries that still name them. */
function namedBodies(
  bodies: ExchangedTransaction['bodies'],
  entries: readonly ExchangedEntry[],
): ExchangedTransaction['bodies'] {
  const isNamed = (hash: string) =>
    entries.some((entry) => entry.op === 'insert' && entry.values.includes(hash));
  return Object.fromEntries(Object.entries(bodies).filter(([hash]) => isNamed(hash)));
}

function hasLocalSessions(db: ReadableDb): boolean {
  return db.statements.get('SELECT 1 FROM research_sessions WHERE local_only = 1 LIMIT 1') !== undefined;
}

/** The cells of an entry that stays here as a whole. */
function cellsOf(entry: ExchangedEntry): WithheldCell[] {
  if (entry.op === 'update') return entry.cells.map(({ cell }) => [entry.row, String(cell)]);
  return [[entry.row, wholeRow]];
}

function insertedCells(row: string, n: number, value: Json, spec: ColumnSpec | undefined): WithheldCell[] {
  if (spec?.merge !== 'map') return [[row, String(n)]];
  return Object.keys(value as object).map((key) => [row, `${n}/${key}`]);
}
