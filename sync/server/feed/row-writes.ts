import type { Json } from '../../../db/catalogue/types.ts';
import { columnsByNumber } from '../../core/cell-name.ts';
import {
  isDead,
  lifeOf,
  missingBases,
  type RowState,
  shownValue,
  valuesOf,
  withBases,
} from '../../core/row-state.ts';
import { InsertedCells } from '../../core/inserted-cells.ts';
import { holdsMarker, isMarker } from '../../core/row-wire.ts';
import type { Stamp } from '../../core/stamp.ts';
import { idOfLogged } from './check-access.ts';
import type { FeedEnvironment } from './environment.ts';
import { type FormsAhead, rowForm } from './forms-ahead.ts';
import { type FoldedRow, keyOf, type PushFold, textUpdates } from './fold.ts';
import { ownLevel } from './ingress-policy.ts';
import type { RowKey, RowWrite, ServerTransaction, ShownColumns, StoredRow } from './store.ts';

/** What a push leaves to be written. */
export interface Written {
  readonly rows: readonly RowWrite[];
  /** Rows that stay as they are, but go into or out of the trash with an update of their texts. */
  readonly lives: readonly (RowKey & { readonly deleted: boolean })[];
  readonly purged: readonly RowKey[];
  /** Bodies that some row names. */
  readonly bodies: ReadonlySet<string>;
}

/** What transactions made of rows, and the versions that they made on the way. */
export type FoldedRows = Pick<PushFold, 'rows' | 'versions'>;

/** Rows that are given to the database while the next are made. */
const rowsAhead = 250;

/**
 * Puts the rows of a push into the form in which they are stored: text, hash, shown values, life. Those of a large push are given to the
 * database on the way. `user`: who pushes; `ahead`: forms of its rows that were made before.
 */
export async function rowWrites(
  tx: ServerTransaction,
  environment: FeedEnvironment,
  user: string,
  fold: FoldedRows,
  stored: ReadonlyMap<string, StoredRow>,
  states: ReadonlyMap<string, RowState>,
  ahead?: FormsAhead,
): Promise<Written> {
  const folded = await withReplacedValues(tx, fold);
  const current = (key: string) => folded.get(key)?.state ?? states.get(key);
  const texts = await textStampsOf(
    tx,
    folded,
    [...states.keys()].filter((key) => !folded.has(key)),
    current,
  );
  const rows: RowWrite[] = [];
  const bodies = new Set<string>();
  let given = 0;
  for (const [key, row] of inOrder(folded)) {
    const write = rowWrite(environment, row, stored.get(key), texts.get(row.state.id) ?? [], ahead);
    for (const hash of write.bodies) bodies.add(hash);
    rows.push(write);
    if (rows.length - given < rowsAhead) continue;
    await tx.writeShown?.(user, rows.slice(given));
    given = rows.length;
  }
  const lives = [...states].flatMap(([key, state]) =>
    folded.has(key) || !isDead(state)
      ? []
      : [
          {
            entity: state.entity,
            id: state.id,
            deleted: lifeOf(state, texts.get(state.id) ?? []) === 'deleted',
          },
        ],
  );
  const purged = rows
    .filter((row) => row.purged && states.get(keyOf(row.entity, row.id))?.purged !== true)
    .map(({ entity, id }) => ({ entity, id }));
  return { rows, lives, purged, bodies };
}

/** In the order in which rows are written, so that two pushes never wait for each other crosswise. */
function inOrder(rows: ReadonlyMap<string, FoldedRow>): [string, FoldedRow][] {
  return [...rows].toSorted(([, { state: a }], [, { state: b }]) =>
    a.entity === b.entity ? (a.id < b.id ? -1 : 1) : a.entity - b.entity,
  );
}

/** One row as it is stored. `texts`: stamps of the text updates that belong to it; `ahead`: forms that were made before. */
export function rowWrite(
  environment: FeedEnvironment,
  { state, place, notAsSent, bodies }: FoldedRow,
  before: StoredRow | undefined,
  texts: readonly Stamp[],
  ahead?: FormsAhead,
): RowWrite {
  const { text, hash } = ahead?.of(state) ?? rowForm(state, environment);
  const life = lifeOf(state, texts);
  const there = life !== 'purged' && life !== 'early';
  const values = there ? shownColumns(state) : undefined;
  return {
    entity: state.entity,
    id: state.id,
    scope: state.scope,
    place,
    state: text,
    hash,
    bodies: values === undefined ? [] : namedBodies(state, values, bodies, before),
    level: there ? ownLevel(state) : null,
    before: before === undefined ? undefined : pickHeader(before),
    notAsSent,
    purged: state.purged,
    values,
    deleted: life === 'deleted',
    insertStamp: state.insert?.stamp ?? '',
  };
}

