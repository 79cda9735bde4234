import type { Json } from '../../catalogue/types.ts';
import type { CellState, Write } from '../../../sync/core/cell.ts';
import type { RowState } from '../../../sync/core/row-state.ts';
import { writtenIn } from '../log/in-effect.ts';
import { idToBlob } from '../rows/ids.ts';
import type { ReadableDb } from '../sqlite/open.ts';

/**
 * A mask yields to the true value of the same stamp: what this laptop wrote itself, and what the policy keeps from the server, stays
 * readable here.
 */
export function withOwnValues(db: ReadableDb, state: RowState): RowState {
  const row = idToBlob(state.id);
  let cells: Map<string, CellState> | undefined;
  for (const [cell, kept] of state.cells) {
    if (![...kept.live.values()].some((write) => write.masked === true)) continue;
    const live = [...kept.live.values()].map((write): [string, Write] => [write.stamp, own(db, row, cell, write)]);
    cells ??= new Map(state.cells);
    cells.set(cell, { ...kept, live: new Map(live) });
  }
  return cells === undefined ? state : { ...state, cells };
}

function own(db: ReadableDb, row: Uint8Array, cell: string, write: Write): Write {
  if (write.masked !== true) return write;
  const value: Json | undefined = writtenIn(db, row, cell, write.stamp)?.value;
  if (value === undefined) return write;
  return { stamp: write.stamp, value, ...(write.at === undefined ? {} : { at: write.at }) };
}
