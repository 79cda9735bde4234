import type { InferResult, RawBuilder } from 'kysely';
import { labelOf } from '../catalogue/label.ts';
import type { Id } from '../catalogue/rows.ts';
import { readSet } from '../replica/rows/elements.ts';
import { blobToId, idToBlob } from '../replica/rows/ids.ts';
import type { ReadableDb } from '../replica/sqlite/open.ts';
import { likePattern, type Making, ordered, rowsOf } from './shape.ts';

/** A row of the evidence table: figures are null where nothing is known. */
export interface EvidenceListRow {
  readonly id: Id;
  readonly label: string;
  readonly artifactId: Id | null;
  readonly type: string;
  readonly title: string;
  readonly source: string | null;
  readonly author: string | null;
  readonly published: string | null;
  readonly retrieved: string | null;
  readonly reliability: string | null;
  readonly credibility: string | null;
  readonly contested: boolean;
  readonly quality: number | null;
  readonly supports: number;
  readonly contradicts: number;
  readonly tags: readonly string[];
  readonly sharingLevel: string | null;
  readonly words: number | null;
  readonly language: string | null;
  readonly sameOrigin: number;
  readonly retracted: boolean;
  readonly hasText: boolean;
}

/** Which evidence a list holds. Nothing named means everything; `unrated` adds what nobody has rated, or rated F. */
export interface EvidenceFilter {
  readonly text?: string | undefined;
  readonly types?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly reliability?: readonly string[] | undefined;
  readonly unrated?: boolean | undefined;
}

export interface EvidenceWindow {
  readonly sessionId: Id;
  readonly filter: EvidenceFilter;
  readonly sort: { readonly column: string; readonly direction: 'ascending' | 'descending' };
  readonly offset: number;
  readonly limit: number;
}

/** Columns by which the table can be sorted, and what SQL sorts by. The only way from a name outside to SQL. */
const sortable: Readonly<Record<string, (making: Making) => RawBuilder<unknown>>> = {
  title: ({ sql }) => sql`${sql.ref('e.title')} COLLATE NOCASE`,
  source: ({ sql }) => sql`coalesce(${sql.ref('e.source_name')}, ${sql.ref('e.author')}) COLLATE NOCASE`,
  author: ({ sql }) => sql`${sql.ref('e.author')} COLLATE NOCASE`,
  published: ({ sql }) => sql.ref('e.publication_date'),
  retrieved: ({ sql }) => sql.ref('e.created_at'),
  rating: ({ sql }) =>
    sql`coalesce(${sql.ref('e.reliability')}, 'Z') || coalesce(${sql.ref('e.credibility')}, '9')`,
  quality: ({ sql }) => sql.ref('e.overall_quality_score'),
  words: ({ sql }) => sql.ref('e.word_count'),
  type: typeOf,
};

function typeOf({ sql }: Making): RawBuilder<string> {
  return sql<string>`coalesce(${sql.ref('a.artifact_type')}, 'text')`;
}

/** What the table shows of each row that the caller has chosen. */
function selected(making: Making) {
  return making.db
    .selectFrom('evidence as e')
    .leftJoin('artifacts as a', 'a.id', 'e.artifact_id')
    .select((of) => [
      'e.id',
      'e.artifact_id',
      'e.extraction_id',
      typeOf(making).as('type'),
      'e.title',
      'e.file_name',
      'e.source_name',
      'e.source_url',
      'e.author',
      'e.publication_date',
      'e.created_at',
      'e.reliability',
      'e.credibility',
      'e._contested',
      'e.overall_quality_score',
      'e.sharing_level',
      'e.word_count',
      'e.language',
      'e.retracted_at',
      linked(making, 'supports').as('supports'),
      linked(making, 'contradicts').as('contradicts'),
      of(duplicates(making, 'a'), '+', duplicates(making, 'b')).as('same_origin'),
    ]);
}

function linked({ db, sql }: Making, stance: 'supports' | 'contradicts') {
  return db
    .selectFrom('claim_evidence as q')
    .where('q.evidence_id', '=', sql.ref<Buffer>('e.id'))
    .where('q._deleted', '=', 0)
    .where('q.stance', '=', stance)
    .select(({ fn }) => fn.countAll<number>().as('count'));
}

function duplicates({ db, sql }: Making, side: 'a' | 'b') {
  return db
    .selectFrom('near_duplicates as d')
    .where(`d.${side}`, '=', sql.ref<Buffer>('e.id'))
    .select(({ fn }) => fn.countAll<number>().as('count'));
}

type Stored = InferResult<ReturnType<typeof selected>>[number];

function hostOf(url: string | null): string | null {
  if (url === null) return null;
  return URL.parse(url)?.hostname ?? null;
}

function shape(db: ReadableDb, row: Stored): EvidenceListRow {
  const id = blobToId(row.id);
  return {
    id,
    label: labelOf('evidence', id),
    artifactId: row.artifact_id === null ? null : blobToId(row.artifact_id),
    type: row.type,
    title: row.title ?? row.file_name ?? '',
    source: row.source_name ?? hostOf(row.source_url) ?? row.author,
    author: row.author,
    published: row.publication_date,
    retrieved: row.created_at,
    reliability: row.reliability,
    credibility: row.credibility,
    contested: row._contested !== null,
    quality: row.overall_quality_score,
    supports: row.supports ?? 0,
    contradicts: row.contradicts ?? 0,
    tags: readSet(db, id, 'tags'),
    sharingLevel: row.sharing_level,
    words: row.word_count,
    language: row.language,
    sameOrigin: row.same_origin ?? 0,
    retracted: row.retracted_at !== null,
    hasText: row.extraction_id !== null,
  };
}

