import { expect, test } from 'vitest';
import { entityNames, entitySpec } from '../../db/catalogue/catalogue.ts';
import type { Json } from '../../db/catalogue/types.ts';
import { listConflicts } from '../../db/replica/exchange/conflicts.ts';
import { decode, encodeLogged } from '../../db/replica/rows/codec.ts';
import { blobToId } from '../../db/replica/rows/ids.ts';
import { loggedColumns } from '../../db/replica/schema/physical.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';
import {
  applyEntry,
  conflictsOf,
  emptyRow,
  lifeOf,
  type RowState,
  valuesOf,
  withBases,
} from '../../sync/core/row-state.ts';
import { decodeRow, encodeRow, rowText } from '../../sync/core/row-wire.ts';
import { wireScope } from '../../sync/core/scope.ts';
import { canonicalText } from '../../sync/core/value.ts';
import { rowContentSchema } from '../../sync/protocol/row-state.ts';
import type { ExchangedTransaction } from '../../sync/protocol/exchange.ts';
import type { Mutants } from '../../sync/core/mutants.ts';
import { Hub, seeded } from './hub.ts';

const seeds = Number(process.env['WORKBENCH_SEEDS'] ?? 8);
const firstSeed = Number(process.env['WORKBENCH_SEED'] ?? 1);
const person = '00000000-0000-7000-8000-000000000001';
const textUpdates = entitySpec('text_updates').n;

/** Every row by the pure rules alone: transactions in any order, states through their form on the wire and back. */
function foldRows(
  published: readonly ExchangedTransaction[],
  random: () => number,
  mutants: Mutants,
): Map<string, RowState> {
  const rows = new Map<string, RowState>();
  const applied = new Set<string>();
  const replaced = new Map<string, Json>();
  const order = published.map((tx) => [random(), tx] as const).toSorted((a, b) => a[0] - b[0]);
  for (const { stamp, entries } of published) {
    for (const entry of entries) {
      if (entry.op === 'update')
        for (const { cell, value } of entry.cells) replaced.set(`${entry.row} ${cell} ${stamp}`, value);
      else if (entry.op === 'insert')
        for (const [at, value] of entry.values.entries())
          replaceInsert(replaced, entry.row, at + 1, stamp, value);
    }
  }
  for (const [, tx] of order) {
    applied.add(tx.stamp);
    for (const entry of tx.entries) {
      const key = `${entry.entity} ${entry.row}`;
      const before = rows.get(key) ?? emptyRow(entry.entity, entry.row, wireScope(entry.scope, person));
      const origin = { stamp: tx.stamp, author: tx.author };
      const after = applyEntry(before, entry, origin, (stamp) => applied.has(stamp), mutants);
      rows.set(key, random() < 0.3 ? overTheWire(after) : after);
    }
  }
  for (const [key, row] of rows) {
    rows.set(
      key,
      withBases(row, (cell, over) => replaced.get(`${row.id} ${cell} ${over}`)),
    );
  }
  return rows;
}

function replaceInsert(
  replaced: Map<string, Json>,
  row: string,
  n: number,
  stamp: string,
  value: Json,
): void {
  replaced.set(`${row} ${n} ${stamp}`, value);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
  for (const [key, item] of Object.entries(value))
    replaced.set(`${row} ${n}/${key} ${stamp}`, [item as Json]);
}

function overTheWire(row: RowState): RowState {
  const text = rowText(row);
  const content = rowContentSchema.parse(JSON.parse(text));
  const back = decodeRow(content);
  expect(canonicalText(encodeRow(back) as unknown as Json)).toBe(text);
  return back;
}

/** A file's rows in the same form: values as the log writes them, life, open conflicts. */
function viewOfFile(db: ReadableDb): Map<string, unknown> {
  const view = new Map<string, unknown>();
  for (const entity of entityNames) {
    const columns = loggedColumns(entity);
    const stored = db.statements.all<Record<string, unknown>>(`SELECT * FROM ${entity}`);
    for (const row of stored) {
      const id = blobToId(row['id'] as Buffer);
      view.set(`${entitySpec(entity).n} ${id}`, {
        values: columns.map((column) =>
          encodeLogged(column.encoding, decode(column.encoding, row[column.name])),
        ),
        unknown: JSON.parse((row['_ext'] as string | null) ?? '{}') as unknown,
        deleted: row['_deleted'] === 1,
        conflicts: listConflicts(db, id).map(({ cell, base, shown, lost, stamp }) => ({
          cell,
          base,
          shown,
          lost,
          stamp,
        })),
      });
    }
  }
  return view;
}

