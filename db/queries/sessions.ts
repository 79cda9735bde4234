import type { InferResult } from 'kysely';
import { labelOf } from '../catalogue/label.ts';
import type { Id } from '../catalogue/rows.ts';
import { millisecondsOf } from '../../sync/core/stamp.ts';
import { readSet } from '../replica/rows/elements.ts';
import { blobToId, idToBlob } from '../replica/rows/ids.ts';
import type { ReadableDb } from '../replica/sqlite/open.ts';
import { type Making, rowsOf } from './shape.ts';

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
  readonly startedAt: string;
  /** Name of who began it; empty where this laptop does not know. */
  readonly startedBy: string;
  readonly projectId: Id | null;
}

export interface SessionDetail extends SessionListRow {
  readonly due: string | null;
  readonly notes: string | null;
}

/** The columns of a session with its counts; the caller says which sessions. */
function selected({ db }: Making) {
  return db.selectFrom('research_sessions as s').select((of) => [
    's.id',
    's.title',
    's.research_question',
    's.status',
    's.priority',
    's.scope',
    's.sharing_level',
    's.created_at',
    's.started_at',
    's.project_id',
    's.due',
    's.notes',
    of
      .selectFrom('evidence as e')
      .whereRef('e.session_id', '=', 's.id')
      .where('e._deleted', '=', 0)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .as('evidence'),
    of
      .selectFrom('research_claims as c')
      .whereRef('c.session_id', '=', 's.id')
      .where('c._deleted', '=', 0)
      .where('c.merged_into', 'is', null)
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .as('claims'),
    of
      .selectFrom('log as l')
      .innerJoin('txns as t', 't.txn', 'l.txn')
      .where((entry) =>
        entry.or([
          entry('l.row', '=', entry.ref('s.id')),
          entry(
            'l.row',
            '=',
            entry
              .selectFrom('evidence as e')
              .select('e.id')
              .whereRef('e.session_id', '=', 's.id')
              .orderBy('e.rid', 'desc')
              .limit(1),
          ),
        ]),
      )
      .orderBy('l.n', 'desc')
      .limit(1)
      .select('t.stamp')
      .as('stamp'),
    of
      .selectFrom('authors as a')
      .leftJoin('users as u', 'u.id', 'a.user_id')
      .whereRef('a.id', '=', 's.created_by')
      .select(({ fn }) => fn.coalesce('u.full_name', 'a.name').as('name'))
      .as('started_by'),
  ]);
}

type Stored = InferResult<ReturnType<typeof selected>>[number];

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
    evidence: row.evidence ?? 0,
    claims: row.claims ?? 0,
    lastActivity: row.stamp === null ? row.created_at : new Date(millisecondsOf(row.stamp)).toISOString(),
    createdAt: row.created_at,
    startedAt: row.started_at ?? row.created_at,
    startedBy: row.started_by ?? '',
    projectId: row.project_id === null ? null : blobToId(row.project_id),
    due: row.due,
    notes: row.notes,
  };
}

/** All sessions, those with the latest activity first. */
export function listSessions(db: ReadableDb, trash: boolean): SessionListRow[] {
  const rows = rowsOf(db, 'sessions', { deleted: trash ? 1 : 0 }, (making) =>
    selected(making).where('s._deleted', '=', making.value<number>('deleted')),
  );
  return summaries(db, rows);
}

/**
 * The seeds' `v_active_sessions`: sessions that are being worked on, with who began them and how much they hold, those with the
 * latest activity first.
 */
export function activeSessions(db: ReadableDb): SessionListRow[] {
  const rows = rowsOf(db, 'active sessions', {}, (making) =>
    selected(making).where('s._deleted', '=', 0).where('s.status', '=', 'active'),
  );
  return summaries(db, rows);
}

function summaries(db: ReadableDb, rows: readonly Stored[]): SessionListRow[] {
  return rows
    .map((row) => shape(db, row))
    .map(({ due: _due, notes: _notes, ...summary }) => summary)
    .toSorted((a, b) => (a.lastActivity < b.lastActivity ? 1 : -1));
}

/** One session, in the trash or not; undefined where it is not there. */
export function getSession(db: ReadableDb, id: Id): SessionDetail | undefined {
  const [row] = rowsOf(db, 'session', { id: idToBlob(id) }, (making) =>
    selected(making).where('s.id', '=', making.value<Buffer>('id')),
  );
  return row === undefined ? undefined : shape(db, row);
}