/** What a filter asks, in the form that decides its query's text: how many of each, and not which. */
interface Asked {
  readonly text: boolean;
  readonly types: number;
  readonly tags: number;
  readonly reliability: number;
  readonly unrated: boolean;
}

function valuesOf({ types = [], tags = [], reliability = [], text = '' }: EvidenceFilter) {
  const numbered = (name: string, list: readonly string[]) =>
    Object.fromEntries(list.map((item, at) => [`${name}${at}`, item]));
  return {
    pattern: likePattern(text.trim()),
    ...numbered('type', types),
    ...numbered('tag', tags),
    ...numbered('reliability', reliability),
  };
}

function matching(making: Making, asked: Asked) {
  const { db, sql, value } = making;
  const numbered = (name: string, count: number) =>
    Array.from({ length: count }, (_, at) => value<string>(`${name}${at}`));
  let query = db
    .selectFrom('evidence as e')
    .leftJoin('artifacts as a', 'a.id', 'e.artifact_id')
    .where('e.session_id', '=', value<Buffer>('session'))
    .where('e._deleted', '=', 0);
  if (asked.text) {
    const pattern = () => sql<string>`${value<string>('pattern')} ESCAPE '\\'`;
    const fields = ['e.title', 'e.source_name', 'e.author', 'e.file_name'] as const;
    query = query.where((of) => of.or(fields.map((field) => of(field, 'like', pattern()))));
  }
  if (asked.types > 0) query = query.where(typeOf(making), 'in', numbered('type', asked.types));
  for (const tag of numbered('tag', asked.tags)) {
    query = query.where((of) =>
      of.exists(
        of
          .selectFrom('set_elements as t')
          .select('t.rid')
          .whereRef('t.owner_id', '=', 'e.id')
          .where('t.column_name', '=', 'tags')
          .where('t._deleted', '=', 0)
          .where('t.element', '=', tag),
      ),
    );
  }
  if (asked.reliability === 0 && !asked.unrated) return query;
  return query.where((of) =>
    of.or([
      ...(asked.reliability > 0
        ? [of('e.reliability', 'in', numbered('reliability', asked.reliability))]
        : []),
      ...(asked.unrated ? [of('e.reliability', 'is', null), of('e.reliability', '=', 'F')] : []),
    ]),
  );
}

/** A window of a session's evidence, sorted and filtered, with the number of all that match. */
export function evidenceWindow(
  db: ReadableDb,
  { sessionId, filter, sort, offset, limit }: EvidenceWindow,
): { total: number; rows: EvidenceListRow[] } {
  const asked: Asked = {
    text: (filter.text ?? '').trim() !== '',
    types: filter.types?.length ?? 0,
    tags: filter.tags?.length ?? 0,
    reliability: filter.reliability?.length ?? 0,
    unrated: filter.unrated === true,
  };
  const name = JSON.stringify(asked);
  const values = { ...valuesOf(filter), session: idToBlob(sessionId) };
  const column = Object.hasOwn(sortable, sort.column) ? sort.column : 'quality';
  const sortBy = (making: Making) => sortable[column]?.(making) ?? making.sql.ref('e.rid');
  // Rows are chosen first, and what is shown of them is looked up for those in the window only.
  const rows = rowsOf(
    db,
    `evidence ${name} ${column} ${sort.direction}`,
    { ...values, limit, offset },
    (making) =>
      selected(making)
        .innerJoin(
          matching(making, asked)
            .select('e.rid as chosen')
            .orderBy(sortBy(making), ordered(sort.direction))
            .orderBy('e.rid')
            .limit(making.value<number>('limit'))
            .offset(making.value<number>('offset'))
            .as('w'),
          'w.chosen',
          'e.rid',
        )
        .orderBy(sortBy(making), ordered(sort.direction))
        .orderBy('e.rid'),
  );
  const [counted] = rowsOf(db, `evidence counted ${name}`, values, (making) =>
    matching(making, asked).select(({ fn }) => fn.countAll<number>().as('total')),
  );
  return { total: counted?.total ?? 0, rows: rows.map((row) => shape(db, row)) };
}

/** One row of the evidence table by its id; undefined where it is not there. */
export function evidenceRow(db: ReadableDb, id: Id): EvidenceListRow | undefined {
  const [row] = rowsOf(db, 'evidence row', { id: idToBlob(id) }, (making) =>
    selected(making).where('e.id', '=', making.value<Buffer>('id')),
  );
  return row === undefined ? undefined : shape(db, row);
}

/** Evidence whose words are the same or nearly so, whichever of the two came first. */
export function resemblingEvidence(
  db: ReadableDb,
  id: Id,
): { id: Id; title: string; relation: 'same-text' | 'near-duplicate'; similarity: number }[] {
  const rows = rowsOf(db, 'resembling', { id: idToBlob(id) }, ({ db: tables, sql, value }) =>
    tables
      .selectFrom('near_duplicates as d')
      .innerJoin('evidence as e', (join) =>
        join.on('e.id', '=', sql<Buffer>`iif(d.a = ${value('id')}, d.b, d.a)`),
      )
      .where((of) => of.or([of('d.a', '=', value<Buffer>('id')), of('d.b', '=', value<Buffer>('id'))]))
      .where('e._deleted', '=', 0)
      .orderBy('d.similarity', 'desc')
      .select(({ fn }) => [
        'e.id',
        fn.coalesce('e.title', 'e.file_name').as('title'),
        'd.relation',
        'd.similarity',
      ]),
  );
  return rows.map((row) => ({ ...row, id: blobToId(row.id), title: row.title ?? '' }));
}
