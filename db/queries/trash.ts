import type { EntityName } from '../catalogue/catalogue.ts';
import { labelOf } from '../catalogue/label.ts';
import type { Id } from '../catalogue/rows.ts';
import { millisecondsOf } from '../../sync/core/stamp.ts';
import { blobToId } from '../replica/rows/ids.ts';
import type { ReadableDb } from '../replica/sqlite/open.ts';

/** Something that was moved to the trash, when and by whom. */
export interface TrashListRow {
  readonly entity: EntityName;
  readonly id: Id;
  readonly label: string;
  readonly title: string;
  readonly deletedAt: string;
  readonly deletedBy: string;
}

/** What people put into the trash themselves, and the column that names it. Elements and links go with their owners. */
const shown: readonly (readonly [entity: EntityName, title: string])[] = [
  ['research_sessions', 'title'],
  ['evidence', 'coalesce(title, file_name)'],
  ['research_claims', 'claim_text'],
  ['annotations', 'quote'],
  ['reference_items', 'name'],
  ['projects', 'name'],
];

const all = shown
  .map(
    ([entity, title]) =>
      `SELECT '${entity}' AS entity, id, ${title} AS title FROM ${entity} WHERE _deleted = 1`,
  )
  .join(' UNION ALL ');

interface Stored {
  readonly entity: EntityName;
  readonly id: Buffer;
  readonly title: string | null;
  readonly stamp: string | null;
  readonly name: string | null;
}

/** A window of the trash, newest first, with the number of all. */
export function trashWindow(
  db: ReadableDb,
  offset: number,
  limit: number,
): { total: number; rows: TrashListRow[] } {
  const rows = db.statements.all<Stored>(
    `SELECT t.entity, t.id, t.title, x.stamp, coalesce(u.full_name, a.name) AS name
     FROM (${all}) AS t
       LEFT JOIN txns AS x ON x.txn = (SELECT max(l.txn) FROM log AS l WHERE l.row = t.id AND l.op = 'd')
       LEFT JOIN authors AS a ON a.id = x.author LEFT JOIN users AS u ON u.id = a.user_id
     ORDER BY x.stamp DESC LIMIT ? OFFSET ?`,
    limit,
    offset,
  );
  return { total: db.statements.value<number>(`SELECT count(*) FROM (${all})`) ?? 0, rows: rows.map(shape) };
}

function shape(row: Stored): TrashListRow {
  const id = blobToId(row.id);
  return {
    entity: row.entity,
    id,
    label: labelOf(row.entity, id),
    title: row.title ?? '',
    deletedAt: new Date(row.stamp === null ? 0 : millisecondsOf(row.stamp)).toISOString(),
    deletedBy: row.name ?? '',
  };
}
