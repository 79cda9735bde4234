import type { ReadableDb } from '../replica/sqlite/open.ts';
import { type Making, rowsOf } from './shape.ts';

/** Sessions that began within a span of time, in figures. */
export interface SessionStatistics {
  readonly sessions: number;
  readonly completed: number;
  /** Mean time from a session's beginning to its completion, over those that are completed; null where none is. */
  readonly meanHours: number | null;
  readonly evidence: number;
  readonly claims: number;
  /** Null where there is no session. */
  readonly claimsPerSession: number | null;
  /** Share of claims on which consensus was reached, 0 to 1; null where there is no claim. */
  readonly consensus: number | null;
}

/** Sessions that are not in the trash and began from one moment up to another, that one included. */
function begun({ db, value }: Making) {
  return db
    .selectFrom('research_sessions as s')
    .where('s._deleted', '=', 0)
    .where(({ fn }) => fn.coalesce('s.started_at', 's.created_at'), '>=', value<string>('from'))
    .where(({ fn }) => fn.coalesce('s.started_at', 's.created_at'), '<=', value<string>('to'));
}

/**
 * The seeds' `get_session_statistics`. Sessions, their evidence and their claims are counted in questions of their own: joined in
 * one, each row of evidence would be counted once for each claim beside it.
 */
export function sessionStatistics(
  db: ReadableDb,
  span: { readonly from: string; readonly to: string },
): SessionStatistics {
  const values = { from: span.from, to: span.to };
  const [sessions] = rowsOf(db, 'statistics of sessions', values, (making) =>
    begun(making).select(({ fn }) => [
      fn.countAll<number>().as('sessions'),
      making.sql<number>`count(*) FILTER (WHERE s.status = 'completed')`.as('completed'),
      making.sql<number | null>`avg(coalesce(s.total_duration_seconds / 3600.0,
        (julianday(s.completed_at) - julianday(coalesce(s.started_at, s.created_at))) * 24))
        FILTER (WHERE s.status = 'completed')`.as('hours'),
    ]),
  );
  const [evidence] = rowsOf(db, 'statistics of evidence', values, (making) =>
    making.db
      .selectFrom('evidence as e')
      .where('e._deleted', '=', 0)
      .where('e.session_id', 'in', begun(making).select('s.id'))
      .select(({ fn }) => fn.countAll<number>().as('count')),
  );
  const [claims] = rowsOf(db, 'statistics of claims', values, (making) =>
    making.db
      .selectFrom('research_claims as c')
      .where('c._deleted', '=', 0)
      .where('c.merged_into', 'is', null)
      .where('c.session_id', 'in', begun(making).select('s.id'))
      .select(({ fn }) => [
        fn.countAll<number>().as('count'),
        making.sql<number>`count(*) FILTER (WHERE c.consensus_reached = 1)`.as('agreed'),
      ]),
  );
  const counted = { sessions: sessions?.sessions ?? 0, claims: claims?.count ?? 0 };
  return {
    ...counted,
    completed: sessions?.completed ?? 0,
    meanHours: sessions?.hours ?? null,
    evidence: evidence?.count ?? 0,
    claimsPerSession: counted.sessions === 0 ? null : counted.claims / counted.sessions,
    consensus: counted.claims === 0 ? null : (claims?.agreed ?? 0) / counted.claims,
  };
}

const minuteLength = '2026-01-31T12:34'.length;

/**
 * How much evidence was added between each bound and the next, the first of both included. Bounds are UTC times in ascending
 * order, whole minutes apart: the caller knows where its person's days begin.
 */
export function evidenceBetween(db: ReadableDb, bounds: readonly string[]): number[] {
  const counts = bounds.slice(1).map(() => 0);
  const from = bounds[0];
  const to = bounds.at(-1);
  if (from === undefined || to === undefined || counts.length === 0) return [];
  const minutes = rowsOf(db, 'evidence by minute', { from, to }, ({ db: tables, sql, value }) =>
    tables
      .selectFrom('evidence')
      .where('_deleted', '=', 0)
      .where('created_at', '>=', value<string>('from'))
      .where('created_at', '<', value<string>('to'))
      .select([
        sql<string>`substr(created_at, 1, ${sql.lit(minuteLength)})`.as('minute'),
        sql<number>`count(*)`.as('count'),
      ])
      .groupBy('minute')
      .orderBy('minute'),
  );
  let at = 0;
  for (const { minute, count } of minutes) {
    while (at < counts.length - 1 && minute >= (bounds[at + 1] ?? '').slice(0, minuteLength)) at += 1;
    counts[at] = (counts[at] ?? 0) + count;
  }
  return counts;
}
