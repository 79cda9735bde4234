import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { cellRule, columnsByNumber, entityOfNumber, lifeCell } from '../../../sync/core/cell-name.ts';
import { makesConflicts, openConflicts, winner } from '../../../sync/core/kinds.ts';
import { cellNames, cellOf, type RowState } from '../../../sync/core/row-state.ts';
import { decodeRow } from '../../../sync/core/row-wire.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { canonicalText, sameValue } from '../../../sync/core/value.ts';
import type { ExchangedEntry, ExchangedTransaction } from '../../../sync/protocol/exchange.ts';
import type { RowContent } from '../../../sync/protocol/row-state.ts';
import type { RowKey } from '../../../sync/server/feed/store.ts';
import { keyOf, type ModelRow, type ModelTenant } from './model-tenant.ts';

/** Every transaction that crossed the wire, by its stamp, as its laptop sent it last. */
export type Sent = ReadonlyMap<Stamp, ExchangedTransaction>;

interface Written {
  readonly cell: string;
  readonly value: Json;
  readonly base: readonly Stamp[];
}

/** The cells that an entry writes, each with its value and what it replaces. */
function writtenBy(entry: ExchangedEntry): Written[] {
  if (entry.op === 'update') {
    return entry.cells.map(({ cell, value, base }) => ({ cell: String(cell), value, base }));
  }
  if (entry.op !== 'insert') return [];
  const columns = columnsByNumber(entry.entity);
  return entry.values.flatMap((value, at): Written[] => {
    const n = at + 1;
    if (columns.get(n)?.spec.merge === 'map') {
      const keys = Object.entries((value ?? {}) as Record<string, Json>);
      return keys.map(([key, item]) => ({ cell: `${n}/${key}`, value: [item], base: [] }));
    }
    return value === null ? [] : [{ cell: String(n), value, base: [] }];
  });
}

interface History {
  /** Transactions that took effect, by row. */
  readonly entries: ReadonlyMap<string, readonly { readonly stamp: Stamp; readonly entry: ExchangedEntry }[]>;
  /** `row cell stamp` of what a write that took effect names as replaced, directly or through refused writes. */
  readonly replaced: ReadonlySet<string>;
  readonly directly: ReadonlySet<string>;
  readonly purged: ReadonlySet<string>;
}

function historyOf(tenant: ModelTenant, sent: Sent, ledger: readonly RowKey[]): History {
  const inForce = new Set(
    tenant.results.filter(({ status }) => status !== 'refused').map(({ stamp }) => stamp),
  );
  const entries = new Map<string, { stamp: Stamp; entry: ExchangedEntry }[]>();
  const directly = new Set<string>();
  const refused = new Map<string, readonly Stamp[]>();
  // A restored server has forgotten who purged what came after its backup; the ledger has not (P15).
  const purged = new Set(ledger.map(keyOf));
  for (const [stamp, tx] of sent) {
    for (const entry of tx.entries) {
      const key = keyOf({ entity: entry.entity, id: entry.row });
      const bases = 'base' in entry ? [{ cell: lifeCell, base: entry.base }] : writtenBy(entry);
      if (!inForce.has(stamp)) {
        for (const { cell, base } of bases) refused.set(`${key} ${cell} ${stamp}`, base);
        continue;
      }
      if (entry.op === 'purge') purged.add(key);
      entries.set(key, [...(entries.get(key) ?? []), { stamp, entry }]);
      for (const { cell, base } of bases) for (const each of base) directly.add(`${key} ${cell} ${each}`);
    }
  }
  const replaced = new Set(directly);
  // A set's iteration reaches what is added on the way: chains of refused writes are followed to their end.
  for (const name of replaced) {
    const front = name.slice(0, name.lastIndexOf(' '));
    for (const under of refused.get(name) ?? []) replaced.add(`${front} ${under}`);
  }
  return { entries, replaced, directly, purged };
}

/**
 * V2 (MR29): every write that the server accepted is in exactly one place: shown, superseded by a write that names it, an open conflict,
 * dismissed by a person, overruled by its kind, or purged; and it still says what its author wrote. A row lives as its history says
 * (MR15). All of it is computed from what crossed the wire and from the ledger of purges, not from what the server made of it.
 */
