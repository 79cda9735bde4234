import { ask, message, readReply } from './ask.ts';
import { BadAnswer } from './bad-answer.ts';
import type { PullRequest } from '../protocol/messages.ts';
import { both, type Engine, store } from './effects.ts';
import { OtherChain } from './other-chain.ts';
import type { ArrivedPage } from './page.ts';
import { compareDigests, fetchStale } from './repair.ts';
import { asked, type Session } from './session.ts';
import type { Cursor, Greeted } from './store-calls.ts';

/** Where the scopes stand that the server grants; pages move it on. */
export interface Following {
  readonly granted: ReadonlySet<string>;
  want: readonly Cursor[];
}

/** What of the cursors after a greeting the server grants. */
export function followingOf({ hello }: Session, cursors: Greeted['want']): Following {
  const granted = new Set(hello.scopes.filter((each) => each.do !== 'revoke').map(({ scope }) => scope));
  return { granted, want: cursors.filter(({ scope }) => granted.has(scope)) };
}

/** What a run of pulls moves on. */
export interface PullProgress {
  pulled: number;
  repaired: number;
}

/**
 * Pulls until nothing more comes, and compares digests. The next page is asked for while one is applied, where the one says how the
 * cursors stand after it and nothing in it asks for more than its rows.
 */
export function* pullAll(
  session: Session,
  { granted, want: from }: Following,
  progress: PullProgress,
): Engine<'done' | 'greet'> {
  let want = from;
  let mayEmpty: readonly string[] = [];
  const askedFor = new Set<string>();
  let page = yield* ask('pull', wanting(session, want));
  for (;;) {
    const ahead = wantAfter(want, page);
    const { reply, result: outcome } =
      ahead === null
        ? { reply: null, result: yield* store('applyPage', { page, mayEmpty }) }
        : yield* both(message('pull', wanting(session, ahead)), 'applyPage', { page, mayEmpty });
    if (outcome.damaged !== null) throw new BadAnswer(outcome.damaged);
    if (outcome.foreign) throw new OtherChain();
    if (outcome.braked.length > 0) {
      // Too much would go at once: the server's digests have to say so, too (I14).
      mayEmpty = yield* confirmed(session, outcome.braked);
      page = yield* ask('pull', wanting(session, want));
      continue;
    }
    progress.pulled += outcome.rows;
    if ((page.trailer.bootstrap ?? []).length > 0) return 'greet';
    want = outcome.want.filter(({ scope }) => granted.has(scope));
    if (page.trailer.more) {
      page =
        ahead !== null && isSame(ahead, want)
          ? readReply('pull', reply)
          : yield* ask('pull', wanting(session, want));
      continue;
    }
    if (yield* fetchStale(session, askedFor)) {
      // What was asked for by name may be newer than this page's digest, or not given: another page has one that covers it, or says why.
      page = yield* ask('pull', wanting(session, want));
      continue;
    }
    progress.repaired += yield* compareDigests(session, page.trailer.digest ?? {});
    return 'done';
  }
}

/** A request for what is above these cursors. */
export function wanting(session: Session, want: readonly Cursor[]): PullRequest {
  const { policy, limits } = session.hello;
  return { ...asked(session), policy: policy.version, want: [...want], maxBytes: limits.pullBytes };
}

/** Where the cursors will stand once a page is applied; null where that is not for the page alone to say, or nothing more is to come. */
function wantAfter(want: readonly Cursor[], { trailer }: ArrivedPage): readonly Cursor[] | null {
  if (!trailer.more || trailer.revoke !== undefined || trailer.bootstrap !== undefined) return null;
  return want.map((cursor) => ({ ...cursor, seq: trailer.next[cursor.scope] ?? cursor.seq }));
}

function isSame(a: readonly Cursor[], b: readonly Cursor[]): boolean {
  const at = new Map(b.map((cursor) => [cursor.scope, cursor]));
  return (
    a.length === b.length &&
    a.every(({ scope, scopeEpoch, seq, whole }) => {
      const other = at.get(scope);
      return other?.scopeEpoch === scopeEpoch && other.seq === seq && other.whole === whole;
    })
  );
}

/** Scopes of which the server's own digest says that no more is left. Throws where it says otherwise: nothing is taken away then. */
function* confirmed(
  session: Session,
  braked: readonly { readonly scope: string; readonly left: number }[],
): Engine<readonly string[]> {
  for (const { scope, left } of braked) {
    const answer = yield* ask('digest', { ...asked(session), scope });
    const parts = 'parts' in answer ? Object.values(answer.parts) : [];
    const there = parts.reduce((sum, { n }) => sum + Number(n), 0);
    if (there > left) {
      throw new BadAnswer(
        'The server would take away much that its own count says is there. Nothing was taken away.',
      );
    }
  }
  return braked.map(({ scope }) => scope);
}
