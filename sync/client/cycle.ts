import { asked, type Session } from './session.ts';
import type { HelloAnswer } from '../protocol/messages.ts';
import { protocolVersion } from '../protocol/messages.ts';
import type { SyncMutants } from '../core/sync-mutants.ts';
import { ask, Refusal } from './ask.ts';
import { type Engine, store } from './effects.ts';
import { OtherChain } from './other-chain.ts';
import type { Pace } from './pace.ts';
import { type Following, followingOf, pullAll } from './pull.ts';
import { pushAll, type PushOptions } from './push.ts';
import { BadAnswer } from './bad-answer.ts';
import type { Standing } from './store-calls.ts';

export interface CycleOptions {
  readonly app: string;
  /** The laptop's clock in milliseconds. */
  readonly now: () => number;
  readonly pace: Pace;
  /** Only greet: the policy is taken up, and nothing is sent or fetched. */
  readonly onlyGreet?: boolean;
  /** A page is pulled after so many pushes, where more than one is left; 5 unless told. */
  readonly pushesBetweenPulls?: number;
  readonly mutants?: SyncMutants;
}

/** `update`: the server needs a newer build than this one; `server-older`: the server is to be updated. */
export type CycleEnd =
  | 'done'
  | 'offline'
  | 'busy'
  | 'signed-out'
  | 'retired'
  | 'update'
  | 'server-older'
  | 'refused'
  | 'bad-answer';

/** What a cycle came to. `again`: more waits to be sent. */
export interface CycleReport {
  readonly end: CycleEnd;
  readonly again: boolean;
  readonly pushed: number;
  readonly pulled: number;
  /** Rows that a digest found to differ; more than none is worth a report. */
  readonly repaired: number;
  readonly pace: Pace;
  readonly message: string;
  readonly retryAfter: number | null;
  /** The server's clock minus this laptop's, in milliseconds. */
  readonly offset: number | null;
  /** With the end `retired`: what was shut out, and what becomes of the copy by the organisation's policy. */
  readonly revoked: Revocation | null;
}

/** Who is shut out of an organisation for good: this device, or the person. */
export interface Revocation {
  readonly what: 'device' | 'account';
  readonly onRevoke: 'keep_encrypted' | 'wipe';
}

interface Progress {
  pushed: number;
  pulled: number;
  repaired: number;
  offset: number | null;
  pace: Pace;
  /** What a cycle that came to its end has to say all the same. */
  remark: string;
}

/** A connection that greets anew more often than this in one cycle is one that cannot agree. */
const greetings = 4;
const stampsAtOnce = 1000;

/**
 * One cycle: greet; ask about what may be safe already, where numbers started anew; pushes, up to a number of them, with a page pulled between
 * some; pull until nothing more comes; compare digests. Every step is durable before the next, so that a cycle may end anywhere and the next one goes on.
 */
export function* cycle(options: CycleOptions): Engine<CycleReport> {
  const progress: Progress = {
    pushed: 0,
    pulled: 0,
    repaired: 0,
    offset: null,
    pace: options.pace,
    remark: '',
  };
  try {
    for (let at = 0; at < greetings; at += 1) {
      const again = yield* onceOrGreet(options, progress, at === 0);
      if (again !== 'greet') return report(progress, 'done', again === 'more', progress.remark);
    }
    return report(progress, 'refused', true, 'The server and this laptop do not agree on what was sent.');
  } catch (error) {
    if (error instanceof Refusal) return refused(progress, error);
    if (error instanceof BadAnswer) return report(progress, 'bad-answer', true, error.message);
    throw error;
  }
}

function report(
  progress: Progress,
  end: CycleEnd,
  again: boolean,
  message = '',
  retryAfter: number | null = null,
  revoked: Revocation | null = null,
): CycleReport {
  const failures = end === 'done' ? 0 : progress.pace.failures + 1;
  const { remark: _, ...counts } = progress;
  return { ...counts, pace: { ...progress.pace, failures }, end, again, message, retryAfter, revoked };
}

function refused(progress: Progress, error: Refusal): CycleReport {
  const { message, retryAfter } = error;
  const end = endOf(error);
  return report(progress, end, true, message, retryAfter, end === 'retired' ? revocationIn(error) : null);
}

function endOf(error: Refusal): CycleEnd {
  const { status, code, details } = error;
  if (status === 0 || status >= 500) return 'offline';
  if (status === 401) return 'signed-out';
  if (status === 429) return 'busy';
  if (status === 426 || code === 'VERSION') {
    return Number(details['version'] ?? protocolVersion) < protocolVersion ? 'server-older' : 'update';
  }
  return code === 'CLIENT_RETIRED' && !isSpent(error) ? 'retired' : 'refused';
}

