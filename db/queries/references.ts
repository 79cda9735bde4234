import type { RawBuilder, Selectable } from 'kysely';
import { labelOf } from '../catalogue/label.ts';
import type { Id } from '../catalogue/rows.ts';
import type { Json } from '../catalogue/types.ts';
import { blobToId, idToBlob } from '../replica/rows/ids.ts';
import type { ReadableDb } from '../replica/sqlite/open.ts';
import type { Database } from './database.ts';
import { likePattern, type Making, ordered, rowsOf } from './shape.ts';

/** A citable item of the library, and the documents that it cites. */
export interface ReferenceListRow {
  readonly id: Id;
  readonly label: string;
  readonly key: string;
  readonly title: string | null;
  /** Family names of the authors, or else of the editors. */
  readonly people: readonly string[];
  readonly issued: string | null;
  /** The kind of the item in the words of CSL. */
  readonly kind: string;
  readonly container: string | null;
  readonly doi: string | null;
  readonly url: string | null;
  readonly addedAt: string;
  readonly cites: readonly { readonly evidenceId: Id; readonly title: string | null }[];
}

export interface ReferenceWindow {
  readonly text: string;
  readonly sort: { readonly column: string; readonly direction: 'ascending' | 'descending' };
  readonly offset: number;
  readonly limit: number;
}

/** Columns by which items can be sorted, and what SQL sorts by. The only way from a name outside to SQL. */
const sortable: Readonly<Record<string, (making: Making) => RawBuilder<unknown>>> = {
  key: ({ sql }) => sql`${sql.ref('r.citation_key')} COLLATE NOCASE`,
  title: ({ sql }) => sql`${sql.ref('r.name')} COLLATE NOCASE`,
  issued: ({ sql }) => sql.ref('r.issued'),
  addedAt: ({ sql }) => sql.ref('r.created_at'),
};

function matching({ db, sql, value }: Making, withText: boolean) {
  const query = db.selectFrom('reference_items as r').where('r._deleted', '=', 0);
  if (!withText) return query;
  const pattern = () => sql<string>`${value<string>('pattern')} ESCAPE '\\'`;
  return query.where((of) =>
    of.or([
      of('r.name', 'like', pattern()),
      of('r.citation_key', 'like', pattern()),
      of('r.csl', 'like', pattern()),
    ]),
  );
}

/** A window of all items, sorted and filtered, with the number of all that match. */
export function referenceWindow(
  db: ReadableDb,
  request: ReferenceWindow,
): { total: number; rows: ReferenceListRow[] } {
  const { sort, offset, limit } = request;
  const text = request.text.trim();
  const column = Object.hasOwn(sortable, sort.column) ? sort.column : 'key';
  const values = { pattern: likePattern(text) };
  const rows = rowsOf(
    db,
    `references ${text !== ''} ${column} ${sort.direction}`,
    { ...values, limit, offset },
    (making) =>
      matching(making, text !== '')
        .select(['r.id', 'r.citation_key', 'r.name', 'r.issued', 'r.csl', 'r.created_at'])
        .orderBy(sortable[column]?.(making) ?? making.sql.ref('r.rid'), ordered(sort.direction))
        .orderBy('r.rid')
        .limit(making.value<number>('limit'))
        .offset(making.value<number>('offset')),
  );
  const [counted] = rowsOf(db, `references counted ${text !== ''}`, values, (making) =>
    matching(making, text !== '').select(({ fn }) => fn.countAll<number>().as('total')),
  );
  return { total: counted?.total ?? 0, rows: rows.map((row) => shape(db, row)) };
}

/** Documents of a session that no item of the library cites yet. */
export function uncitedEvidence(
  db: ReadableDb,
  { sessionId, limit }: { sessionId: Id; limit: number },
): Id[] {
  const found = rowsOf(
    db,
    'uncited evidence',
    { session: idToBlob(sessionId), limit },
    ({ db: tables, value }) =>
      tables
        .selectFrom('evidence as e')
        .leftJoin('reference_items as r', (join) =>
          join.onRef('r.id', '=', 'e.reference_id').on('r._deleted', '=', 0),
        )
        .where('e.session_id', '=', value<Buffer>('session'))
        .where('e._deleted', '=', 0)
        .where('r.id', 'is', null)
        .select('e.id')
        .orderBy('e.rid')
        .limit(value<number>('limit')),
  );
  return found.map(({ id }) => blobToId(id));
}

type Stored = Pick<
  Selectable<Database['reference_items']>,
  'id' | 'citation_key' | 'name' | 'issued' | 'csl' | 'created_at'
>;

function shape(db: ReadableDb, row: Stored): ReferenceListRow {
  const id = blobToId(row.id);
  const csl = (row.csl === null ? {} : JSON.parse(String(row.csl))) as Readonly<Record<string, Json>>;
  const cites = rowsOf(db, 'reference cites', { id: row.id }, ({ db: tables, value }) =>
    tables
      .selectFrom('evidence as e')
      .where('e.reference_id', '=', value<Buffer>('id'))
      .where('e._deleted', '=', 0)
      .select(['e.id', 'e.title', 'e.file_name']),
  );
  return {
    id,
    label: labelOf('reference_items', id),
    key: row.citation_key ?? '',
    title: row.name,
    people: namesIn(csl['author'] ?? csl['editor']),
    issued: row.issued,
    kind: textIn(csl['type']) ?? 'document',
    container: textIn(csl['container-title']) ?? textIn(csl['publisher']),
    doi: textIn(csl['DOI']),
    url: textIn(csl['URL']),
    addedAt: row.created_at,
    cites: cites.map((each) => ({ evidenceId: blobToId(each.id), title: each.title ?? each.file_name })),
  };
}

function textIn(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function namesIn(people: Json | undefined): string[] {
  if (!Array.isArray(people)) return [];
  return (people as readonly Json[]).flatMap((person) => {
    if (typeof person !== 'object' || person === null || Array.isArray(person)) return [];
    const { family, literal } = person as Readonly<Record<string, Json>>;
    return textIn(family) ?? textIn(literal) ?? [];
  });
}