export function accountFaults(tenant: ModelTenant, sent: Sent, ledger: readonly RowKey[]): string[] {
  const history = historyOf(tenant, sent, ledger);
  const faults: string[] = [];
  for (const [key, all] of history.entries) {
    const row = tenant.rows.get(key);
    const name = `V2 ${key.split(' ')[0]} ${key.slice(-6)}`;
    if (row === undefined) {
      // Of a purge that everybody has heard of the server keeps the id alone.
      if (!tenant.purges.has(key)) faults.push(`${name} was accepted and is nowhere`);
      else if (!history.purged.has(key)) faults.push(`${name} is purged and nobody did it`);
    } else if (row.purged) {
      if (!history.purged.has(key)) faults.push(`${name} is purged and nobody did it`);
    } else if (history.purged.has(key)) faults.push(`${name} was purged and is there`);
    else {
      const state = decodeRow(JSON.parse(row.state) as RowContent);
      for (const { stamp, entry } of all) {
        for (const written of writtenBy(entry)) {
          const fault = cellFault(history, key, state, stamp, written);
          if (fault !== null) faults.push(`${name}.${written.cell} of ${stamp.slice(0, 16)} ${fault}`);
        }
      }
      faults.push(...lifeFaults(history, key, row, state, tenant).map((fault) => `${name} ${fault}`));
    }
  }
  return faults;
}

function cellFault(
  history: History,
  key: string,
  state: RowState,
  stamp: Stamp,
  { cell, value }: Written,
): string | null {
  const kept = cellOf(state, cell);
  const live = kept.live.get(stamp);
  const place = `${key} ${cell} ${stamp}`;
  if (live === undefined) return history.replaced.has(place) ? null : 'is lost';
  if (history.directly.has(place)) return 'is superseded and still there';
  // What its author's laptop kept back is a marker everywhere else, and was never sent.
  if (live.masked !== true && canonicalText(live.value) !== canonicalText(value))
    return `says ${canonicalText(live.value)}, not ${canonicalText(value)}`;
  const rule = cellRule(state.entity, cell);
  const shown = winner(kept, rule);
  const isShown = shown !== undefined && sameValue(shown.value, live.value);
  const isOpen = openConflicts(kept, rule).some((write) => write.stamp === stamp);
  const isSettled = kept.demoted.has(stamp) || kept.dismissed.has(stamp) || !makesConflicts(rule);
  return isShown || isOpen || isSettled ? null : 'is neither shown nor a conflict';
}

function lifeFaults(
  history: History,
  key: string,
  row: ModelRow,
  state: RowState,
  tenant: ModelTenant,
): string[] {
  const all = history.entries.get(key) ?? [];
  if (!all.some(({ entry }) => entry.op === 'insert')) return [];
  const expected = [history.directly, history.replaced].map((replaced) => {
    const isLive = ({ stamp }: { readonly stamp: Stamp }) => !replaced.has(`${key} ${lifeCell} ${stamp}`);
    const alive = all.filter(({ entry }) => entry.op === 'insert' || entry.op === 'restore').filter(isLive);
    const dead = all.filter(({ entry }) => entry.op === 'delete').filter(isLive);
    if (dead.length === 0 || alive.length > 0) return false;
    const entity = entityOfNumber(state.entity);
    if (entity !== undefined && entitySpec(entity).life === 'set') return true;
    const seen = new Set(dead.flatMap(({ entry }) => (entry.op === 'delete' ? entry.stamps : [])));
    const others = cellNames(state).filter((cell) => cell !== lifeCell);
    const beside = tenant.textStamps([row.id]).get(row.id) ?? [];
    return [...others.flatMap((cell) => [...cellOf(state, cell).live.keys()]), ...beside].every((stamp) =>
      seen.has(stamp),
    );
  });
  return expected.includes(row.deleted) ? [] : [row.deleted ? 'is deleted over work' : 'lives again'];
}