/** What the server said of a revocation; a client id that is merely spent is none. */
function revocationIn({ details }: Refusal): Revocation | null {
  const { what, onRevoke } = details;
  if (what !== 'device' && what !== 'account') return null;
  return { what, onRevoke: onRevoke === 'wipe' ? 'wipe' : 'keep_encrypted' };
}

function* onceOrGreet(
  options: CycleOptions,
  progress: Progress,
  isFirst: boolean,
): Engine<'done' | 'more' | 'greet'> {
  try {
    return yield* once(options, progress, isFirst);
  } catch (error) {
    if (error instanceof OtherChain) return 'greet';
    throw error;
  }
}

function* once(
  options: CycleOptions,
  progress: Progress,
  isFirst: boolean,
): Engine<'done' | 'more' | 'greet'> {
  const standing = yield* store('begin', null);
  const before = options.now();
  const hello = yield* greet(options, standing);
  if (typeof hello === 'string') {
    yield* store('reidentify', { epoch: hello === 'elsewhere' });
    return 'greet';
  }
  progress.offset = hello.serverNow - Math.floor((before + options.now()) / 2);
  const session: Session = { client: standing.client, hello };
  // Before anything is given up: what the server lost with a scope that it takes away has to be in the queue by then (I6).
  if (standing.asking) yield* askAboutStamps(session);
  const { road, want, refused: why } = yield* store('greeted', hello);
  if (road !== 'none') {
    yield* store('reidentify', { epoch: road === 'epoch' });
    return 'greet';
  }
  if (why !== null) throw new Refusal(403, 'DEVICE', why);
  if (options.onlyGreet === true) return 'done';
  const sentBefore = progress.pushed;
  const following = followingOf(session, want);
  const isTooOld = standing.schema < hello.schemaMinimum;
  const pushes = yield* pushAsFarAsAllowed(session, following, progress, {
    mutants: options.mutants,
    pushesBetweenPulls: isTooOld ? Infinity : options.pushesBetweenPulls,
    mayGreet: isFirst,
  });
  if (pushes === 'greet') return 'greet';
  // What was just made on the server is followed at once, so that what hangs on it, its files too, goes with this cycle.
  if (pushes === 'done' && progress.pushed > sentBefore && (yield* store('hasOpened', null))) return 'greet';
  if (isTooOld) {
    throw new Refusal(
      426,
      'VERSION',
      'This build is too old for what the server has now. What you did was sent; update to get what others did.',
    );
  }
  const pulls = yield* pullAll(session, following, progress);
  return pulls === 'greet' ? 'greet' : pushes;
}

/** Pushes. Somebody who only reads sends nothing and takes everything: what they did waits until they may write. */
function* pushAsFarAsAllowed(
  session: Session,
  following: Following,
  progress: Progress,
  options: PushOptions,
): Engine<'done' | 'more' | 'greet'> {
  try {
    return yield* pushAll(session, following, progress, options);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'FORBIDDEN' || error.details['needs'] !== 'write')
      throw error;
    progress.remark =
      'You may read here and not write. What you do stays on this laptop, and goes out once you have a role that writes.';
    return 'done';
  }
}

/** The answer to a greeting; `elsewhere` where the server has been another since, `spent` where this client's name is. */
function* greet(options: CycleOptions, standing: Standing): Engine<HelloAnswer | 'elsewhere' | 'spent'> {
  const { client, epoch, schema, lastMutation, lastHash, settled, have } = standing;
  try {
    return yield* ask('hello', {
      v: protocolVersion,
      client,
      epoch,
      app: options.app,
      schema,
      lastMutation,
      lastHash,
      settled,
      have: [...have],
      now: options.now(),
    });
  } catch (error) {
    if (error instanceof Refusal && isSpent(error)) return 'spent';
    if (error instanceof Refusal && startsAnew(error)) return 'elsewhere';
    throw error;
  }
}

/** A laptop that was away for long has been forgotten, and takes another name: nothing of its own is. */
function isSpent(error: Refusal): boolean {
  return error.code === 'CLIENT_RETIRED' && revocationIn(error) === null;
}

function startsAnew({ code }: Refusal): boolean {
  return code === 'EPOCH' || code === 'FORK' || code === 'GAP';
}

/** MR21: which of what waits does the server know already? */
function* askAboutStamps(session: Session): Engine<void> {
  let after = 0;
  for (;;) {
    const { stamps, last } = yield* store('unsettled', { after, limit: stampsAtOnce });
    const done = stamps.length < stampsAtOnce;
    const answer =
      stamps.length === 0 ? { known: {} } : yield* ask('stamps', { ...asked(session), stamps: [...stamps] });
    yield* store('known', { asked: stamps, answer, done });
    if (done) return;
    after = last;
  }
}
