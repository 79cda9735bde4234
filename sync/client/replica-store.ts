import { heard, isInFlight, pushed, refuseFirst, staleRows } from '../../db/replica/sync/answers.ts';
import { applyNamed, dropMissing } from '../../db/replica/sync/apply-named.ts';
import { applyPage } from '../../db/replica/sync/apply-page.ts';
import { openedScopes, readCursors, unfollowedScopes } from '../../db/replica/sync/cursors.ts';
import { digestOf, digestParts, rowsOfPart, wireDigest } from '../../db/replica/sync/digest.ts';
import { deviceRefusal, isTooOld } from '../../db/replica/sync/device-rules.ts';
import { principalOf } from '../../db/replica/sync/enrol.ts';
import { answeredChain, greeted, isOwnChain, settledUpTo, takeRoad } from '../../db/replica/sync/greeting.ts';
import { readSync } from '../../db/replica/sync/meta.ts';
import {
  clientOf,
  type Egress,
  inTransaction,
  takeBatch,
  unsettledStamps,
} from '../../db/replica/sync/outbox.ts';
import { localScope, wireScope } from '../core/scope.ts';
import type { Replica } from '../../db/replica/transaction/replica.ts';
import type { RowChange } from '../../db/replica/transaction/transact.ts';
import { noSyncMutants, type SyncMutants } from '../core/sync-mutants.ts';
import type { PageRow } from '../protocol/row-state.ts';
import { BadAnswer } from './bad-answer.ts';
import { type PulledPage, readPage } from './page.ts';
import type { PageOutcome, Standing, StoreCalls } from './store-calls.ts';

export interface ReplicaStoreOptions {
  readonly replica: Replica;
  /** Made anew for each batch, so that the policy of the moment decides. */
  readonly egress: () => Egress;
  /** Told what the windows have to show anew. */
  readonly onChange: (changes: readonly RowChange[]) => void;
  /** True where the workspace is encrypted; a policy may ask for it. */
  readonly isProtected?: boolean;
  readonly mutants?: SyncMutants;
}

