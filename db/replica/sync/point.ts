import { columnSpec, entitySpec } from '../../catalogue/catalogue.ts';
import { InputError } from '../rows/input-error.ts';
import type { WritableDb } from '../sqlite/open.ts';
import { toldSettings } from './device-rules.ts';

/** SQL that is true for an entry of the log whose session stays on this laptop. */
export const staysHere = `(log.scope LIKE 'session:%' AND EXISTS (SELECT 1 FROM research_sessions AS s
  WHERE s.local_only = 1 AND s.id = unhex(replace(substr(log.scope, 9), '-', ''))))`;

/**
 * Points at a local transaction that has to be sent, in the transaction itself: a change that is kept is a change that is queued
 * (I4). Work on sessions that stay on this laptop is logged for undo and history and never pointed at (F1). Throws where the
 * organisation does not let a session begin to stay.
 */
export function point(db: WritableDb, txn: number, first: number): void {
  refuseToStay(db, txn, first);
  db.statements.run(
    `INSERT INTO outbox (txn, state) SELECT ?, 'pending'
     WHERE EXISTS (SELECT 1 FROM log JOIN txns ON txns.txn = log.txn
       WHERE log.n >= ? AND log.txn = ? AND txns.capture = 1 AND NOT ${staysHere})`,
    txn,
    first,
    txn,
  );
  for (const scope of openedBy(db, txn, first)) pointAtScope(db, scope);
}

function refuseToStay(db: WritableDb, txn: number, first: number): void {
  const { n } = entitySpec('research_sessions');
  const begins = db.statements.get(
    `SELECT 1 FROM log JOIN txns ON txns.txn = log.txn JOIN research_sessions AS s ON s.id = log.row
     WHERE log.n >= ? AND log.txn = ? AND log.entity = ? AND txns.capture = 1 AND s.local_only = 1
       AND (log.op = 'i' OR (log.op = 'u' AND EXISTS (SELECT 1 FROM json_each(log.cols) AS c WHERE c.value ->> 0 = ?)))`,
    first,
    txn,
    n,
    columnSpec('research_sessions', 'local_only')?.n ?? 0,
  );
  if (begins === undefined || toldSettings(db)?.local_only !== 'forbidden') return;
  throw new InputError(
    'Your organisation does not let a session be kept off its server. Nothing was changed. Leave it out of this workspace, or ask an administrator.',
    'research_sessions',
    'local_only',
  );
}

/** Scopes of sessions that a transaction has let off this laptop. */
function openedBy(db: WritableDb, txn: number, first: number): string[] {
  const { n } = entitySpec('research_sessions');
  const cell = columnSpec('research_sessions', 'local_only')?.n ?? 0;
  return db.statements
    .all<{ scope: string }>(
      `SELECT log.scope FROM log JOIN research_sessions AS s ON s.id = log.row
       WHERE log.n >= ? AND log.txn = ? AND log.entity = ? AND log.op = 'u' AND s.local_only = 0
         AND EXISTS (SELECT 1 FROM json_each(log.cols) AS c WHERE c.value ->> 0 = ?)`,
      first,
      txn,
      n,
      cell,
    )
    .map((row) => row.scope);
}

/**
 * Queues the work on a session that used to stay on this laptop: its transactions were logged without a pointer. They keep their
 * places in the order of the log.
 */
function pointAtScope(db: WritableDb, scope: string): void {
  db.statements.run(
    `INSERT INTO outbox (txn, state)
     SELECT DISTINCT log.txn, 'pending' FROM log JOIN txns ON txns.txn = log.txn
     WHERE log.scope = ? AND txns.capture = 1
     ON CONFLICT DO NOTHING`,
    scope,
  );
}
