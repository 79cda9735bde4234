import type { Json } from '../../catalogue/types.ts';
import { applyWrite, type CellState, type Write } from '../../../sync/core/cell.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { lifeCell } from '../../../sync/core/cell-name.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';

/**
 * Side records of cells that are more than one live write: lost writes, stamps that were superseded before they arrived,
 * demoted and dismissed ones. A cell without a record is the single write that the row's `_stamps` names.
 */

interface StoredCell {
  readonly live: readonly Write[];
  readonly superseded: readonly Stamp[];
  readonly demoted: readonly Stamp[];
  readonly dismissed: readonly Stamp[];
}

/** A cell's state as the text of its side record; equal states have equal texts. */
export function encodeCell(cell: CellState): string {
  const stored: StoredCell = {
    live: [...cell.live.values()].toSorted((a, b) => (a.stamp < b.stamp ? -1 : 1)),
    superseded: [...cell.superseded].toSorted(),
    demoted: [...cell.demoted].toSorted(),
    dismissed: [...cell.dismissed].toSorted(),
  };
  return JSON.stringify(stored);
}

/** A cell's state from its side record. */
export function decodeCell(text: string): CellState {
  const stored = JSON.parse(text) as StoredCell;
  return {
    live: new Map(stored.live.map((write) => [write.stamp, write])),
    superseded: new Set(stored.superseded),
    demoted: new Set(stored.demoted),
    dismissed: new Set(stored.dismissed),
  };
}

/** True where a cell needs no side record: one live write and nothing else to remember. */
export function isPlain(cell: CellState): boolean {
  return cell.live.size <= 1 && cell.superseded.size + cell.demoted.size + cell.dismissed.size === 0;
}

/** The side record of a cell, or undefined where it has none. */
export function readCell(
  db: ReadableDb,
  entity: number,
  row: Uint8Array,
  cell: string,
): CellState | undefined {
  const text = db.statements.value<string>(
    'SELECT state FROM cells WHERE entity = ? AND row = ? AND cell = ?',
    entity,
    row,
    cell,
  );
  return text === undefined ? undefined : decodeCell(text);
}

/**
 * Keeps or drops a cell's side record. `open`: lost writes that the next author is shown and may leave open. `always` keeps one that
 * looks plain: a delete whose row is shown.
 */
export function writeCell(
  db: WritableDb,
  entity: number,
  row: Uint8Array,
  cell: string,
  state: CellState,
  open: readonly Stamp[],
  always = false,
): void {
  if (isPlain(state) && !always) {
    db.statements.run('DELETE FROM cells WHERE entity = ? AND row = ? AND cell = ?', entity, row, cell);
    return;
  }
  db.statements.run(
    `INSERT INTO cells (entity, row, cell, state, open) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET state = excluded.state, open = excluded.open`,
    entity,
    row,
    cell,
    encodeCell(state),
    open.length === 0 ? null : JSON.stringify(open),
  );
}

/** Stamps of a log entry or of `_stamps` as text: one or a list, each a local transaction's number or a stamp. */
export function resolveStamps(db: ReadableDb, stored: Json | undefined): Stamp[] {
  if (stored === null || stored === undefined) return [];
  const list = Array.isArray(stored) ? (stored as readonly Json[]) : [stored];
  return list.map((item) => {
    if (typeof item === 'string') return item;
    const stamp = db.statements.value<string>('SELECT stamp FROM txns WHERE txn = ?', item as number);
    if (stamp === undefined)
      throw new RangeError(`The log names transaction ${JSON.stringify(item)}, which is not there.`);
    return stamp;
  });
}

/** One cell of an update entry: what was written over what. */
type LoggedCell = readonly [cell: number | string, new_: Json, old: Json, base: Json, seen?: readonly Json[]];

/**
 * Joins what a local transaction wrote into the side records of cells that have one. Cells without a record need nothing:
 * the new write is their only live one.
 */
export function refreshLocalCells(db: WritableDb, txn: number, first: number): void {
  const rows = db.statements.all<{
    op: string;
    entity: number;
    row: Buffer;
    cols: string;
    stamp: Stamp;
    capture: number;
  }>(
    `SELECT log.op, log.entity, log.row, log.cols, txns.stamp, txns.capture FROM log JOIN txns ON txns.txn = log.txn
     WHERE log.n >= ? AND log.txn = ? AND log.op IN ('u', 'd', 'r')
       AND EXISTS (SELECT 1 FROM cells WHERE cells.entity = log.entity AND cells.row = log.row)`,
    first,
    txn,
  );
  for (const row of rows) if (row.capture === 1) joinLogged(db, row);
}

/** Joins one local entry of the log into the side records of its cells, where they have one. */
export function joinLogged(
  db: WritableDb,
  entry: {
    readonly op: string;
    readonly entity: number;
    readonly row: Uint8Array;
    readonly cols: string | null;
    readonly stamp: Stamp;
  },
): void {
  const { op, entity, row, stamp } = entry;
  const cols = JSON.parse(entry.cols ?? '[]') as Json[];
  if (op === 'u') {
    for (const [cell, value, , base, seen] of cols as unknown as LoggedCell[]) {
      join(db, entity, row, String(cell), { stamp, value }, base, seen ?? []);
    }
  } else if (op === 'd' || op === 'r') {
    join(db, entity, row, lifeCell, { stamp, value: op === 'd' ? 'dead' : 'alive' }, cols[0] ?? [], []);
  }
}

function join(
  db: WritableDb,
  entity: number,
  row: Uint8Array,
  cell: string,
  write: Write,
  base: Json,
  seen: readonly Json[],
): void {
  const known = readCell(db, entity, row, cell);
  if (known === undefined) return;
  const context = { base: resolveStamps(db, base), seen: resolveStamps(db, seen as Json) };
  const state = applyWrite(known, write, context);
  const open = [...state.live.keys()].filter((stamp) => stamp !== write.stamp && !state.dismissed.has(stamp));
  writeCell(db, entity, row, cell, state, open);
}