/** The engine's calls over a file. Each is one transaction and durable when it answers. */
export function replicaStore(options: ReplicaStoreOptions): StoreCalls {
  const { replica, egress, mutants = noSyncMutants } = options;
  const { db } = replica;
  const user = () => principalOf(db)?.user ?? '';
  const wire = (scope: string) => wireScope(scope, user());
  const local = (scope: string) => localScope(scope, user());
  const told = (changes: readonly RowChange[]) => {
    if (changes.length > 0) options.onChange(changes);
  };
  const atOnce = <T>(body: () => T) => (mutants.answerInPieces === true ? body() : inTransaction(db, body));
  const cursors = () =>
    readCursors(db).map(({ scope, scopeEpoch, seq, state }) => ({
      scope: wire(scope),
      scopeEpoch,
      seq: String(seq),
      ...(state === 'bootstrap' ? { whole: true as const } : {}),
    }));
  const standing = (): Standing => {
    const client = clientOf(replica);
    const { mutation, hash } = answeredChain(db);
    return {
      client,
      epoch: readSync(db, 'epoch') ?? null,
      schema: replica.schemaVersion,
      lastMutation: String(mutation),
      lastHash: hash,
      settled: String(settledUpTo(db)),
      have: [
        ...cursors().map(({ scope, scopeEpoch, seq }) => ({ scope, scopeEpoch, seq })),
        ...unfollowedScopes(db).map((scope) => ({ scope: wire(scope), scopeEpoch: 0, seq: '0' })),
      ],
      policyVersion: Number(readSync(db, 'policy-version') ?? 0),
      asking: readSync(db, 'asking') !== undefined,
    };
  };
  const applyArrived = (page: PulledPage | string, mayEmpty: readonly string[]): PageOutcome => {
    if (typeof page === 'string') return { ...nothing, damaged: page };
    if (!isOwnChain(db, page.trailer, mutants)) return { ...nothing, foreign: true };
    const applied = applyPage(replica, page, mayEmpty.map(local), mutants);
    told(applied.changes);
    return {
      ...nothing,
      braked: applied.braked.map(({ scope, left }) => ({ scope: wire(scope), left })),
      want: cursors(),
      rows: page.rows.length,
      hides: hides(page.rows),
    };
  };
  return {
    begin: standing,
    greeted: (answer) => {
      const { road, changes } = greeted(replica, answer, mutants);
      told(changes);
      return { road, want: cursors(), refused: deviceRefusal(db, options.isProtected ?? true) };
    },
    reidentify: ({ epoch }) => {
      takeRoad(replica, epoch, mutants);
      return standing();
    },
    unsettled: ({ after, limit }) => {
      const found = unsettledStamps(db, after, limit);
      return { stamps: found.map(({ stamp }) => stamp), last: found.at(-1)?.txn ?? after };
    },
    known: ({ asked, answer, done }) => {
      heard(replica, asked, answer, done);
      return null;
    },
    takeBatch: ({ count, bytes, after, answered }) => {
      // One commit for both: what the answered ones took up in the file goes to the next ones.
      const batch = atOnce(() => {
        if (answered !== null) pushed(replica, answered, mutants);
        // Each cycle greets first, which renews them: only a clock that was set forward comes here.
        if (isTooOld(db, replica.now())) return null;
        if (mutants.inFlightStuck === true && after === '0' && isInFlight(db)) return null;
        return takeBatch(replica, egress(), { count, bytes, after: Number(after) });
      });
      const [first] = batch?.mutations ?? [];
      const last = batch?.mutations.at(-1);
      if (batch === null || first === undefined || last === undefined) return null;
      return {
        client: batch.client,
        first: String(first.m),
        last: String(last.m),
        previousHash: batch.previous,
        texts: batch.mutations.map(({ text }) => text),
        hash: last.hash,
        isFull: batch.isFull,
      };
    },
    pushed: (answer) => {
      pushed(replica, answer, mutants);
      return null;
    },
    hasOpened: () => openedScopes(db).length > 0,
    stale: ({ limit }) => staleRows(db, limit),
    tooLarge: () => {
      refuseFirst(replica, 'TOO_LARGE');
      return null;
    },
    applyPage: ({ page: { text }, mayEmpty }) => applyArrived(readOrSay(text), mayEmpty),
    applyBeside: ({ page: { text } }) => {
      const page = readOrSay(text);
      const takesAway = typeof page !== 'string' && page.rows.some(takesRowAway);
      return takesAway
        ? { ...nothing, want: cursors(), takesAway }
        : { ...applyArrived(page, []), takesAway };
    },
    applyRows: ({ page }) => {
      const foreign = !isOwnChain(db, page.trailer, mutants);
      if (!foreign) told(applyNamed(replica, page, mutants));
      return { foreign, hides: !foreign && hides(page.rows) };
    },
    digests: ({ scopes }) =>
      Object.fromEntries(scopes.map((scope) => [scope, wireDigest(digestOf(db, local(scope)))])),
    digestParts: ({ scope }) =>
      Object.fromEntries(
        [...digestParts(db, local(scope))].map(([part, digest]) => [part, wireDigest(digest)]),
      ),
    comparePart: ({ scope, part, rows }) => {
      const here = new Map(rowsOfPart(db, local(scope), part).map((row) => [`${row.e} ${row.i}`, row]));
      const fetch = rows
        .filter(({ e, i, h }) => here.get(`${e} ${i}`)?.hash !== h)
        .map(({ e, i }) => ({ e, i }));
      const there = new Set(rows.map(({ e, i }) => `${e} ${i}`));
      const extra = [...here.values()].filter(({ e, i }) => !there.has(`${e} ${i}`));
      const dropped = extra.length > 0 ? dropMissing(replica, extra, mutants) : [];
      told(dropped);
      const held = readCursors(db).find((cursor) => cursor.scope === local(scope))?.seq ?? 0;
      const isNew = new Set(rows.filter(({ s }) => Number(s) > held).map(({ e, i }) => `${e} ${i}`));
      // A row that is marked to be asked for is known to differ, and one that was numbered since has yet to come; any other is worth a
      // report, as is one that goes without having been said to.
      const unexplained = fetch.filter(
        ({ e, i }) => here.get(`${e} ${i}`)?.hash !== '' && !isNew.has(`${e} ${i}`),
      );
      const gone = new Set(dropped.map(({ id }) => id));
      const unsaid = extra.filter(({ i, hash }) => gone.has(i) && hash !== '');
      return { fetch, unexplained: unexplained.length + unsaid.length };
    },
  };
}

const nothing: PageOutcome = {
  foreign: false,
  damaged: null,
  braked: [],
  want: [],
  rows: 0,
  hides: false,
};

/** True for a line by which a row, and with it what waits of it, goes from where it is. */
function takesRowAway(line: PageRow): boolean {
  return 'st' in line && line.st !== 'live';
}

/** A page that came, or why it is none. */
function readOrSay(text: string): PulledPage | string {
  try {
    return readPage(text);
  } catch (error) {
    if (error instanceof BadAnswer) return error.message;
    throw error;
  }
}

/** True where something of these rows is hidden from this reader. */
function hides(rows: readonly PageRow[]): boolean {
  return rows.some((row) => 'm' in row);
}