/** What the typed table shows: nothing in the place of a value that is not here. An insert that may be taken holds no such place. */
export function shownColumns(state: RowState): ShownColumns {
  if (state.cells instanceof InsertedCells) return state.cells;
  const values = unmasked(valuesOf(state).known);
  return { shown: (n) => values.get(n) ?? null };
}

function unmasked(values: ReadonlyMap<number, Json>): ReadonlyMap<number, Json> {
  const hidden = [...values].filter(([, value]) => holdsMarker(value));
  if (hidden.length === 0) return values;
  return new Map([
    ...values,
    ...hidden.map(([n, value]): [number, Json] => {
      if (isMarker(value)) return [n, null];
      const shown = Object.entries(value as Record<string, Json>).filter(([, item]) => !isMarker(item));
      return [n, Object.fromEntries(shown)];
    }),
  ]);
}

function pickHeader({ scope, seq, hash, foreignSeq, client }: StoredRow): NonNullable<RowWrite['before']> {
  return { scope, seq, hash, foreignSeq, client };
}

function namedBodies(
  state: RowState,
  values: ShownColumns,
  brought: ReadonlySet<string>,
  before: StoredRow | undefined,
): string[] {
  const candidates = before === undefined ? brought : new Set([...brought, ...before.bodies]);
  if (candidates.size === 0) return [];
  return [...columnsByNumber(state.entity)].flatMap(([n, { spec }]) => {
    const value = values.shown(n);
    return spec.type === 'hash' && typeof value === 'string' && candidates.has(value) ? [value] : [];
  });
}

/** The rows, with what competing writes had replaced: from this push, or from the log. */
async function withReplacedValues(tx: ServerTransaction, fold: FoldedRows): Promise<Map<string, FoldedRow>> {
  const wanted = [...fold.rows].flatMap(([, { state }]) =>
    missingBases(state).map(({ cell, over }) => ({ entity: state.entity, id: state.id, cell, over })),
  );
  if (wanted.length === 0) return new Map(fold.rows);
  const values = new Map<string, Json>();
  for (const { entity, id, cell, over, value } of await tx.replacedValues(wanted)) {
    values.set(`${entity} ${id} ${cell} ${over}`, value);
  }
  for (const { entity, id, replaced } of fold.versions) {
    for (const [cell, over, value] of replaced) values.set(`${entity} ${id} ${cell} ${over}`, value);
  }
  return new Map(
    [...fold.rows].map(([key, row]) => [
      key,
      {
        ...row,
        state: withBases(row.state, (cell, over) =>
          values.get(`${row.state.entity} ${row.state.id} ${cell} ${over}`),
        ),
      },
    ]),
  );
}

/** Stamps of the text updates of rows that somebody deleted: whether the delete had seen them decides their lives. */
async function textStampsOf(
  tx: ServerTransaction,
  folded: ReadonlyMap<string, FoldedRow>,
  others: readonly string[],
  current: (key: string) => RowState | undefined,
): Promise<Map<string, Stamp[]>> {
  const dead = [...folded.keys(), ...others].flatMap((key) => {
    const state = current(key);
    return state !== undefined && isDead(state) ? [state.id] : [];
  });
  if (dead.length === 0) return new Map();
  const stamps = new Map<string, Set<Stamp>>();
  for (const [owner, each] of await tx.textStamps(dead)) stamps.set(owner, new Set(each));
  for (const { state } of folded.values()) {
    if (state.entity !== textUpdates || state.insert === undefined) continue;
    const owner = idOfLogged(shownValue(state, 4));
    if (owner === null || !dead.includes(owner)) continue;
    stamps.set(owner, (stamps.get(owner) ?? new Set()).add(state.insert.stamp));
  }
  return new Map([...stamps].map(([owner, each]) => [owner, [...each]]));
}
