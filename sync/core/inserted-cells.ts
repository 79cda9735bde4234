import type { Json } from '../../db/catalogue/types.ts';
import { type CellState, type Write, writtenOnce } from './cell.ts';
import { columnsByNumber, entityOfNumber, hasColumn, lifeCell } from './cell-name.ts';
import type { Stamp } from './stamp.ts';
import { canonicalText } from './value.ts';

/** What an insert makes of a column: nothing, a cell, the cells of a map, or the cell of a column that this build does not know. */
type Making = 'nothing' | 'cell' | 'map' | 'unknown';

interface Layout {
  /** By column number less one. */
  readonly makings: readonly Making[];
  /** Numbers of columns that get a cell, in the order of their names as text. */
  readonly order: readonly number[];
}

const layouts = new Map<number, Layout | undefined>();
/** Wider inserts are of a newer build, and are joined as any other entry. */
const mostColumns = 100;

function layoutOf(entity: number): Layout | undefined {
  if (entityOfNumber(entity) === undefined) return undefined;
  const known = layouts.get(entity);
  if (known !== undefined) return known;
  const numbers = Array.from({ length: mostColumns }, (_, at) => at + 1);
  const makings = numbers.map((n): Making => {
    const column = columnsByNumber(entity).get(n);
    if (column === undefined) return hasColumn(entity, n) ? 'nothing' : 'unknown';
    return column.spec.merge === 'map' ? 'map' : 'cell';
  });
  const order = numbers
    .filter((n) => makings[n - 1] === 'cell' || makings[n - 1] === 'unknown')
    .toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
  const layout = { makings, order };
  layouts.set(entity, layout);
  return layout;
}

const emptyMap: Json = Object.freeze({});

/** A map without keys makes no cell, as none makes none: most columns of maps begin so. */
function isEmpty(map: Json): boolean {
  return map === null || (typeof map === 'object' && Object.keys(map).length === 0);
}

/**
 * The cells of a row that is its insert and nothing else, as nearly every new row is: each was written once, by the one stamp. It is the map
 * that joining the insert to an empty row makes (a test holds both together), without a cell being made before somebody asks for it. What
 * many rows are asked for has a short way here.
 */
export class InsertedCells implements ReadonlyMap<string, CellState> {
  readonly #layout: Layout;
  readonly #values: readonly Json[];
  readonly #stamp: Stamp;
  readonly #at: number | undefined;
  #made: ReadonlyMap<string, CellState> | undefined;

  private constructor(layout: Layout, values: readonly Json[], stamp: Stamp, at: number | undefined) {
    this.#layout = layout;
    this.#values = values;
    this.#stamp = stamp;
    this.#at = at;
  }

  /** The cells of an insert into an empty row; undefined where they are not each one value of one column. */
  static of(
    entity: number,
    values: readonly Json[],
    { stamp, at }: { readonly stamp: Stamp; readonly at?: number },
  ): InsertedCells | undefined {
    const layout = layoutOf(entity);
    if (layout === undefined || values.length > mostColumns) return undefined;
    for (let index = 0; index < values.length; index += 1) {
      if (layout.makings[index] === 'map' && !isEmpty(values[index] ?? null)) return undefined;
    }
    return new InsertedCells(layout, values, stamp, at);
  }

  /** True where both are cells of the same values, not of equal ones, by the same stamp at the same place in the order. */
  isSameAs(other: InsertedCells): boolean {
    return (
      this.#values === other.#values &&
      this.#layout === other.#layout &&
      this.#stamp === other.#stamp &&
      this.#at === other.#at
    );
  }

  /** What a column of this build shows, in the log's form; null where it shows nothing. */
  shown(n: number): Json {
    const making = this.#layout.makings[n - 1];
    if (making === 'map') return emptyMap;
    return making === 'cell' ? (this.#values[n - 1] ?? null) : null;
  }

  /** The cells' part of the row's text; the insert is the only writer and so the first. */
  text(): string {
    let cells = '';
    for (const n of this.#layout.order) {
      const value = this.#values[n - 1] ?? null;
      if (value !== null) cells += `"${n}":[0,${canonicalText(value)}],`;
    }
    return `${cells}"${lifeCell}":[0,"alive"]`;
  }

  get(name: string): CellState | undefined {
    if (this.#made !== undefined) return this.#made.get(name);
    if (name === lifeCell) return this.#cell('alive');
    const n = Number(name);
    const making = this.#layout.makings[n - 1];
    if ((making !== 'cell' && making !== 'unknown') || String(n) !== name) return undefined;
    const value = this.#values[n - 1] ?? null;
    return value === null ? undefined : this.#cell(value);
  }

  #cell(value: Json): CellState {
    const write: Write = { stamp: this.#stamp, value };
    return writtenOnce(this.#at === undefined ? write : { ...write, at: this.#at });
  }

  #whole(): ReadonlyMap<string, CellState> {
    if (this.#made !== undefined) return this.#made;
    const cells = new Map<string, CellState>();
    for (const n of [...this.#layout.order].toSorted((a, b) => a - b)) {
      const cell = this.get(String(n));
      if (cell !== undefined) cells.set(String(n), cell);
    }
    this.#made = cells.set(lifeCell, this.#cell('alive'));
    return this.#made;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  get size(): number {
    return this.#whole().size;
  }

  keys(): MapIterator<string> {
    return this.#whole().keys();
  }

  values(): MapIterator<CellState> {
    return this.#whole().values();
  }

  entries(): MapIterator<[string, CellState]> {
    return this.#whole().entries();
  }

  forEach(each: (cell: CellState, name: string, cells: ReadonlyMap<string, CellState>) => void): void {
    this.#whole().forEach(each);
  }

  [Symbol.iterator](): MapIterator<[string, CellState]> {
    return this.entries();
  }
}
