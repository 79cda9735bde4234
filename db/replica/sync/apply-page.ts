import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import { observeStamp } from '../../../sync/core/clock.ts';
import type { PullTrailer } from '../../../sync/protocol/messages.ts';
import type { ExitLine, HeaderLine, PageRow } from '../../../sync/protocol/row-state.ts';
import { putBody } from '../rows/text.ts';
import { idToBlob } from '../rows/ids.ts';
import type { Replica } from '../transaction/replica.ts';
import { writeMeta } from '../transaction/meta.ts';
import { readClock, type RowChange, transact, type Transaction } from '../transaction/transact.ts';
import { applyNewRows } from './apply-new-rows.ts';
import { knownRow } from './apply-row.ts';
import { confirmRows, type PlacedHeader } from './confirm-rows.ts';
import { eraseLostWords } from './erase-words.ts';
import { advance, readCursors, type ScopeCursor, settleScopes } from './cursors.ts';
import { dropUnseen, leaveScope, removeHere, unseen } from './leave-scope.ts';
import { ownScope, principalOf } from './enrol.ts';
import { logFetched } from './remote-log.ts';
import { keepingRefused, takeRow } from './refused-rows.ts';
import { type RowContext, rowContext } from './row-context.ts';

/** What a page says of itself; whose chain it is of was looked at before it comes here (P30). */
type Trailer = Omit<PullTrailer, 'lastHash'>;

/** One whole page as it came, with its trailer. */
export interface Page {
  readonly rows: readonly PageRow[];
  readonly bodies: Readonly<Record<string, string>>;
  readonly trailer: Trailer;
}

/** What became of a page. */
export interface Applied {
  readonly changes: readonly RowChange[];
  /** Scopes of which the server's digest has to say first that so many rows are left; nothing was applied then (I14). */
  readonly braked: readonly { readonly scope: string; readonly left: number }[];
}

class Brake extends Error {
  readonly braked: Applied['braked'];

  constructor(braked: Applied['braked']) {
    super('Too much would go at once.');
    this.braked = braked;
  }
}

/** Rows of scopes that a page takes away: how many, and of which scopes some only because a full fetch did not bring them. */
interface Gone {
  readonly counts: Map<string, number>;
  readonly unbrought: Set<string>;
}

/** Fewer rows than this may go at once whatever their share, if the server named them: small scopes empty in one edit. */
const brakeFrom = 10;
const brakeShare = 0.3;

/**
 * Applies one page: its rows, its bodies, what it takes away, and the cursors that it moves, in one transaction (I1). `mayEmpty` names
 * scopes whose digest said that what goes is really gone.
 */
export function applyPage(
  replica: Replica,
  page: Page,
  mayEmpty: readonly string[],
  mutants: SyncMutants,
): Applied {
  return keepingRefused((isWatching) => applyWhole(replica, page, mayEmpty, mutants, isWatching));
}

