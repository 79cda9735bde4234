import type { RawBuilder, Selectable } from 'kysely';
import { labelOf } from '../catalogue/label.ts';
import type { Id } from '../catalogue/rows.ts';
import { blobToId } from '../replica/rows/ids.ts';
import type { ReadableDb } from '../replica/sqlite/open.ts';
import type { Database } from './database.ts';
import { likePattern, type Making, ordered, rowsOf } from './shape.ts';

/** A file of the library, and the evidence that uses it. */
export interface ArtifactListRow {
  readonly id: Id;
  readonly label: string;
  readonly type: string;
  readonly fileName: string | null;
  readonly title: string | null;
  readonly bytes: number | null;
  readonly pages: number | null;
  readonly mimeType: string | null;
  readonly addedAt: string;
  readonly usedIn: readonly {
    readonly evidenceId: Id;
    readonly sessionId: Id;
    readonly sessionTitle: string | null;
  }[];
}

export interface ArtifactWindow {
  readonly text: string;
  readonly types: readonly string[];
  readonly sort: { readonly column: string; readonly direction: 'ascending' | 'descending' };
  readonly offset: number;
  readonly limit: number;
}

/** Columns by which files can be sorted, and what SQL sorts by. The only way from a name outside to SQL. */
const sortable: Readonly<Record<string, (making: Making) => RawBuilder<unknown>>> = {
  title: ({ sql }) => sql`coalesce(${sql.ref('a.title')}, ${sql.ref('a.file_name')}) COLLATE NOCASE`,
  fileName: ({ sql }) => sql`${sql.ref('a.file_name')} COLLATE NOCASE`,
  type: ({ sql }) => sql.ref('a.artifact_type'),
  bytes: ({ sql }) => sql.ref('a.file_size'),
  pages: ({ sql }) => sql.ref('a.pages'),
  addedAt: ({ sql }) => sql.ref('a.created_at'),
};

function matching({ db, sql, value }: Making, withText: boolean, types: readonly string[]) {
  let query = db.selectFrom('artifacts as a').where('a._deleted', '=', 0);
  if (withText) {
    const pattern = () => sql<string>`${value<string>('pattern')} ESCAPE '\\'`;
    query = query.where((of) =>
      of.or([of('a.title', 'like', pattern()), of('a.file_name', 'like', pattern())]),
    );
  }
  return types.length === 0
    ? query
    : query.where(
        'a.artifact_type',
        'in',
        types.map((_, at) => value<string>(`type${at}`)),
      );
}

/** A window of all files, sorted and filtered, with the number of all that match. */
export function artifactWindow(
  db: ReadableDb,
  request: ArtifactWindow,
): { total: number; rows: ArtifactListRow[] } {
  const { types, sort, offset, limit } = request;
  const text = request.text.trim();
  const filter = `${text !== ''} ${types.length}`;
  const column = Object.hasOwn(sortable, sort.column) ? sort.column : 'addedAt';
  const values = {
    pattern: likePattern(text),
    ...Object.fromEntries(types.map((type, at) => [`type${at}`, type])),
  };
  const rows = rowsOf(
    db,
    `artifacts ${filter} ${column} ${sort.direction}`,
    { ...values, limit, offset },
    (making) =>
      matching(making, text !== '', types)
        .select([
          'a.id',
          'a.artifact_type',
          'a.file_name',
          'a.title',
          'a.file_size',
          'a.pages',
          'a.mime_type',
          'a.created_at',
        ])
        .orderBy(sortable[column]?.(making) ?? making.sql.ref('a.rid'), ordered(sort.direction))
        .orderBy('a.rid')
        .limit(making.value<number>('limit'))
        .offset(making.value<number>('offset')),
  );
  const [counted] = rowsOf(db, `artifacts counted ${filter}`, values, (making) =>
    matching(making, text !== '', types).select(({ fn }) => fn.countAll<number>().as('total')),
  );
  return { total: counted?.total ?? 0, rows: rows.map((row) => shape(db, row)) };
}

type Stored = Pick<
  Selectable<Database['artifacts']>,
  'id' | 'artifact_type' | 'file_name' | 'title' | 'file_size' | 'pages' | 'mime_type' | 'created_at'
>;

function shape(db: ReadableDb, row: Stored): ArtifactListRow {
  const id = blobToId(row.id);
  const uses = rowsOf(db, 'artifact uses', { id: row.id }, ({ db: tables, value }) =>
    tables
      .selectFrom('evidence as e')
      .leftJoin('research_sessions as s', 's.id', 'e.session_id')
      .where('e.artifact_id', '=', value<Buffer>('id'))
      .where('e._deleted', '=', 0)
      .select(['e.id', 'e.session_id', 's.title']),
  );
  return {
    id,
    label: labelOf('artifacts', id),
    type: row.artifact_type ?? 'other',
    fileName: row.file_name,
    title: row.title,
    bytes: row.file_size,
    pages: row.pages,
    mimeType: row.mime_type,
    addedAt: row.created_at,
    usedIn: uses.map((use) => ({
      evidenceId: blobToId(use.id),
      sessionId: blobToId(use.session_id),
      sessionTitle: use.title,
    })),
  };
}
