import { idToBlob } from '../rows/ids.ts';
import { readSync } from './meta.ts';
import type { ReadableDb, WritableDb } from '../sqlite/open.ts';

/** Where a scope stands: up to which number its rows are here, and whether it was ever here whole. */
export interface ScopeCursor {
  readonly scope: string;
  readonly scopeEpoch: number;
  readonly seq: number;
  readonly state: 'bootstrap' | 'live';
}

/** All scopes that are taken along, in text order. */
export function readCursors(db: ReadableDb): ScopeCursor[] {
  return db.statements.all<ScopeCursor>(
    'SELECT scope, scope_epoch AS scopeEpoch, seq, state FROM sync_cursor ORDER BY scope',
  );
}

/**
 * Projects and sessions that stand here and are not followed yet, because they were made here: the server may have taken one in and may
 * not have been asked about it since.
 */
export function unfollowedScopes(db: ReadableDb): string[] {
  const scopes = db.statements.all<{ scope: string }>(
    `SELECT _scope AS scope FROM projects WHERE _scope NOT IN (SELECT scope FROM sync_cursor)
     UNION SELECT _scope FROM research_sessions WHERE local_only = 0 AND _scope NOT IN (SELECT scope FROM sync_cursor)
     ORDER BY scope`,
  );
  return scopes.map(({ scope }) => scope);
}

/** Of these, the ones whose making the server has answered for since. */
export function openedScopes(db: ReadableDb): string[] {
  return unfollowedScopes(db).filter(
    (scope) =>
      db.statements.get(
        `SELECT 1 FROM log JOIN outbox ON outbox.txn = log.txn
         WHERE log.row = ? AND log.op = 'i' AND outbox.state = 'acked'`,
        idToBlob(scope.slice(scope.indexOf(':') + 1)),
      ) !== undefined,
  );
}

/**
 * Begins a scope from its first row, and keeps what is here of it until the fetch has ended: what that did not bring by then, in whichever
 * opening it came before, goes.
 */
export function beginScope(db: WritableDb, scope: string, scopeEpoch: number, schema: number): void {
  db.statements.run(`UPDATE sync_rows SET round = '' WHERE scope = ? AND round <> ''`, scope);
  db.statements.run(
    `INSERT INTO sync_cursor (scope, scope_epoch, seq, schema_version, state) VALUES (?, ?, 0, ?, 'bootstrap')
     ON CONFLICT DO UPDATE SET scope_epoch = excluded.scope_epoch, seq = 0, schema_version = excluded.schema_version, state = 'bootstrap'`,
    scope,
    scopeEpoch,
    schema,
  );
}

/**
 * Begins a scope that was made here and that nothing has come of from the server: what this laptop wrote is here, so the server may send
 * its versions without their states (P11), and there is nothing that could be gone.
 */
export function beginOwnScope(db: WritableDb, scope: string, scopeEpoch: number, schema: number): void {
  db.statements.run(
    `INSERT INTO sync_cursor (scope, scope_epoch, seq, schema_version, state) VALUES (?, ?, 0, ?, 'live')`,
    scope,
    scopeEpoch,
    schema,
  );
}

/** Moves a scope's cursor forward; never back. */
export function advance(db: WritableDb, scope: string, seq: number, schema: number): void {
  db.statements.run(
    'UPDATE sync_cursor SET seq = max(seq, ?), schema_version = ? WHERE scope = ?',
    seq,
    schema,
    scope,
  );
}

/** Scopes that were fetched whole are live from now on. */
export function settleScopes(db: WritableDb, scopes: ReadonlySet<string>): void {
  for (const scope of scopes)
    db.statements.run(`UPDATE sync_cursor SET state = 'live' WHERE scope = ? AND state = 'bootstrap'`, scope);
}

/** Under which opening of its scope a row counts as confirmed: after a restore of the server and after a new grant it is another. */
export function roundOf(db: ReadableDb): (scope: string) => string {
  const epoch = readSync(db, 'epoch') ?? '';
  const opened = new Map(readCursors(db).map(({ scope, scopeEpoch }) => [scope, `${epoch}:${scopeEpoch}`]));
  return (scope) => opened.get(scope) ?? epoch;
}
