import type { EntityName } from '../../catalogue/catalogue.ts';
import { columnsOf } from '../../catalogue/catalogue.ts';
import type { Id, Row } from '../../catalogue/rows.ts';
import { physicalColumns } from '../schema/physical.ts';
import type { Bindable } from '../sqlite/statements.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import { decode } from './codec.ts';
import { readSet } from './elements.ts';
import { blobToId, idToBlob } from './ids.ts';

type Stored = Readonly<Record<string, unknown>>;

const selections = new Map<EntityName, string>();

/** The explicit columns of an entity's table that a reader gets, as SQL. */
export function selection(entity: EntityName): string {
  const known = selections.get(entity);
  if (known !== undefined) return known;
  const shown = physicalColumns(entity).filter((column) => column.name === column.column);
  const text = ['id', '_scope', '_deleted', ...shown.map((column) => `"${column.name}"`)]
    .map((name) => `${entity}.${name}`)
    .join(', ');
  selections.set(entity, text);
  return text;
}

/** A stored row as TypeScript sees it. Sets are read where `db` is given, and left empty otherwise. */
export function decodeRow<E extends EntityName>(entity: E, stored: Stored, db?: ReadableDb): Row<E> {
  const id = blobToId(stored['id'] as Uint8Array);
  const row: Record<string, unknown> = { id, _scope: stored['_scope'], _deleted: stored['_deleted'] === 1 };
  for (const column of physicalColumns(entity)) {
    if (column.name === column.column) row[column.column] = decode(column.encoding, stored[column.name]);
  }
  for (const [name, spec] of columnsOf(entity)) {
    if (spec.merge === 'set') row[name] = db === undefined ? [] : readSet(db, id, name);
  }
  return row as Row<E>;
}

/** One row by its id, in the trash or not; undefined where it is not there. */
export function getRow<E extends EntityName>(db: ReadableDb, entity: E, id: Id): Row<E> | undefined {
  const stored = db.statements.get<Stored>(
    `SELECT ${selection(entity)} FROM ${entity} WHERE id = ?`,
    idToBlob(id),
  );
  return stored === undefined ? undefined : decodeRow(entity, stored, db);
}

/** Which rows a list holds. `where` is SQL of the program's own, with its values beside it. */
export interface ListOptions {
  readonly trash?: boolean;
  readonly where?: string;
  readonly values?: readonly Bindable[];
  readonly orderBy?: string;
  readonly limit?: number;
  readonly offset?: number;
}

function condition(entity: EntityName, options: ListOptions): string {
  const life = `${entity}._deleted = ${options.trash === true ? 1 : 0}`;
  return options.where === undefined ? life : `${life} AND (${options.where})`;
}

/** Rows of one entity, oldest first unless said otherwise. */
export function listRows<E extends EntityName>(
  db: ReadableDb,
  entity: E,
  options: ListOptions = {},
): Row<E>[] {
  const sql = `SELECT ${selection(entity)} FROM ${entity} WHERE ${condition(entity, options)}
    ORDER BY ${options.orderBy ?? `${entity}.rid`} LIMIT ? OFFSET ?`;
  const values = [...(options.values ?? []), options.limit ?? -1, options.offset ?? 0];
  return db.statements.all<Stored>(sql, ...values).map((stored) => decodeRow(entity, stored, db));
}

/** How many rows a list would hold without its limit. */
export function countRows(db: ReadableDb, entity: EntityName, options: ListOptions = {}): number {
  const sql = `SELECT count(*) FROM ${entity} WHERE ${condition(entity, options)}`;
  return db.statements.value<number>(sql, ...(options.values ?? [])) ?? 0;
}
