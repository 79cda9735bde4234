import { type EntityName, entityNames, entitySpec } from '../../catalogue/catalogue.ts';
import type { Json } from '../../catalogue/types.ts';
import { entityOfNumber } from '../../../sync/core/cell-name.ts';
import { openConflicts, winner } from '../../../sync/core/kinds.ts';
import { noMutants } from '../../../sync/core/mutants.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { noSyncMutants } from '../../../sync/core/sync-mutants.ts';
import { canonicalText } from '../../../sync/core/value.ts';
import type { ExchangedEntry } from '../../../sync/protocol/exchange.ts';
import type { RowLine } from '../../../sync/protocol/row-state.ts';
import { applyEntry } from '../exchange/apply.ts';
import { type CellPlace, internStamps, placeOf, shownStamps, writeShown } from '../exchange/cell-store.ts';
import { readCell, writeCell } from '../log/cells.ts';
import { refreshAfter } from '../rows/refresh.ts';
import { loggedColumns } from '../schema/physical.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';
import { readMeta, writeMeta } from '../transaction/meta.ts';
import type { Replica } from '../transaction/replica.ts';
import { transact, type Transaction } from '../transaction/transact.ts';
import { applyRow } from './apply-row.ts';
import { principalOf } from './enrol.ts';
import { storedValue } from './project.ts';
import { isRefusal } from './refused-rows.ts';
import { rowContext } from './row-context.ts';

/** What a build knows: the version of its schema, and the numbers of the logged columns by the number of their entity. */
interface Knowledge {
  readonly version: number;
  readonly columns: Readonly<Record<string, readonly number[]>>;
}

/** What the build before this one knew, and the last entry of the log when it had taken up what it could. */
interface KnownBefore extends Knowledge {
  readonly last?: number;
}

/** SQL that is true for a row with cells that the build which wrote it did not know; a mask of one is named by `#` and its cell. */
const hasUnknownCells = `(_ext IS NOT NULL OR _redacted LIKE '%"#%')`;

/**
 * Takes up what an older build kept because it did not know it (MR8): rows and entries of entities, and cells of columns, that this build
 * knows. The cursor has passed them, so nobody sends them again; afterwards the file is as a first fetch by this build leaves it. Once
 * for each schema, in one transaction; no cell gets a new stamp (MR12), and nothing counts as written here. What its table refuses stays
 * where it is, is counted by `countUnknown`, and tried again by the next schema.
 */
export function takeUpNewlyKnown(replica: Replica): void {
  const { db } = replica;
  const known = readMeta(db, 'known');
  const before = known === undefined ? undefined : (JSON.parse(known) as KnownBefore);
  const now = knowledgeOf(replica.schemaVersion);
  if (before !== undefined && isSame(before, now)) return;
  const { rows, values } = countUnknown(db);
  const maps = newMaps(before);
  if (rows + values + maps.length === 0) {
    remember(db, now);
    return;
  }
  transact(replica, { command: 'sync', origin: 'remote', purging: true }, (tx) => {
    for (const [entity, column] of maps)
      db.statements.run(
        `UPDATE ${entity} SET "${column}" = '{}' WHERE "${column}" IS NULL AND _seq IS NOT NULL`,
      );
    // Cells first: a row that is taken up afterwards has its own in place.
    for (const entity of entityNames) takeCells(tx, entity, before);
    takeEntries(tx);
    takeHeldRows(tx);
    remember(db, now);
  });
}

function isSame(before: KnownBefore, { version, columns }: Knowledge): boolean {
  return before.version === version && JSON.stringify(before.columns) === JSON.stringify(columns);
}

function remember(db: WritableDb, known: Knowledge): void {
  const last = db.statements.value<number | null>('SELECT max(n) FROM log') ?? 0;
  writeMeta(db, 'known', JSON.stringify({ ...known, last } satisfies KnownBefore));
}

/** How many rows, or entries of rows, wait beside their tables, and how many rows have values that no column of this build shows. */
export function countUnknown(db: ReadableDb): { readonly rows: number; readonly values: number } {
  const count = (sql: string) => db.statements.value<number>(sql) ?? 0;
  return {
    rows:
      count('SELECT count(*) FROM unknown_rows') +
      count('SELECT count(*) FROM sync_rows WHERE held IS NOT NULL'),
    values: entityNames.reduce(
      (sum, entity) => sum + count(`SELECT count(*) FROM ${entity} WHERE ${hasUnknownCells}`),
      0,
    ),
  };
}

