import type { Id } from '../../../db/catalogue/rows.ts';
import { listConflicts } from '../../../db/replica/exchange/conflicts.ts';
import { listNotices } from '../../../db/replica/exchange/notices.ts';
import { emptyLog } from '../../../db/replica/log/purge.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { enrol, type Principal, principalOf } from '../../../db/replica/sync/enrol.ts';
import { readCursors } from '../../../db/replica/sync/cursors.ts';
import { listInbox } from '../../../db/replica/sync/inbox.ts';
import { countHeldRows } from '../../../db/replica/sync/refused-rows.ts';
import { readSync } from '../../../db/replica/sync/meta.ts';
import { waitingToSend } from '../../../db/replica/sync/outbox.ts';
import { removeBackups } from '../../../db/replica/care/clean-backups.ts';
import { type Wiped, wipe } from '../../../db/replica/sync/wipe.ts';
import { removeErasedFiles } from '../../../db/replica/blobs/erased-files.ts';
import { noteLetGo } from '../../../db/replica/blobs/files-elsewhere.ts';
import { recordReceipts } from '../../outbound/receipts.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { replicaStore } from '../../../sync/client/replica-store.ts';
import type { StoreCalls } from '../../../sync/client/store-calls.ts';
import { wireScope } from '../../../sync/core/scope.ts';
import { millisecondsOf } from '../../../sync/core/stamp.ts';
import { leavingToServer, type LeavingToServerRequest } from '../../outbound/leaving-to-server.ts';
import { syncEgress } from '../../outbound/sync-egress.ts';
import type { Credentials } from '../../outbound/server-connection.ts';
import type { Done } from '../commands/edits.ts';
import { readSetting, writeSetting } from '../commands/settings.ts';
import { textOf } from '../../documents/read.ts';
import { inboxFunctions, inboxQuestions } from './inbox.ts';
import { keptValueFunctions, keptValueQuestions } from './kept-values.ts';
import { courseOf, type SyncCourse } from './sync-course.ts';
import type { ChangeNote } from './change-note.ts';
import { accountFunctions, accountQuestions, countOnlyHere, notWhatWasTold } from './sync-account.ts';
import { serverPolicies } from './server-policies.ts';
import { chooseScopes, keepFiles, pinSession, type ScopeWish, takenAlong } from './sync-scopes.ts';

/** One call of the engine on this file, by name. */
export interface StoreRequest {
  readonly call: keyof StoreCalls;
  readonly input: unknown;
}

/** What the status line needs of the file. */
export interface SyncFacts {
  /** The enrolled person's name, where it is known here. */
  readonly person: string | null;
  readonly course: SyncCourse;
  readonly principal: Principal | null;
  readonly waiting: number;
  readonly oldestUnsent: string | null;
  readonly conflicts: number;
  readonly notices: number;
  readonly inbox: number;
  readonly policyVersion: number | null;
  /** Scopes that are taken along, as the wire names them. */
  readonly scopes: readonly string[];
}

/** What became of a copy that was taken back, without its rows. */
export type WipedCopy = Omit<Wiped, 'changes'>;

/** True where a page was taken in that has rows of which something is hidden from this reader. */
function hides(answer: unknown): boolean {
  return ((answer ?? {}) as { readonly hides?: boolean }).hides === true;
}

