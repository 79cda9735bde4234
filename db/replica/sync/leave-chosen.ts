import { entityNames, entitySpec } from '../../catalogue/catalogue.ts';
import type { SyncMutants } from '../../../sync/core/sync-mutants.ts';
import type { ReadableDb } from '../sqlite/open.ts';
import type { RowChange, Transaction } from '../transaction/transact.ts';
import { isMadeHere, isTaken, localProjectOf, projectsNeeded, readChoice, readOffers } from './choice.ts';
import { readCursors } from './cursors.ts';
import { leaveScope } from './leave-scope.ts';

/** Why a scope that is not to be here any more still is: something of it is not on the server. */
export type Holding = 'unsent' | 'only-here' | null;

/** Scopes of the server that the person's choice takes along, or does not. */
export interface Wanted {
  readonly taken: ReadonlySet<string>;
  /** Known to the server, not taken, and on this laptop all the same. */
  readonly leaving: readonly string[];
}

/** What the choice means for what the server offers and for what is here. A scope that the server does not offer is never let go. */
export function wantedScopes(db: ReadableDb): Wanted {
  const choice = readChoice(db);
  const offers = readOffers(db);
  const projects = new Map(offers.map(({ scope, project }) => [scope, project]));
  const projectOf = (scope: string) => projects.get(scope) ?? localProjectOf(db, scope);
  const needed = projectsNeeded(choice, projectOf);
  const held = new Set(readCursors(db).map(({ scope }) => scope));
  const taken = new Set<string>();
  const leaving: string[] = [];
  for (const { scope, part } of offers) {
    const isHere = held.has(scope) || isMadeHere(db, scope);
    if (isTaken(choice, { scope, part, project: projectOf(scope), isHere }, needed)) taken.add(scope);
    else if (isHere) leaving.push(scope);
  }
  return { taken, leaving };
}

/**
 * Lets go of what the person does not want here, like a revocation of the copy; but a scope of which anything is not on the server stays
 * whole until that has been sent (I6).
 */
export function leaveChosen(tx: Transaction, mutants: SyncMutants): RowChange[] {
  const { db } = tx.replica;
  return wantedScopes(db)
    .leaving.filter((scope) => holds(db, scope) === null)
    .flatMap((scope) => leaveScope(tx, scope, mutants));
}

/** Whether the server has everything of a scope that is here. */
export function holds(db: ReadableDb, scope: string): Holding {
  if (entityNames.some((entity) => hasOwnRow(db, entity, scope))) {
    return isWaiting(db, scope) ? 'unsent' : 'only-here';
  }
  if (isWaiting(db, scope)) return 'unsent';
  return isWithheld(db, scope) ? 'only-here' : null;
}

/** A row that the server has never answered for: it waits, or a policy keeps it here. */
function hasOwnRow(db: ReadableDb, entity: (typeof entityNames)[number], scope: string): boolean {
  return (
    db.statements.get(
      `SELECT 1 FROM ${entity} AS own WHERE _scope = ? AND NOT EXISTS
         (SELECT 1 FROM sync_rows WHERE entity = ? AND row = own.id AND hash <> '') LIMIT 1`,
      scope,
      entitySpec(entity).n,
    ) !== undefined
  );
}

/** Entries of a transaction lie together in the log, from its first number up to the next one's. */
const entriesOfTransaction = `txns.txn = outbox.txn JOIN log ON log.n >= txns.first_n AND log.txn = txns.txn
  AND log.n < coalesce((SELECT first_n FROM txns AS later WHERE later.txn > outbox.txn AND first_n IS NOT NULL ORDER BY later.txn LIMIT 1), 9007199254740991)`;

function touches(db: ReadableDb, scope: string, which: string): boolean {
  return (
    db.statements.get(
      `SELECT 1 FROM outbox JOIN txns ON ${entriesOfTransaction}
         LEFT JOIN sync_rows ON sync_rows.entity = log.entity AND sync_rows.row = log.row
       WHERE ${which} AND (log.scope = ? OR sync_rows.scope = ?) LIMIT 1`,
      scope,
      scope,
    ) !== undefined
  );
}

function isWaiting(db: ReadableDb, scope: string): boolean {
  return touches(db, scope, `outbox.state IN ('pending', 'in_flight')`);
}

/** A value that a policy kept back: it is shown here and nowhere else. */
function isWithheld(db: ReadableDb, scope: string): boolean {
  return touches(db, scope, 'outbox.withheld IS NOT NULL');
}

/** How many transactions wait to be sent, by scope. A transaction that touches two counts in both. */
export function unsentByScope(db: ReadableDb): ReadonlyMap<string, number> {
  const counted = db.statements.all<{ scope: string; n: number }>(
    `SELECT log.scope AS scope, count(DISTINCT outbox.txn) AS n FROM outbox JOIN txns ON ${entriesOfTransaction}
     WHERE outbox.state IN ('pending', 'in_flight') GROUP BY log.scope`,
  );
  return new Map(counted.map(({ scope, n }) => [scope, n]));
}