function knowledgeOf(version: number): Knowledge {
  const columns = entityNames.map((entity) => [
    entitySpec(entity).n,
    loggedColumns(entity).map(({ spec }) => spec.n),
  ]);
  return { version, columns: Object.fromEntries(columns) as Knowledge['columns'] };
}

/** Maps that came with this build: a row from the server without any key has an empty one. */
function newMaps(before: KnownBefore | undefined): (readonly [EntityName, string])[] {
  return entityNames.flatMap((entity) => {
    const old = before?.columns[String(entitySpec(entity).n)];
    if (old === undefined) return [];
    return loggedColumns(entity)
      .filter(({ spec }) => spec.merge === 'map' && !old.includes(spec.n))
      .map(({ name }) => [entity, name] as const);
  });
}

/** Runs a step; where a table or a column refuses what was kept, takes the step back and answers false. */
function attempt(tx: Transaction, step: () => void): boolean {
  try {
    tx.replica.db.sqlite.transaction(step)();
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return false;
  }
}

/** Entries from other files, in the order in which they came. An insert releases what waits for its row. */
function takeEntries(tx: Transaction): void {
  const { statements } = tx.replica.db;
  const kept = statements.all<{ n: number; entity: number; entry: string }>(
    `SELECT n, entity, entry FROM unknown_rows WHERE entry ->> '$.entry.op' IN ('insert', 'purge') ORDER BY n`,
  );
  for (const { n, entity, entry: text } of kept) {
    if (entityOfNumber(entity) === undefined) continue;
    attempt(tx, () => {
      if (statements.run('DELETE FROM unknown_rows WHERE n = ?', n) === 0) return;
      const { entry, ...origin } = JSON.parse(text) as {
        txn: number;
        stamp: Stamp;
        author: string;
        entry: ExchangedEntry;
      };
      applyEntry({ tx: { ...tx, ...origin }, mutants: noMutants, log: tx.replica.db, replay: false }, entry);
    });
  }
}

/** Rows from the server. They keep their version and round: whether a fetch that goes on has confirmed them is not decided here. */
function takeHeldRows(tx: Transaction): void {
  const { db } = tx.replica;
  const context = rowContext(tx, {
    user: principalOf(db)?.user ?? '',
    applied: 0,
    again: true,
    isBootstrap: () => true,
    mutants: noSyncMutants,
  });
  const kept = db.statements.all<{
    entity: number;
    scope: string;
    seq: number;
    hash: string;
    round: string;
    held: string;
  }>(
    'SELECT entity, scope, seq, hash, round, held FROM sync_rows WHERE held IS NOT NULL ORDER BY scope, seq, row',
  );
  for (const { entity, scope, seq, hash, round, held } of kept) {
    const line = JSON.parse(held) as RowLine;
    // One whose insert has not come waits for that, whoever knows its entity.
    if (entityOfNumber(entity) === undefined || (line.n === undefined && line.st !== 'purged')) continue;
    attempt(tx, () => {
      applyRow({ ...context, round: () => round }, { ...line, s: String(seq), h: hash }, scope);
    });
  }
}

interface KeptCells {
  readonly id: Buffer;
  readonly extra: string | null;
  readonly masked: string | null;
}