function viewOfStates(rows: ReadonlyMap<string, RowState>): Map<string, unknown> {
  const texts = new Map<string, string[]>();
  for (const row of rows.values()) {
    const owner = row.entity === textUpdates ? valuesOf(row).known.get(4) : undefined;
    if (typeof owner !== 'string' || row.insert === undefined || row.purged) continue;
    const id = owner.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    texts.set(id, [...(texts.get(id) ?? []), row.insert.stamp]);
  }
  const view = new Map<string, unknown>();
  for (const [key, row] of rows) {
    const life = lifeOf(row, texts.get(row.id) ?? []);
    if (life === 'purged' || life === 'early') continue;
    const entity = entityNames.find((name) => entitySpec(name).n === row.entity);
    const { known, unknown } = valuesOf(row);
    const columns = entity === undefined ? [] : loggedColumns(entity);
    const shownTo = (cell: string, value: Json | undefined): Json => {
      if (value === undefined) return null;
      if (cell.includes('/')) return (value as readonly Json[])[0] ?? null;
      const column = columns.find(({ spec }) => String(spec.n) === cell);
      return column?.encoding === 'id' && value !== null
        ? (value as string).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
        : value;
    };
    const conflicts = conflictsOf(row)
      .filter(({ cell }) => columns.some(({ spec }) => spec.n === Number(cell.split('/')[0])))
      .map(({ cell, shown, lost }) => ({
        cell,
        base: shownTo(cell, lost.was),
        shown: shownTo(cell, shown.value),
        lost: shownTo(cell, lost.value),
        stamp: lost.stamp,
      }));
    view.set(key, {
      values: columns.map(({ spec }) => known.get(spec.n) ?? null),
      unknown: Object.fromEntries(unknown),
      deleted: life === 'deleted',
      conflicts: life === 'deleted' ? [] : conflicts,
    });
  }
  return view;
}

function comparable(view: ReadonlyMap<string, unknown>, ids: ReadonlySet<string>): unknown[] {
  return [...view]
    .filter(([key]) => ids.has(key))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, row]) => {
      const { conflicts, ...rest } = row as { conflicts: { stamp: string; cell: string }[] };
      const order = conflicts.toSorted((a, b) => (a.cell + a.stamp < b.cell + b.stamp ? -1 : 1));
      return [key, rest, order];
    });
}

/** Runs one history; true where the rules and all files agree on everything. */
function agree(seed: number, mutants: Mutants = {}): boolean {
  const hub = new Hub(seed, {});
  try {
    hub.begin();
    for (let step = 0; step < 80; step += 1) hub.step();
    hub.settle();
    const states = viewOfStates(foldRows(hub.published(), seeded(seed), mutants));
    const ids = new Set(states.keys());
    return hub.devices.every((device) => {
      const file = viewOfFile(device.workspace.replica.db);
      return JSON.stringify(comparable(states, ids)) === JSON.stringify(comparable(file, ids));
    });
  } finally {
    hub.close();
  }
}

test(
  '[MR28] the pure rules and the replica make the same values, conflicts and lives of the same transactions',
  () => {
    for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1)
      expect(agree(seed), `seed ${seed}`).toBe(true);
  },
  60_000 + seeds * 1000,
);

test('the comparison notices mistakes', () => {
  const mistakes: Mutants[] = [
    { noBaseCheck: true },
    { firstBaseOnly: true },
    { supersededEarlyForgotten: true },
    { dismissalForgotten: true },
    { baseNotJoined: true },
  ];
  for (const mutants of mistakes) {
    const found = [...Array(30).keys()].some((at) => !agree(at + 1, mutants));
    expect(found, JSON.stringify(mutants)).toBe(true);
  }
});