function applyWhole(
  replica: Replica,
  page: Page,
  mayEmpty: readonly string[],
  mutants: SyncMutants,
  isWatching: boolean,
): Applied {
  const { db } = replica;
  const user = principalOf(db)?.user ?? '';
  const cursors = new Map(readCursors(db).map((cursor) => [cursor.scope, cursor]));
  const here = (scope: string) => ownScope(scope, user);
  if (mutants.cursorFirst === true) moveCursors(replica, page.trailer, here);
  try {
    const command = endsFetch(page.trailer, here, cursors) ? 'sync.fetch' : 'sync';
    const { result } = transact(replica, { command, origin: 'remote', purging: true }, (tx) => {
      const context = rowContext(tx, {
        user,
        applied: Number(page.trailer.lastMutation),
        isBootstrap: (scope) => cursors.get(scope)?.state === 'bootstrap',
        again: false,
        mutants,
      });
      const before = mayTakeAway(page, cursors)
        ? new Map([...cursors.keys()].map((scope) => [scope, countRows(tx, scope)]))
        : new Map<string, number>();
      const gone: Gone = { counts: new Map(), unbrought: new Set() };
      for (const data of Object.values(page.bodies)) putBody(db, Buffer.from(data, 'base64'));
      confirmRows(context, headersOf(page, here));
      const together = isWatching ? null : applyNewRows(context, page.rows, here);
      const changes: RowChange[] = [...(together?.changes ?? [])];
      for (const line of together?.left ?? page.rows) {
        const scope = here(line.sc);
        if (scope === null || isHeader(line)) continue;
        try {
          const isRow = 'cells' in line;
          changes.push(
            ...(isRow ? takeRow(context, line, scope, isWatching) : applyExit(context, line, scope, gone)),
          );
        } catch (error) {
          if (mutants.badRowSkipped !== true) throw error;
        }
      }
      changes.push(...endScopes(context, page.trailer, here, gone));
      if (mutants.brakeReleased !== true) brake(tx, before, gone, mayEmpty, page.trailer);
      for (const scope of page.trailer.revoke ?? []) {
        const local = here(scope);
        if (local !== null) changes.push(...leaveScope(tx, local, mutants));
      }
      forgetPurged(tx, page.trailer, here);
      eraseLostWords(db, changes);
      moveCursors(replica, page.trailer, here);
      return changes;
    });
    observe(replica, page);
    return { changes: result, braked: [] };
  } catch (error) {
    if (error instanceof Brake) return { changes: [], braked: error.braked };
    throw error;
  }
}

/** Only a page with exits, and the last one of a full fetch, can take rows away. */
function mayTakeAway({ rows, trailer }: Page, cursors: ReadonlyMap<string, ScopeCursor>): boolean {
  if (rows.some((line) => 'st' in line && line.st === 'exit')) return true;
  return !trailer.more && [...cursors.values()].some(({ state }) => state === 'bootstrap');
}

function isHeader(line: PageRow): line is HeaderLine {
  return !('st' in line);
}

function headersOf({ rows }: Page, here: (scope: string) => string | null): PlacedHeader[] {
  return rows.flatMap((line) => {
    if (!isHeader(line)) return [];
    const scope = here(line.sc);
    return scope === null ? [] : [{ line, scope }];
  });
}

function applyExit(context: RowContext, line: ExitLine, scope: string, { counts }: Gone): RowChange[] {
  const known = knownRow(context.tx, line.e, idToBlob(line.i));
  if (known !== undefined && (Number(line.s) < known.seq || known.scope !== scope)) return [];
  if (known !== undefined && line.to !== undefined && goesTo(context, line, line.to)) return [];
  const changes = removeHere(context.tx, line.e, line.i, scope, context.mutants);
  if (changes.length > 0) counts.set(scope, (counts.get(scope) ?? 0) + 1);
  return changes;
}

/**
 * A row that went to a scope that is held here, too, stays with its history and with what waits of it. Until its new state has come it
 * is one that has to be asked for by name. False where that scope is not held.
 */
function goesTo({ tx, user }: RowContext, { e, i }: PageRow, to: string): boolean {
  const { db } = tx.replica;
  const scope = ownScope(to, user);
  const isHeld = db.statements.get('SELECT 1 FROM sync_cursor WHERE scope = ?', scope) !== undefined;
  if (scope === null || !isHeld) return false;
  db.statements.run(
    `UPDATE sync_rows SET scope = ?, hash = '' WHERE entity = ? AND row = ?`,
    scope,
    e,
    idToBlob(i),
  );
  return true;
}

/** Scopes of which a page says that nothing more is to come: not those that it wants fetched anew or given up. */
function endedScopes(trailer: Trailer, here: (scope: string) => string | null): Set<string> {
  if (trailer.more) return new Set();
  const unread = new Set([...(trailer.bootstrap ?? []), ...(trailer.revoke ?? [])]);
  const ended = Object.keys(trailer.next).filter((scope) => !unread.has(scope));
  return new Set(ended.map(here).filter((scope) => scope !== null));
}

