import type { EntityName } from '../../catalogue/catalogue.ts';
import { entitySpec } from '../../catalogue/catalogue.ts';
import type { Json } from '../../catalogue/types.ts';
import type { CellState, Write } from '../../../sync/core/cell.ts';
import { openConflicts, winner } from '../../../sync/core/kinds.ts';
import { noSyncMutants, type SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { RowState } from '../../../sync/core/row-state.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import { canonicalText } from '../../../sync/core/value.ts';
import { placeOf, shownStamps } from '../exchange/cell-store.ts';
import { writeCell } from '../log/cells.ts';
import { encode, storedFromLogged } from '../rows/codec.ts';
import { lifeCell } from '../../../sync/core/cell-name.ts';
import { loggedColumns, type PhysicalColumn } from '../schema/physical.ts';
import type { WritableDb } from '../sqlite/open.ts';
import type { Bindable } from '../sqlite/statements.ts';

/** Stamps as a row keeps them: local numbers where the transaction is in this file. */
export type Intern = (stamp: Stamp) => number | Stamp;

/** What of a row's state stands in its table: one value for each column, and the marks beside them. */
export interface ProjectedRow {
  readonly values: readonly Bindable[];
  readonly stamps: string;
  readonly extra: string | null;
  readonly masked: string | null;
  readonly sides: readonly (readonly [cell: string, state: CellState, open: readonly Stamp[]])[];
}

/** What a required column shows where its value is masked: nothing that could be taken for a value. */
const placeholders: Readonly<Record<PhysicalColumn['sqlType'], Bindable>> = {
  TEXT: '',
  BLOB: new Uint8Array(16),
  INTEGER: 0,
  REAL: 0,
};

/** The values, stamps and side records that a row's state comes to. */
export function projectRow(
  entity: EntityName,
  row: Uint8Array,
  state: RowState,
  intern: Intern,
  mutants: SyncMutants = noSyncMutants,
): ProjectedRow {
  const common = state.insert?.stamp;
  const stamps: [string, Json][] = common === undefined ? [] : [['*', intern(common)]];
  const values = new Map<string, Json>();
  const documents = new Map<string, [string, Json][]>();
  const extra: [string, Json][] = [];
  const masked = new Set<string>();
  const sides: [string, CellState, Stamp[]][] = [];
  for (const [cell, kept] of state.cells) {
    const only = onlyWrite(cell, kept);
    if (only !== undefined && cell === lifeCell && only.stamp === common) continue;
    const place = placeOf(entity, row, cell);
    const shown = only ?? winner(kept, place.rule);
    if (only === undefined && !isBlank(kept))
      sides.push([cell, kept, openConflicts(kept, place.rule).map((write) => write.stamp)]);
    if (shown === undefined) continue;
    const named =
      only !== undefined
        ? [only.stamp]
        : cell === lifeCell
          ? [...kept.live.keys()].toSorted()
          : shownStamps(kept, shown);
    if (!(named.length === 1 && named[0] === common && !isAbsent(shown)))
      stamps.push([cell, internAll(named, intern)]);
    if (cell === lifeCell) continue;
    const { column, key } = place;
    if (shown.masked === true) {
      if (mutants.maskAsNull !== true) masked.add(column?.column ?? `#${cell}`);
    } else if (column === undefined) {
      if (mutants.unknownColumnDropped !== true) extra.push([cell, shown.value]);
    } else if (key === null) values.set(column.name, shown.value);
    else if (!isAbsent(shown)) {
      const document = documents.get(column.name) ?? [];
      document.push([key, (shown.value as readonly Json[])[0] ?? null]);
      documents.set(column.name, document);
    }
  }
  return {
    values: loggedColumns(entity).map((column) => storedValue(column, values, documents)),
    stamps: JSON.stringify(Object.fromEntries(stamps)),
    extra: extra.length === 0 ? null : canonicalText(Object.fromEntries(extra)),
    masked: masked.size === 0 ? null : JSON.stringify([...masked].toSorted()),
    sides,
  };
}

function isAbsent(write: Write): boolean {
  return Array.isArray(write.value) && write.value.length === 0;
}

/** True where nothing was ever written. */
function isBlank({ live, superseded, demoted, dismissed }: CellState): boolean {
  return live.size + superseded.size + demoted.size + dismissed.size === 0;
}

/** The one write of a cell that needs no record beside its row: there is no other, and it is neither a delete nor a mask. */
function onlyWrite(cell: string, state: CellState): Write | undefined {
  if (state.live.size !== 1 || state.superseded.size + state.demoted.size + state.dismissed.size > 0)
    return undefined;
  for (const write of state.live.values()) {
    const isBeside = (cell === lifeCell && write.value === 'dead') || write.masked === true;
    return isBeside ? undefined : write;
  }
  return undefined;
}

function internAll(stamps: readonly Stamp[], intern: Intern): Json {
  const interned = stamps.map(intern);
  return interned.length === 1 ? (interned[0] ?? null) : interned;
}

/** What a column holds of shown values by name and of the keys of maps; a required one without a value holds a placeholder. */
export function storedValue(
  column: PhysicalColumn,
  values: ReadonlyMap<string, Json>,
  documents: ReadonlyMap<string, readonly [string, Json][]>,
): Bindable {
  if (column.spec.merge === 'map') {
    return encode('json', Object.fromEntries(documents.get(column.name) ?? []));
  }
  return orPlaceholder(column, storedFromLogged(column.encoding, values.get(column.name) ?? null));
}

/** A stored value, or what a required column holds where there is none. */
export function orPlaceholder({ spec, sqlType }: PhysicalColumn, value: Bindable): Bindable {
  return value === null && spec.required === true ? placeholders[sqlType] : value;
}

const insertTexts = new Map<EntityName, string>();
const updateTexts = new Map<EntityName, string>();

function insertText(entity: EntityName): string {
  const known = insertTexts.get(entity);
  if (known !== undefined) return known;
  const names = loggedColumns(entity).map((column) => `"${column.name}"`);
  const text = `INSERT INTO ${entity} (id, _scope, _seq, _stamps, _ext, _redacted, ${names.join(', ')})
    VALUES (${Array.from({ length: names.length + 6 }, () => '?').join(', ')}) ON CONFLICT (id) DO NOTHING`;
  insertTexts.set(entity, text);
  return text;
}

function updateText(entity: EntityName): string {
  const known = updateTexts.get(entity);
  if (known !== undefined) return known;
  const names = loggedColumns(entity).map((column) => `"${column.name}" = ?`);
  const text = `UPDATE ${entity} SET _seq = ?, _stamps = ?, _ext = ?, _redacted = ?, ${names.join(', ')} WHERE id = ?`;
  updateTexts.set(entity, text);
  return text;
}

/** Where a projected row stands, and under which number of the server. */
export interface ProjectedPlace {
  readonly entity: EntityName;
  readonly row: Uint8Array;
  readonly scope: string;
  readonly seq: number;
}

/** Puts a projected row into its table. False, and nothing done, where a row of its id is there. */
export function insertProjected(db: WritableDb, place: ProjectedPlace, projected: ProjectedRow): boolean {
  const { entity, row, scope, seq } = place;
  const { values, stamps, extra, masked } = projected;
  if (db.statements.run(insertText(entity), row, scope, seq, stamps, extra, masked, ...values) === 0)
    return false;
  writeSides(db, place, projected);
  return true;
}

/** Writes a projected row over what its table and its side records hold. */
export function updateProjected(db: WritableDb, place: ProjectedPlace, projected: ProjectedRow): void {
  const { entity, row, seq } = place;
  const { values, stamps, extra, masked } = projected;
  db.statements.run(updateText(entity), seq, stamps, extra, masked, ...values, row);
  db.statements.run('DELETE FROM cells WHERE entity = ? AND row = ?', entitySpec(entity).n, row);
  writeSides(db, place, projected);
}

function writeSides(db: WritableDb, { entity, row }: ProjectedPlace, { sides }: ProjectedRow): void {
  for (const [cell, state, open] of sides) writeCell(db, entitySpec(entity).n, row, cell, state, open, true);
}