/** The file's side of sync, for the thread that writes. */
export function syncFunctions(
  workspace: OpenWorkspace,
  note: (change: ChangeNote) => void,
  finish: <T>(done: Done<T>) => T,
) {
  const { replica, blobs } = workspace;
  const { db } = replica;
  const isProtected = workspace.dataKey !== null;
  // A process that ended in between has left files of rows that are gone.
  removeErasedFiles(db, blobs);
  const egress = () => {
    const principal = principalOf(db);
    return syncEgress({
      db,
      policies: serverPolicies(db),
      policyVersion: Number(readSync(db, 'policy-version') ?? 0),
      person: { author: replica.author, user: principal?.user ?? '' },
      host: principal === null ? '' : new URL(principal.server).hostname,
      now: () => new Date(replica.now()).toISOString(),
    });
  };
  // The process before this one may have been killed before it tidied.
  let untidy = true;
  const store = replicaStore({
    replica,
    egress,
    isProtected,
    onChange: (changes) => {
      untidy = true;
      note({ command: 'sync', origin: 'remote', rows: changes.map(({ entity, id }) => ({ entity, id })) });
    },
  });
  return {
    /** What was taken away or hidden since does not live on as a file, nor in the write-ahead log. */
    'sync.tidy': () => {
      if (!untidy) return;
      removeErasedFiles(db, blobs);
      untidy = !emptyLog(db);
    },
    'sync.store': ({ call, input }: StoreRequest): unknown => {
      const answer = (store[call] as (given: unknown) => unknown)(input);
      // What became hidden or went is zeroed in pages that still stand in the write-ahead log: the file follows at once.
      if (hides(answer)) db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
      return answer;
    },
    ...accountFunctions(db),
    'sync.enrol': (principal: Principal) => enrol(replica, principal),
    /**
     * Takes the copy off this laptop, by the policy of a revoked device or by its person's word, who gives up what is only here:
     * as much as they were told.
     */
    'sync.wipe': ({ rule, told }: { rule: string; told?: number }): WipedCopy => {
      const onlyHere = countOnlyHere(db);
      if (told !== undefined && told !== onlyHere) throw notWhatWasTold(onlyHere);
      const { changes, ...counts } = wipe(replica, isProtected && told === undefined);
      removeErasedFiles(db, blobs);
      removeBackups(workspace);
      writeSetting(db, 'sync-credentials', null);
      const at = new Date(replica.now()).toISOString();
      const { rows, kept, givenUp } = counts;
      const receipt = { at, destination: 'device', decision: 'wipe', rule, subject: { kept, givenUp }, rows };
      recordReceipts(db, [receipt]);
      note({ command: 'sync', origin: 'remote', rows: changes.map(({ entity, id }) => ({ entity, id })) });
      return counts;
    },
    'sync.keep': (credentials: Credentials | null) => writeSetting(db, 'sync-credentials', credentials),
    'sync.credentials': () => (readSetting(db, 'sync-credentials') ?? null) as Credentials | null,
    'sync.setCourse': (course: SyncCourse) => writeSetting(db, 'sync-course', course),
    ...inboxFunctions(workspace, note, finish),
    ...keptValueFunctions(workspace, finish),
    'sync.chooseScopes': (wish: ScopeWish) => {
      const rows = chooseScopes(replica, wish).map(({ entity, id }) => ({ entity, id }));
      removeErasedFiles(db, blobs);
      note({ command: 'sync', origin: 'remote', rows });
    },
    'sync.fileLetGo': (hash: string) => {
      noteLetGo(db, hash);
      blobs.remove(hash);
    },
    'sync.keepFiles': (input: { bytes: number | null }) => keepFiles(replica, input),
    'sync.pin': (input: { sessionId: Id; pinned: boolean }) => pinSession(replica, input),
  };
}

/** What a person and the status line ask of the file's side of sync. */
export function syncQuestions(db: ReadableDb) {
  return {
    'sync.facts': (): SyncFacts => {
      const principal = principalOf(db);
      const { count, oldest } = waitingToSend(db);
      const policy = readSync(db, 'policy-version');
      return {
        course: courseOf(readSetting(db, 'sync-course')),
        principal,
        person: principal === null ? null : personName(db, principal.user) || null,
        waiting: count,
        oldestUnsent: oldest === null ? null : new Date(millisecondsOf(oldest)).toISOString(),
        conflicts: listConflicts(db).length,
        notices: listNotices(db).length,
        inbox: listInbox(db).length,
        policyVersion: policy === undefined ? null : Number(policy),
        scopes: readCursors(db).map(({ scope }) => wireScope(scope, principal?.user ?? '')),
      };
    },
    'sync.leaving': (request: LeavingToServerRequest) => {
      const version = readSync(db, 'policy-version');
      return {
        ...leavingToServer(db, serverPolicies(db), (extraction) => textOf(db, extraction), request),
        policyVersion: version === undefined ? null : Number(version),
      };
    },
    'sync.scopes': () => takenAlong(db),
    /** Rows of the server that this laptop has. */
    'sync.rowsHere': (): number => db.statements.value<number>('SELECT count(*) FROM sync_rows') ?? 0,
    /** Rows of the server that stand beside their tables: this build does not know them, or its tables refuse them. */
    'sync.rowsKept': (): number => countHeldRows(db),
    ...accountQuestions(db),
    /** Names of people by their user ids, as far as they are known here. */
    'sync.people': (users: readonly string[]): string[] => users.map((id) => personName(db, id)),
    ...inboxQuestions(db),
    ...keptValueQuestions(db),
  };
}

function personName(db: ReadableDb, id: Id): string {
  const user = getRow(db, 'users', id);
  return user?.full_name ?? user?.email ?? '';
}
