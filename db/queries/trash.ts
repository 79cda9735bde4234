import type { InferResult, RawBuilder } from 'kysely';
import type { EntityName } from '../catalogue/catalogue.ts';
import { labelOf } from '../catalogue/label.ts';
import type { Id } from '../catalogue/rows.ts';
import { millisecondsOf } from '../../sync/core/stamp.ts';
import { blobToId } from '../replica/rows/ids.ts';
import type { ReadableDb } from '../replica/sqlite/open.ts';
import { type Making, rowsOf } from './shape.ts';

/** Something that was moved to the trash, when and by whom. */
export interface TrashListRow {
  readonly entity: EntityName;
  readonly id: Id;
  readonly label: string;
  readonly title: string;
  readonly deletedAt: string;
  readonly deletedBy: string;
}

/** What people put into the trash themselves, with what names each. Elements and links go with their owners. */
function trashed({ db, sql }: Making) {
  const of = <E extends EntityName>(entity: E, title: RawBuilder<string | null>) =>
    db
      .selectFrom(entity as 'evidence')
      .where('_deleted', '=', 1)
      .select((row) => [sql<EntityName>`${row.val(entity)}`.as('entity'), 'id', title.as('title')]);
  const column = (name: string) => sql.ref<string | null>(name);
  return of('research_sessions', column('title'))
    .unionAll(of('evidence', sql`coalesce(${sql.ref('title')}, ${sql.ref('file_name')})`))
    .unionAll(of('research_claims', column('claim_text')))
    .unionAll(of('annotations', column('quote')))
    .unionAll(of('reference_items', column('name')))
    .unionAll(of('saved_searches', column('name')))
    .unionAll(of('projects', column('name')));
}

function selected(making: Making) {
  return making.db
    .selectFrom(trashed(making).as('t'))
    .leftJoin('txns as x', (join) =>
      join.on((row) =>
        row(
          'x.txn',
          '=',
          row
            .selectFrom('log as l')
            .whereRef('l.row', '=', 't.id')
            .where('l.op', '=', 'd')
            .select(({ fn }) => fn.max('l.txn').as('latest')),
        ),
      ),
    )
    .leftJoin('authors as a', 'a.id', 'x.author')
    .leftJoin('users as u', 'u.id', 'a.user_id')
    .select(({ fn }) => [
      't.entity',
      't.id',
      't.title',
      'x.stamp',
      fn.coalesce('u.full_name', 'a.name').as('name'),
    ]);
}

type Stored = InferResult<ReturnType<typeof selected>>[number];

/** A window of the trash, newest first, with the number of all. */
export function trashWindow(
  db: ReadableDb,
  offset: number,
  limit: number,
): { total: number; rows: TrashListRow[] } {
  const rows = rowsOf(db, 'trash', { limit, offset }, (making) =>
    selected(making)
      .orderBy('x.stamp', 'desc')
      .limit(making.value<number>('limit'))
      .offset(making.value<number>('offset')),
  );
  const [counted] = rowsOf(db, 'trash counted', {}, (making) =>
    making.db.selectFrom(trashed(making).as('t')).select(({ fn }) => fn.countAll<number>().as('total')),
  );
  return { total: counted?.total ?? 0, rows: rows.map(shape) };
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
