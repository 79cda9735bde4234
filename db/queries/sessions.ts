import { labelOf } from '../catalogue/label.ts';
import type { Id } from '../catalogue/rows.ts';
import { millisecondsOf } from '../../sync/core/stamp.ts';
import { readSet } from '../replica/rows/elements.ts';
import { blobToId, idToBlob } from '../replica/rows/ids.ts';
import type { ReadableDb } from '../replica/sqlite/open.ts';

/** A session with its counts. Each child is counted on its own: a join of two children would count their product. */
export interface SessionListRow {
  readonly id: Id;
  readonly label: string;
  readonly title: string | null;
  readonly question: string | null;
  readonly status: string | null;
  readonly priority: string | null;
  readonly scope: string | null;
  readonly sharingLevel: string | null;
  readonly tags: readonly string[];
  readonly evidence: number;
  readonly claims: number;
  readonly lastActivity: string;
  readonly createdAt: string;
}

export interface SessionDetail extends SessionListRow {
  readonly projectId: Id | null;
  readonly due: string | null;
  readonly notes: string | null;
}

interface Stored {
  readonly id: Buffer;
  readonly title: string | null;
  readonly research_question: string | null;
  readonly status: string | null;
  readonly priority: string | null;
  readonly scope: string | null;
  readonly sharing_level: string | null;
  readonly created_at: string;
  readonly evidence: number;
  readonly claims: number;
  readonly stamp: string | null;
  readonly project_id: Buffer | null;
  readonly due: string | null;
  readonly notes: string | null;
}

const columns = `s.id, s.title, s.research_question, s.status, s.priority, s.scope, s.sharing_level, s.created_at, s.project_id, s.due, s.notes,
  (SELECT count(*) FROM evidence AS e WHERE e.session_id = s.id AND e._deleted = 0) AS evidence,
  (SELECT count(*) FROM research_claims AS c WHERE c.session_id = s.id AND c._deleted = 0) AS claims,
  (SELECT t.stamp FROM log AS l JOIN txns AS t ON t.txn = l.txn WHERE l.row = s.id OR l.row = (SELECT e.id FROM evidence AS e WHERE e.session_id = s.id ORDER BY e.rid DESC LIMIT 1) ORDER BY l.n DESC LIMIT 1) AS stamp`;

function shape(db: ReadableDb, row: Stored): SessionDetail {
  const id = blobToId(row.id);
  return {
    id,
    label: labelOf('research_sessions', id),
    title: row.title,
    question: row.research_question,
    status: row.status,
    priority: row.priority,
    scope: row.scope,
    sharingLevel: row.sharing_level,
    tags: readSet(db, id, 'tags'),
    evidence: row.evidence,
    claims: row.claims,
    lastActivity: row.stamp === null ? row.created_at : new Date(millisecondsOf(row.stamp)).toISOString(),
    createdAt: row.created_at,
    projectId: row.project_id === null ? null : blobToId(row.project_id),
    due: row.due,
    notes: row.notes,
  };
}

/** All sessions, those with the latest activity first. */
export function listSessions(db: ReadableDb, trash: boolean): SessionListRow[] {
  const rows = db.statements.all<Stored>(
    `SELECT ${columns} FROM research_sessions AS s WHERE s._deleted = ?`,
    trash ? 1 : 0,
  );
  return rows
    .map((row) => shape(db, row))
    .map(({ projectId: _project, due: _due, notes: _notes, ...summary }) => summary)
    .toSorted((a, b) => (a.lastActivity < b.lastActivity ? 1 : -1));
}

/** One session, in the trash or not; undefined where it is not there. */
export function getSession(db: ReadableDb, id: Id): SessionDetail | undefined {
  const row = db.statements.get<Stored>(
    `SELECT ${columns} FROM research_sessions AS s WHERE s.id = ?`,
    idToBlob(id),
  );
  return row === undefined ? undefined : shape(db, row);
}
