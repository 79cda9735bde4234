import { labelOf } from '../catalogue/label.ts';
import type { Id } from '../catalogue/rows.ts';
import { readSet } from '../replica/rows/elements.ts';
import { blobToId, idToBlob } from '../replica/rows/ids.ts';
import type { ReadableDb } from '../replica/sqlite/open.ts';
import type { Bindable } from '../replica/sqlite/statements.ts';

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
const sortable: Readonly<Record<string, string>> = {
  title: 'e.title COLLATE NOCASE',
  source: 'coalesce(e.source_name, e.author) COLLATE NOCASE',
  author: 'e.author COLLATE NOCASE',
  published: 'e.publication_date',
  retrieved: 'e.created_at',
  rating: "coalesce(e.reliability, 'Z') || coalesce(e.credibility, '9')",
  quality: 'e.overall_quality_score',
  words: 'e.word_count',
  type: "coalesce(a.artifact_type, 'text')",
};

interface Stored {
  readonly id: Buffer;
  readonly artifact_id: Buffer | null;
  readonly extraction_id: Buffer | null;
  readonly type: string;
  readonly title: string | null;
  readonly file_name: string | null;
  readonly source_name: string | null;
  readonly source_url: string | null;
  readonly author: string | null;
  readonly publication_date: string | null;
  readonly created_at: string;
  readonly reliability: string | null;
  readonly credibility: string | null;
  readonly _contested: string | null;
  readonly overall_quality_score: number | null;
  readonly sharing_level: string | null;
  readonly word_count: number | null;
  readonly language: string | null;
  readonly retracted_at: string | null;
  readonly supports: number;
  readonly contradicts: number;
  readonly same_origin: number;
}

const columns = `e.id, e.artifact_id, e.extraction_id, coalesce(a.artifact_type, 'text') AS type, e.title, e.file_name, e.source_name, e.source_url,
  e.author, e.publication_date, e.created_at, e.reliability, e.credibility, e._contested, e.overall_quality_score,
  e.sharing_level, e.word_count, e.language, e.retracted_at,
  (SELECT count(*) FROM claim_evidence AS q WHERE q.evidence_id = e.id AND q._deleted = 0 AND q.stance = 'supports') AS supports,
  (SELECT count(*) FROM claim_evidence AS q WHERE q.evidence_id = e.id AND q._deleted = 0 AND q.stance = 'contradicts') AS contradicts,
  (SELECT count(*) FROM near_duplicates AS d WHERE d.a = e.id) + (SELECT count(*) FROM near_duplicates AS d WHERE d.b = e.id) AS same_origin`;

const tables = 'evidence AS e LEFT JOIN artifacts AS a ON a.id = e.artifact_id';

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
    supports: row.supports,
    contradicts: row.contradicts,
    tags: readSet(db, id, 'tags'),
    sharingLevel: row.sharing_level,
    words: row.word_count,
    language: row.language,
    sameOrigin: row.same_origin,
    retracted: row.retracted_at !== null,
    hasText: row.extraction_id !== null,
  };
}

interface Condition {
  readonly sql: string;
  readonly values: readonly Bindable[];
}

function oneOf(expression: string, values: readonly string[] | undefined): Condition[] {
  if (values === undefined || values.length === 0) return [];
  return [{ sql: `${expression} IN (${values.map(() => '?').join(', ')})`, values }];
}

function conditions(sessionId: Id, filter: EvidenceFilter): Condition {
  const parts: Condition[] = [{ sql: 'e.session_id = ? AND e._deleted = 0', values: [idToBlob(sessionId)] }];
  const text = filter.text?.trim() ?? '';
  if (text !== '') {
    const pattern = `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
    const fields = ['e.title', 'e.source_name', 'e.author', 'e.file_name'];
    parts.push({
      sql: `(${fields.map((field) => `${field} LIKE ? ESCAPE '\\'`).join(' OR ')})`,
      values: fields.map(() => pattern),
    });
  }
  parts.push(...oneOf("coalesce(a.artifact_type, 'text')", filter.types));
  for (const tag of filter.tags ?? []) {
    parts.push({
      sql: `EXISTS (SELECT 1 FROM set_elements AS t WHERE t.owner_id = e.id AND t.column_name = 'tags' AND t._deleted = 0 AND t.element = ?)`,
      values: [tag],
    });
  }
  const rated = oneOf('e.reliability', filter.reliability);
  const unrated =
    filter.unrated === true ? [{ sql: "(e.reliability IS NULL OR e.reliability = 'F')", values: [] }] : [];
  const either = [...rated, ...unrated];
  if (either.length > 0) {
    parts.push({
      sql: `(${either.map((part) => part.sql).join(' OR ')})`,
      values: either.flatMap((part) => part.values),
    });
  }
  return { sql: parts.map((part) => part.sql).join(' AND '), values: parts.flatMap((part) => part.values) };
}

/** A window of a session's evidence, sorted and filtered, with the number of all that match. */
export function evidenceWindow(
  db: ReadableDb,
  request: EvidenceWindow,
): { total: number; rows: EvidenceListRow[] } {
  const where = conditions(request.sessionId, request.filter);
  const sortBy = Object.hasOwn(sortable, request.sort.column)
    ? sortable[request.sort.column]
    : sortable['quality'];
  const direction = request.sort.direction === 'ascending' ? 'ASC' : 'DESC';
  // Rows are chosen first, and what is shown of them is looked up for those in the window only.
  const rows = db.statements.all<Stored>(
    `SELECT ${columns} FROM (SELECT e.rid AS chosen FROM ${tables} WHERE ${where.sql}
       ORDER BY ${sortBy} ${direction} NULLS LAST, e.rid LIMIT ? OFFSET ?) AS w
     JOIN evidence AS e ON e.rid = w.chosen LEFT JOIN artifacts AS a ON a.id = e.artifact_id
     ORDER BY ${sortBy} ${direction} NULLS LAST, e.rid`,
    ...where.values,
    request.limit,
    request.offset,
  );
  const total =
    db.statements.value<number>(`SELECT count(*) FROM ${tables} WHERE ${where.sql}`, ...where.values) ?? 0;
  return { total, rows: rows.map((row) => shape(db, row)) };
}

/** One row of the evidence table by its id; undefined where it is not there. */
export function evidenceRow(db: ReadableDb, id: Id): EvidenceListRow | undefined {
  const row = db.statements.get<Stored>(`SELECT ${columns} FROM ${tables} WHERE e.id = ?`, idToBlob(id));
  return row === undefined ? undefined : shape(db, row);
}

/** Evidence whose words are the same or nearly so, whichever of the two came first. */
export function resemblingEvidence(
  db: ReadableDb,
  id: Id,
): { id: Id; title: string; relation: 'same-text' | 'near-duplicate'; similarity: number }[] {
  const blob = idToBlob(id);
  return db.statements
    .all<{ id: Buffer; title: string | null; relation: 'same-text' | 'near-duplicate'; similarity: number }>(
      `SELECT e.id, coalesce(e.title, e.file_name) AS title, d.relation, d.similarity
       FROM near_duplicates AS d JOIN evidence AS e ON e.id = iif(d.a = ?, d.b, d.a)
       WHERE (d.a = ? OR d.b = ?) AND e._deleted = 0 ORDER BY d.similarity DESC`,
      blob,
      blob,
      blob,
    )
    .map((row) => ({ ...row, id: blobToId(row.id), title: row.title ?? '' }));
}
