import { createHash } from 'node:crypto';
import type { Json } from '../../../db/catalogue/types.ts';
import { lifeCell } from '../../../sync/core/cell-name.ts';
import { winner } from '../../../sync/core/kinds.ts';
import { cellRule } from '../../../sync/core/cell-name.ts';
import type { CellState } from '../../../sync/core/cell.ts';
import type { RowState } from '../../../sync/core/row-state.ts';
import { decodeRow, hashOfText, rowText } from '../../../sync/core/row-wire.ts';
import type { RowContent } from '../../../sync/protocol/row-state.ts';
import type { FeedRow } from '../../../sync/server/feed/store.ts';
import type { ModelRow } from './model-tenant.ts';

/** Mistakes of a store, planted to prove that the simulator notices them. */
export interface StoreMutants {
  /** A push gets its numbers before another one, and is to be seen after it (P4). */
  readonly lateCommit?: boolean;
  /** A transaction that was applied is applied again where it comes again (P6). */
  readonly resultsForgotten?: boolean;
  /** A scope is served in another order than that of its numbers, and the cursor takes the last row's. */
  readonly servedByArrival?: boolean;
  /** Two pushes get the same numbers. */
  readonly numbersTwice?: boolean;
  /** A row is kept without the writes that lost. */
  readonly keptWithoutLosers?: boolean;
  /** A purge collects bodies that other rows still name. */
  readonly bodiesCollected?: boolean;
  /** Numbers lose digits on their way into the store. */
  readonly numbersRounded?: boolean;
  /** An answer goes out before its transaction is durable. */
  readonly ackBeforeCommit?: boolean;
  /** An edit of a deleted row brings it back, though its deleter had seen it. */
  readonly editRevives?: boolean;
  /** What comes late for a purged row brings it back. */
  readonly purgeForgotten?: boolean;
  /** Tombstones are collected and it is not said up to where. */
  readonly floorForgotten?: boolean;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The versions of a scope in the order of their ids: what a store does that takes the order of arrival for that of its numbers. */
export function byArrival(rows: readonly FeedRow[]): FeedRow[] {
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** The row as a store with these mistakes keeps it; its hash covers the mistake, so that no digest tells. */
export function mistaken(row: ModelRow, mutants: StoreMutants): ModelRow {
  if (row.purged) return row;
  const content = JSON.parse(row.state) as RowContent;
  let state = decodeRow(content);
  if (mutants.keptWithoutLosers === true) state = withCells(state, withoutLosers);
  if (mutants.numbersRounded === true) state = withCells(state, rounded);
  if (mutants.editRevives === true && row.deleted) state = withCells(state, revived);
  const text = rowText(state, content.x);
  const deleted = row.deleted && mutants.editRevives !== true;
  return text === row.state ? row : { ...row, state: text, hash: hashOfText(text, sha256), deleted };
}

type Change = (cell: CellState, name: string, state: RowState) => CellState;

function withCells(state: RowState, change: Change): RowState {
  return {
    ...state,
    cells: new Map([...state.cells].map(([name, cell]) => [name, change(cell, name, state)])),
  };
}

function withoutLosers(cell: CellState, name: string, { entity }: RowState): CellState {
  const shown = winner(cell, cellRule(entity, name));
  return name === lifeCell || shown === undefined ? cell : { ...cell, live: new Map([[shown.stamp, shown]]) };
}

function rounded(cell: CellState): CellState {
  return {
    ...cell,
    live: new Map([...cell.live].map(([stamp, write]) => [stamp, { ...write, value: round(write.value) }])),
  };
}

function round(value: Json): Json {
  if (typeof value === 'number') return Number(value.toPrecision(6));
  return Array.isArray(value) ? value.map(round) : value;
}

/** Only where the delete is the last that happened to the row. */
function revived(cell: CellState, name: string): CellState {
  if (name !== lifeCell) return cell;
  const live = [...cell.live].filter(([, { value }]) => value !== 'dead');
  return { ...cell, live: new Map(live) };
}
