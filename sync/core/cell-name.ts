import {
  columnsOf,
  type EntityName,
  entityNames,
  entitySpec,
  isLogged,
} from '../../db/catalogue/catalogue.ts';
import type { ColumnSpec } from '../../db/catalogue/types.ts';
import type { CellRule } from './kinds.ts';

/** The cell that holds whether a row is in or out of the trash. */
export const lifeCell = '@';

/** A logged column of an entity by its name in the catalogue. */
export interface LoggedColumn {
  readonly name: string;
  readonly spec: ColumnSpec;
}

const entities = new Map(entityNames.map((name) => [entitySpec(name).n, name]));
const logged = new Map(
  entityNames.map((entity) => [
    entitySpec(entity).n,
    new Map(
      columnsOf(entity)
        .filter(([, spec]) => isLogged(entity, spec))
        .map(([name, spec]): [number, LoggedColumn] => [spec.n, { name, spec }]),
    ),
  ]),
);
const owned = new Map(
  entityNames.map((entity) => [
    entitySpec(entity).n,
    new Set(Object.values(entitySpec(entity).columns).map(({ n }) => n)),
  ]),
);
const none: ReadonlyMap<number, LoggedColumn> = new Map();
const silent = new Set(['created_at', 'created_by']);

/** The entity of a number, or undefined where this build does not know it. */
export function entityOfNumber(n: number): EntityName | undefined {
  return entities.get(n);
}

/** The columns of an entity that merging sees, by number; none for an entity that this build does not know. */
export function columnsByNumber(entity: number): ReadonlyMap<number, LoggedColumn> {
  return logged.get(entity) ?? none;
}

/** True for a column that this build's entity has, whether merging sees it or not. */
export function hasColumn(entity: number, n: number): boolean {
  return owned.get(entity)?.has(n) === true;
}

/** A cell's column number and, for a key of a map, that key. The life cell has column 0. */
export function parseCell(cell: string | number): { readonly n: number; readonly key: string | null } {
  if (cell === lifeCell) return { n: 0, key: null };
  if (typeof cell === 'number') return { n: cell, key: null };
  const slash = cell.indexOf('/');
  return slash < 0
    ? { n: Number(cell), key: null }
    : { n: Number(cell.slice(0, slash)), key: cell.slice(slash + 1) };
}

/** How a column's cells are merged. A column that this build does not know is merged as a register. */
export function columnRule(name: string | undefined, spec: ColumnSpec | undefined): CellRule {
  return { kind: spec?.merge ?? 'register', silent: silent.has(name ?? '') };
}

/** How a cell is merged. The life of a row is merged as a set. */
export function cellRule(entity: number, cell: string): CellRule {
  if (cell === lifeCell) return { kind: 'set' };
  const column = columnsByNumber(entity).get(parseCell(cell).n);
  return columnRule(column?.name, column?.spec);
}
