import type { EntityName } from '../../catalogue/catalogue.ts';
import type { Json } from '../../catalogue/types.ts';
import { columnsByNumber, entityOfNumber, lifeCell } from '../../../sync/core/cell-name.ts';
import type { Stamp } from '../../../sync/core/stamp.ts';
import type { RowLine } from '../../../sync/protocol/row-state.ts';
import { storedFromLogged } from '../rows/codec.ts';
import { loggedColumns, type PhysicalColumn } from '../schema/physical.ts';
import type { Bindable } from '../sqlite/statements.ts';
import { lastKept } from './last-kept.ts';
import { bare, type Person } from './people.ts';
import { orPlaceholder } from './project.ts';
import type { TransactionNumbers } from './row-context.ts';

/**
 * The entity of a row that stands as it was inserted: no edit, no conflict, no mask, no key of a map, no place that the server moved, and
 * columns that this build knows. Undefined for every other row. What such a row shows can be read from its line as it stands.
 */
export function plainEntity({ e, st, n, m, t, cells }: RowLine): EntityName | undefined {
  const entity = entityOfNumber(e);
  if (entity === undefined || st !== 'live' || m !== undefined) return undefined;
  if (n?.[0] !== 0 || t.length !== 1 || t[0]?.length !== 2) return undefined;
  const columns = columnsByNumber(e);
  for (const cell of Object.keys(cells)) {
    const write = cells[cell];
    if (!Array.isArray(write) || write[0] !== 0) return undefined;
    const value: unknown = write[1];
    if (cell === lifeCell) {
      if (value !== 'alive') return undefined;
      continue;
    }
    const merge = columns.get(Number(cell))?.spec.merge;
    if (merge === undefined || merge === 'map' || (value !== null && typeof value === 'object'))
      return undefined;
  }
  return entity;
}

/** The columns that plain rows of an entity need: those that one of them has a value in, and those that always hold something. */
export function columnsOfPlain(
  entity: EntityName,
  lines: Iterable<Pick<RowLine, 'cells'>>,
): readonly PhysicalColumn[] {
  const written = new Set<string>();
  for (const { cells } of lines) for (const cell of Object.keys(cells)) written.add(cell);
  return loggedColumns(entity).filter(
    ({ spec }) => spec.required === true || spec.merge === 'map' || written.has(String(spec.n)),
  );
}

/** Appends what a plain row shows in some columns, as its table keeps it and with this file's person as the file names them. */
export function plainValues(
  columns: readonly PhysicalColumn[],
  person: Person,
): (line: Pick<RowLine, 'cells'>, values: Bindable[]) => void {
  const [user, author] = [bare(person.user), bare(person.author)];
  const shown = columns.map((column) => {
    const { spec, encoding } = column;
    const isPerson = spec.references === 'authors';
    const show = lastKept((value: Json) =>
      orPlaceholder(column, storedFromLogged(encoding, isPerson && value === user ? author : value)),
    );
    return { n: spec.n, show: spec.merge === 'map' ? () => '{}' : show };
  });
  return ({ cells }, values) => {
    for (const { n, show } of shown) {
      const write = cells[n] as readonly [number, Json] | undefined;
      values.push(show(write?.[1] ?? null));
    }
  };
}

/** Makes the stamps of plain rows as their table keeps them. Rows of a page share a few: each is made once. */
export function plainStamps(numbers: TransactionNumbers): (line: RowLine) => string {
  const made = new Map<Stamp, string>();
  return ({ t }) => {
    const stamp = t[0]?.[0] ?? '';
    const known = made.get(stamp);
    if (known !== undefined) return known;
    const text = JSON.stringify({ '*': numbers.of(stamp) ?? stamp });
    made.set(stamp, text);
    return text;
  };
}
