import { labelOf } from '../catalogue/label.ts';
import type { Id } from '../catalogue/rows.ts';
import { blobToId } from '../replica/rows/ids.ts';
import type { ReadableDb } from '../replica/sqlite/open.ts';
import type { Bindable } from '../replica/sqlite/statements.ts';

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

const sortable: Readonly<Record<string, string>> = {
  title: 'coalesce(a.title, a.file_name) COLLATE NOCASE',
  fileName: 'a.file_name COLLATE NOCASE',
  type: 'a.artifact_type',
  bytes: 'a.file_size',
  pages: 'a.pages',
  addedAt: 'a.created_at',
};

interface Stored {
  readonly id: Buffer;
  readonly artifact_type: string | null;
  readonly file_name: string | null;
  readonly title: string | null;
  readonly file_size: number | null;
  readonly pages: number | null;
  readonly mime_type: string | null;
  readonly created_at: string;
}

/** A window of all files, sorted and filtered, with the number of all that match. */
export function artifactWindow(
  db: ReadableDb,
  request: ArtifactWindow,
): { total: number; rows: ArtifactListRow[] } {
  const values: Bindable[] = [];
  let where = 'a._deleted = 0';
  const text = request.text.trim();
  if (text !== '') {
    const pattern = `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
    where += ` AND (a.title LIKE ? ESCAPE '\\' OR a.file_name LIKE ? ESCAPE '\\')`;
    values.push(pattern, pattern);
  }
  if (request.types.length > 0) {
    where += ` AND a.artifact_type IN (${request.types.map(() => '?').join(', ')})`;
    values.push(...request.types);
  }
  const sortBy = Object.hasOwn(sortable, request.sort.column)
    ? sortable[request.sort.column]
    : sortable['addedAt'];
  const direction = request.sort.direction === 'ascending' ? 'ASC' : 'DESC';
  const rows = db.statements.all<Stored>(
    `SELECT a.id, a.artifact_type, a.file_name, a.title, a.file_size, a.pages, a.mime_type, a.created_at
     FROM artifacts AS a WHERE ${where} ORDER BY ${sortBy} ${direction} NULLS LAST, a.rid LIMIT ? OFFSET ?`,
    ...values,
    request.limit,
    request.offset,
  );
  const total =
    db.statements.value<number>(`SELECT count(*) FROM artifacts AS a WHERE ${where}`, ...values) ?? 0;
  return { total, rows: rows.map((row) => shape(db, row)) };
}

function shape(db: ReadableDb, row: Stored): ArtifactListRow {
  const id = blobToId(row.id);
  const uses = db.statements.all<{ id: Buffer; session_id: Buffer; title: string | null }>(
    `SELECT e.id, e.session_id, s.title FROM evidence AS e LEFT JOIN research_sessions AS s ON s.id = e.session_id
     WHERE e.artifact_id = ? AND e._deleted = 0`,
    row.id,
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