function takeCells(tx: Transaction, entity: EntityName, before: KnownBefore | undefined): void {
  const { statements } = tx.replica.db;
  const kept = statements.all<KeptCells>(
    `SELECT id, _ext AS extra, _redacted AS masked FROM ${entity} WHERE ${hasUnknownCells} ORDER BY id`,
  );
  // A value that its column refused once is tried again, but not where the column was written since.
  const old = new Set(before?.columns[String(entitySpec(entity).n)]);
  for (const { id, extra, masked } of kept) {
    const take = (cell: string, move: (place: CellPlace) => void) => {
      const place = placeOf(entity, id, cell);
      const { column } = place;
      if (column === undefined) return undefined;
      if (old.has(column.spec.n) && wasWrittenSince(tx, place, before?.last)) return undefined;
      if (column.spec.merge === 'map' && place.key === null && !isInserted(tx, place)) return undefined;
      return attempt(tx, () => {
        move(place);
      })
        ? column
        : undefined;
    };
    const cells = Object.entries(JSON.parse(extra ?? '{}') as Record<string, Json>);
    const left = cells.filter(
      ([cell, value]) =>
        take(cell, (place) => {
          moveCell(tx, place, value);
        }) === undefined,
    );
    const marks = (JSON.parse(masked ?? '[]') as string[]).map((mark) => {
      if (!mark.startsWith('#')) return mark;
      const column = take(mark.slice(1), (place) => {
        moveMask(tx, place);
      });
      return column?.column ?? mark;
    });
    statements.run(
      `UPDATE ${entity} SET _ext = ?, _redacted = ? WHERE id = ?`,
      left.length === 0 ? null : canonicalText(Object.fromEntries(left)),
      marks.length === 0 ? null : JSON.stringify([...new Set(marks)].toSorted()),
      id,
    );
    refreshAfter(tx, entity, id);
  }
}

/** True where a cell was written after an entry of the log, or where nobody knows after which. */
function wasWrittenSince({ replica: { db } }: Transaction, { row, cell }: CellPlace, last?: number): boolean {
  if (last === undefined) return true;
  const written = db.statements.get(
    `SELECT 1 FROM log, json_each(log.cols) AS logged WHERE log.row = ? AND log.op = 'u' AND log.n > ?
       AND CAST(logged.value ->> 0 AS TEXT) = ? LIMIT 1`,
    row,
    last,
    cell,
  );
  return written !== undefined;
}

/**
 * True for a whole map that an insert from another file wrote: its keys have the insert's stamp. Any other map that was kept as one value
 * stays aside, because it is merged by its keys and nobody wrote those.
 */
function isInserted({ replica: { db } }: Transaction, { entity, row, cell }: CellPlace): boolean {
  return (
    db.statements.get(
      `SELECT 1 FROM ${entity} WHERE id = ? AND _seq IS NULL AND _stamps -> ('$."' || ? || '"') IS NULL`,
      row,
      cell,
    ) !== undefined
  );
}

/** Shows a kept cell in its column, by the rule of that column; stamps and side record keep every write that they had. */
function moveCell(tx: Transaction, place: CellPlace, value: Json): void {
  const { db } = tx.replica;
  const state = readCell(db, entitySpec(place.entity).n, place.row, place.cell);
  const shown = state === undefined ? undefined : winner(state, place.rule);
  if (state === undefined || shown === undefined) {
    writeShown(db, place, value, noMutants);
    return;
  }
  settleRecord(tx, place);
  if (shown.masked === true) throw new RangeError('A marker wins by the rule of its column.');
  writeShown(db, place, shown.value, noMutants);
}

/** A column whose value may not be seen shows nothing, not what a migration gave to every row. */
function moveMask(tx: Transaction, place: CellPlace): void {
  const { column, entity, row, key } = place;
  settleRecord(tx, place);
  if (column === undefined || key !== null) return;
  tx.replica.db.statements.run(
    `UPDATE ${entity} SET "${column.name}" = ? WHERE id = ?`,
    storedValue(column, new Map(), new Map()),
    row,
  );
}

/** Which writes are lost, and which is shown, follows from the column's rule; unknown columns were merged as registers. */
function settleRecord({ replica: { db } }: Transaction, place: CellPlace): void {
  const e = entitySpec(place.entity).n;
  const state = readCell(db, e, place.row, place.cell);
  const shown = state === undefined ? undefined : winner(state, place.rule);
  if (state === undefined || shown === undefined) return;
  const open = openConflicts(state, place.rule).map(({ stamp }) => stamp);
  writeCell(db, e, place.row, place.cell, state, open, true);
  db.statements.run(
    `UPDATE ${place.entity} SET _stamps = json_patch(coalesce(_stamps, '{}'), json_object(?, json(?))) WHERE id = ?`,
    place.cell,
    JSON.stringify(internStamps(db, shownStamps(state, shown))),
    place.row,
  );
}
