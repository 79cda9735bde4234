import type { Id } from '../../../db/catalogue/rows.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import {
  isMadeHere,
  localProjectOf,
  type Offer,
  readChoice,
  readOffers,
  type ScopeChoice,
  writeChoice,
} from '../../../db/replica/sync/choice.ts';
import { readCursors } from '../../../db/replica/sync/cursors.ts';
import { holds, leaveChosen, unsentByScope, wantedScopes } from '../../../db/replica/sync/leave-chosen.ts';
import { readMeta } from '../../../db/replica/transaction/meta.ts';
import type { Replica } from '../../../db/replica/transaction/replica.ts';
import { type RowChange, transact } from '../../../db/replica/transaction/transact.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { SyncScope, SyncTakenAlong } from '../../../preload/contract/sync.ts';
import { noSyncMutants } from '../../../sync/core/sync-mutants.ts';

export interface ScopeName {
  readonly kind: 'project' | 'session';
  readonly id: Id;
}

/** What the person says of what is to be on this laptop. */
export interface ScopeWish {
  readonly everything?: boolean | undefined;
  readonly take?: readonly ScopeName[] | undefined;
  readonly leave?: readonly ScopeName[] | undefined;
}

const scopeOf = ({ kind, id }: ScopeName) => `${kind}:${id}`;

/** Every project and session that there is for this person, with what of it is on this laptop. */
export function takenAlong(db: ReadableDb): SyncTakenAlong {
  const choice = readChoice(db);
  const { taken, leaving } = wantedScopes(db);
  const live = new Set(readCursors(db).flatMap(({ scope, state }) => (state === 'live' ? [scope] : [])));
  const unsent = unsentByScope(db);
  const rows = new Map(
    db.statements
      .all<{ scope: string; n: number }>('SELECT scope, count(*) AS n FROM sync_rows GROUP BY scope')
      .map(({ scope, n }) => [scope, n]),
  );
  const personal = readMeta(db, 'personal-project');
  const stateOf = (scope: string): SyncScope['state'] => {
    if (leaving.includes(scope)) return 'leaving';
    if (!taken.has(scope)) return 'offered';
    return live.has(scope) ? 'here' : 'coming';
  };
  const itemOf = (offer: Offer, state: SyncScope['state']): SyncScope[] => {
    const { scope, access, part } = offer;
    const [kind, id] = scope.split(':');
    if (id === undefined || (kind !== 'project' && kind !== 'session')) return [];
    return [
      {
        kind,
        id,
        name: localName(db, kind, id) ?? offer.name,
        projectId: kind === 'session' ? (offer.project ?? localProjectOf(db, scope)) : null,
        access,
        part,
        state,
        holding: state === 'leaving' ? holds(db, scope) : null,
        pinned: kind === 'session' && choice.pinned.includes(id),
        personal: id === personal,
        rows: rows.get(scope) ?? 0,
        unsent: unsent.get(scope) ?? 0,
      },
    ];
  };
  const offers = readOffers(db);
  const known = new Set(offers.map(({ scope }) => scope));
  return {
    everything: choice.everything,
    fileBytes: choice.fileBytes,
    scopes: [
      ...offers.flatMap((offer) => itemOf(offer, stateOf(offer.scope))),
      ...madeHere(db)
        .filter((scope) => !known.has(scope))
        .flatMap((scope) =>
          itemOf({ scope, access: 'write', part: true, project: null, name: null }, 'only-here'),
        ),
    ],
  };
}

/** Scopes of the projects and sessions that stand in this file. */
function madeHere(db: ReadableDb): string[] {
  return db.statements
    .all<{ scope: string }>(
      'SELECT _scope AS scope FROM projects WHERE _deleted = 0 UNION SELECT _scope FROM research_sessions WHERE _deleted = 0',
    )
    .map(({ scope }) => scope);
}

function localName(db: ReadableDb, kind: 'project' | 'session', id: Id): string | null {
  if (kind === 'project') return getRow(db, 'projects', id)?.name ?? null;
  return getRow(db, 'research_sessions', id)?.title ?? null;
}

/**
 * Takes the person's choice up, and takes off this laptop at once what the server has all of. Throws where something is to be let go
 * that is nowhere else.
 */
export function chooseScopes(
  replica: Replica,
  { everything, take = [], leave = [] }: ScopeWish,
): readonly RowChange[] {
  const { db } = replica;
  const offered = new Set(readOffers(db).map(({ scope }) => scope));
  for (const name of leave) refuseToLeave(db, name, offered);
  for (const name of take) {
    if (offered.has(scopeOf(name)) || isMadeHere(db, scopeOf(name))) continue;
    throw new WorkbenchError('not-found', 'The server does not offer this to you. Nothing was changed.', {
      id: name.id,
    });
  }
  return transact(replica, { command: 'sync.choose', origin: 'remote', purging: true }, (tx) => {
    writeChoice(db, withWish(db, readChoice(db), take.map(scopeOf), leave.map(scopeOf), everything));
    return leaveChosen(tx, noSyncMutants);
  }).result;
}

function refuseToLeave(db: ReadableDb, name: ScopeName, offered: ReadonlySet<string>): void {
  if (name.id === readMeta(db, 'personal-project')) {
    throw new WorkbenchError(
      'not-allowed',
      'This is the workspace’s own project, in which new sessions are made. It stays on this laptop.',
    );
  }
  if (offered.has(scopeOf(name))) return;
  throw new WorkbenchError(
    'not-allowed',
    'The server has nothing of this yet, so it would be lost. It stays on this laptop. Sync first, or move it to the trash.',
    { id: name.id },
  );
}

/** The choice with what was said now. What is said of a project holds for its sessions. */
function withWish(
  db: ReadableDb,
  choice: ScopeChoice,
  take: readonly string[],
  leave: readonly string[],
  everything: boolean | undefined,
): ScopeChoice {
  const projects = new Map(readOffers(db).map(({ scope, project }) => [scope, project]));
  const isUnder = (scope: string, of: readonly string[]) => {
    const project = projects.get(scope) ?? localProjectOf(db, scope);
    return of.includes(scope) || (project !== null && of.includes(`project:${project}`));
  };
  const taken = new Set([...choice.taken.filter((scope) => !isUnder(scope, leave)), ...take]);
  const left = new Set([...choice.left.filter((scope) => !isUnder(scope, take)), ...leave]);
  return {
    ...choice,
    everything: everything ?? choice.everything,
    taken: [...taken].filter((scope) => !leave.includes(scope)),
    left: [...left].filter((scope) => !take.includes(scope)),
  };
}

/** Says how much room there is for files. */
export function keepFiles({ db }: Replica, { bytes }: { bytes: number | null }): void {
  writeChoice(db, { ...readChoice(db), fileBytes: bytes });
}

/** Pins a session, or lets it go. */
export function pinSession({ db }: Replica, { sessionId, pinned }: { sessionId: Id; pinned: boolean }): void {
  if (db.statements.get('SELECT 1 FROM research_sessions WHERE id = ?', idToBlob(sessionId)) === undefined) {
    throw new WorkbenchError('not-found', 'This session is not on this laptop. Take it along first.', {
      id: sessionId,
    });
  }
  const choice = readChoice(db);
  const others = choice.pinned.filter((id) => id !== sessionId);
  writeChoice(db, { ...choice, pinned: pinned ? [...others, sessionId] : others });
}
