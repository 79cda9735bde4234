import { type EntityName, entityNames, entitySpec } from '../../db/catalogue/catalogue.ts';
import { columnsByNumber, entityOfNumber, parseCell } from '../../sync/core/cell-name.ts';
import type { Json } from '../../db/catalogue/types.ts';
import { entriesOf } from '../../db/replica/log/entries.ts';
import { blobToId, idToBlob } from '../../db/replica/rows/ids.ts';
import type { ReadableDb } from '../../db/replica/sqlite/open.ts';

/** A row that would leave. `columns`: those that waiting edits wrote; null where all of it is meant. */
export interface NamedRow {
  readonly entity: EntityName;
  readonly id: string;
  readonly columns: ReadonlySet<string> | null;
}

/** Rows are listed by the entity's number and the id; `after` names the last of the page before as `number:id`. */
export interface RowPage {
  readonly sessionId?: string | undefined;
  readonly after: string | null;
  readonly limit: number;
}

/** People are written by the server alone. */
const sent = entityNames
  .filter((name) => name !== 'users')
  .toSorted((a, b) => entitySpec(a).n - entitySpec(b).n);

/** The place of a row in the list, to go on after. */
export function placeOf({ entity, id }: Pick<NamedRow, 'entity' | 'id'>): string {
  return `${entitySpec(entity).n}:${id}`;
}

function parsePlace(after: string | null): { readonly n: number; readonly id: string } {
  const [n = '0', id = ''] = (after ?? '').split(':');
  return { n: Number(n), id };
}

/** Every row that this workspace holds, in or out of the trash. */
export function allRows(db: ReadableDb, { sessionId, after, limit }: RowPage): NamedRow[] {
  const from = parsePlace(after);
  const found: NamedRow[] = [];
  for (const entity of sent) {
    const { n } = entitySpec(entity);
    if (n < from.n || found.length >= limit) continue;
    const scope = sessionId === undefined ? null : `session:${sessionId}`;
    const rows = db.statements.all<{ id: Buffer }>(
      `SELECT id FROM ${entity} WHERE id > ? AND (? IS NULL OR _scope = ?) ORDER BY id LIMIT ?`,
      n === from.n && from.id !== '' ? idToBlob(from.id) : new Uint8Array(0),
      scope,
      scope,
      limit - found.length,
    );
    found.push(...rows.map(({ id }) => ({ entity, id: blobToId(id), columns: null })));
  }
  return found;
}

/** How many rows stand in a scope. */
export function countRowsOf(db: ReadableDb, scope: string): number {
  const counts = sent.map(
    (entity) => db.statements.value<number>(`SELECT count(*) FROM ${entity} WHERE _scope = ?`, scope) ?? 0,
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Rows that edits which wait to be sent have written, with the columns that they wrote. */
export function waitingRows(db: ReadableDb, { sessionId, after, limit }: RowPage): NamedRow[] {
  const from = parsePlace(after);
  const found = new Map<string, NamedRow>();
  const waiting = db.statements.all<{ txn: number }>(
    `SELECT txn FROM outbox WHERE state IN ('pending', 'in_flight') ORDER BY txn`,
  );
  for (const entry of waiting.flatMap(({ txn }) => entriesOf(db, txn))) {
    const entity = entityOfNumber(entry.entity);
    if (entity === undefined || (sessionId !== undefined && entry.scope !== `session:${sessionId}`)) continue;
    const id = blobToId(entry.row);
    const before = found.get(`${entity} ${id}`)?.columns;
    const written = entry.op === 'u' ? columnsOf(entry.entity, entry.cols) : entry.op === 'i' ? null : [];
    const columns = before === null || written === null ? null : new Set([...(before ?? []), ...written]);
    found.set(`${entity} ${id}`, { entity, id, columns });
  }
  return [...found.values()]
    .filter((row) => compare(row, from) > 0)
    .toSorted((a, b) => compare(a, parsePlace(placeOf(b))))
    .slice(0, limit);
}

function columnsOf(entity: number, logged: string | null): string[] {
  const cells = JSON.parse(logged ?? '[]') as readonly (readonly [number | string, ...Json[]])[];
  return cells.flatMap(([cell]) => columnsByNumber(entity).get(parseCell(cell).n)?.name ?? []);
}

function compare(row: Pick<NamedRow, 'entity' | 'id'>, other: { readonly n: number; readonly id: string }) {
  return entitySpec(row.entity).n - other.n || (row.id < other.id ? -1 : row.id > other.id ? 1 : 0);
}