/** True where a page is the last one of a scope that is fetched from its beginning. */
function endsFetch(
  trailer: Trailer,
  here: (scope: string) => string | null,
  cursors: ReadonlyMap<string, ScopeCursor>,
): boolean {
  return [...endedScopes(trailer, here)].some((scope) => cursors.get(scope)?.state === 'bootstrap');
}

/** Where nothing more is to come, what a full fetch did not bring is not there any more. */
function endScopes(
  context: RowContext,
  trailer: Trailer,
  here: (scope: string) => string | null,
  { counts, unbrought }: Gone,
): RowChange[] {
  const { tx } = context;
  const ended = endedScopes(trailer, here);
  if (ended.size === 0) return [];
  return readCursors(tx.replica.db)
    .filter(({ scope, state }) => state === 'bootstrap' && ended.has(scope))
    .flatMap(({ scope }) => {
      const left = unseen(tx, scope, context.round(scope)).length;
      counts.set(scope, (counts.get(scope) ?? 0) + left);
      if (left > 0) unbrought.add(scope);
      const changes = left === 0 ? [] : dropUnseen(context, scope);
      logFetched(context, scope);
      return changes;
    });
}

/**
 * What the server has forgotten of purged rows is forgotten here, too, or the digests would differ. That they were purged is remembered. One
 * that is to be asked for stays so: its version here is none, and the server may have a newer one.
 */
function forgetPurged(tx: Transaction, { floor }: Trailer, here: (scope: string) => string | null): void {
  for (const [scope, seq] of Object.entries(floor ?? {})) {
    tx.replica.db.statements.run(
      `DELETE FROM sync_rows WHERE scope = ? AND seq <= ? AND hash <> ''
         AND (row IN (SELECT id FROM purged) OR held ->> 'st' = 'purged')`,
      here(scope),
      Number(seq),
    );
  }
}

function countRows(tx: Transaction, scope: string): number {
  return tx.replica.db.statements.value<number>('SELECT count(*) FROM sync_rows WHERE scope = ?', scope) ?? 0;
}

/**
 * Stops a page that takes much of a scope away, and one that takes away anything that a full fetch merely did not bring: a page says
 * nothing about a row by leaving it out, and what goes takes the log's values along, those of work that no backup of the server holds too.
 */
function brake(
  tx: Transaction,
  before: ReadonlyMap<string, number>,
  { counts, unbrought }: Gone,
  mayEmpty: readonly string[],
  trailer: Trailer,
): void {
  const excused = new Set([...mayEmpty, ...(trailer.revoke ?? [])]);
  const braked = [...counts].flatMap(([scope, count]) => {
    const had = before.get(scope) ?? 0;
    const isMuch = count >= brakeFrom && count > had * brakeShare;
    if (excused.has(scope) || !(isMuch || unbrought.has(scope))) return [];
    return [{ scope, left: countRows(tx, scope) }];
  });
  if (braked.length > 0) throw new Brake(braked);
}

function moveCursors(replica: Replica, trailer: Trailer, here: (scope: string) => string | null): void {
  const { db, schemaVersion } = replica;
  for (const [scope, seq] of Object.entries(trailer.next)) {
    const local = here(scope);
    if (local !== null) advance(db, local, Number(seq), schemaVersion);
  }
  settleScopes(db, endedScopes(trailer, here));
}

/** The highest stamps of a page move the clock, within what the wall clock allows, after the page is durable. */
function observe(replica: Replica, page: Page): void {
  const before = readClock(replica);
  const stamps = new Set(
    page.rows.flatMap((line) => ('cells' in line ? line.t.map(([stamp]) => stamp) : [])),
  );
  const now = replica.now();
  const clock = [...stamps].reduce((ahead, stamp) => observeStamp(ahead, stamp, now), before);
  if (clock !== before) writeMeta(replica.db, 'clock', JSON.stringify(clock));
}
