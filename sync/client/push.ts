import { noSyncMutants, type SyncMutants } from '../core/sync-mutants.ts';
import { readReply, Refusal } from './ask.ts';
import type { PushAnswer } from '../protocol/messages.ts';
import { type Engine, receive, send, type ServerEffect, store } from './effects.ts';
import { faster, type Pace, slower } from './pace.ts';
import { pushText } from '../protocol/push-lines.ts';
import { applyBetween, askBetween, type PullsBetween } from './pull-between.ts';
import type { Following } from './pull.ts';
import { asked, type Session } from './session.ts';
import type { OutgoingBatch, TakeBatch } from './store-calls.ts';

/** A cycle greets anew, and takes all that is new, after so many pushes, of 64 MiB at most. */
const pushesAtOnce = 32;
/**
 * One page is pulled after so many pushes: what others did does not wait for all that a laptop has to send, and after the last push there
 * is little left of its own to be confirmed.
 */
const pushesBetween = 5;
/** Pushes that are on their way at once, at most: the server reads one while its database writes the one before. */
const window = 2;
/**
 * Bytes of a push at most. Many rows share its commit, and while the database works on one, the file and the network have the next in
 * hand: larger ones only make them wait for each other.
 */
const pushBytes = 2 * 1024 * 1024;

/** What a run of pushes moves on, with the pulls between them. */
export interface PushProgress {
  pushed: number;
  pulled: number;
  pace: Pace;
}

/** `mayGreet`: what was made here and is on the server by now is followed at once, by another greeting before the rest is sent. */
export interface PushOptions {
  readonly mutants: SyncMutants | undefined;
  readonly pushesBetweenPulls: number | undefined;
  readonly mayGreet: boolean;
}

/** A push on its way. `isBehind`: another had no answer when it was sent, and may arrive after it. */
interface Sent {
  readonly batch: OutgoingBatch;
  readonly isBehind: boolean;
}

/** What became of a push: its answer; `again`: it is sent again, in another way; `greet`: the chain does not go on under this client. */
type Outcome = PushAnswer | 'again' | 'greet';

/** A run of pushes under way, and what of it is on its way, oldest first. */
interface PushRun {
  readonly session: Session;
  readonly progress: PushProgress;
  readonly sent: Sent[];
  readonly between: PullsBetween;
  readonly mayGreet: boolean;
  readonly mutants: SyncMutants;
  readonly pushesBetweenPulls: number;
  /** Pushes until a page is pulled. */
  untilPull: number;
  /** One has overtaken the one before it: others would, and every second push would be sent twice. */
  isOvertaking: boolean;
}

/**
 * Sends what waits, in batches. While the server works on some, the file takes up the answer to the one before and makes the next: its
 * numbers and hashes follow on from those that are on their way, whatever becomes of these. Answers count in the order of the pushes:
 * behind one that did not go through none is taken up, and what stands there is sent again (P33). `greet`: the chain does not go on under
 * this client.
 */
export function* pushAll(
  session: Session,
  following: Following,
  progress: PushProgress,
  { mutants = noSyncMutants, pushesBetweenPulls = pushesBetween, mayGreet }: PushOptions,
): Engine<'done' | 'more' | 'greet'> {
  const between: PullsBetween = { session, following, page: null, isOver: false };
  const run: PushRun = {
    session,
    progress,
    sent: [],
    between,
    mayGreet,
    mutants,
    pushesBetweenPulls,
    untilPull: pushesBetweenPulls,
    isOvertaking: false,
  };
  try {
    const end = yield* pushInOrder(run);
    yield* giveUp(run);
    return end;
  } catch (error) {
    yield* giveUp(run);
    throw error;
  }
}

function* pushInOrder(run: PushRun): Engine<'done' | 'more' | 'greet'> {
  const { session, progress, sent, between } = run;
  const take = (after: string, answered: PushAnswer | null) =>
    store('takeBatch', { ...sizeOf(session, progress), after, answered });
  let left = pushesAtOnce;
  let answered: PushAnswer | null = null;
  let next = yield* take('0', null);
  while (sent.length > 0 || (next !== null && left > 0)) {
    if (next !== null && left > 0 && mayGo(next, run)) {
      if (next.client !== session.client) return 'greet';
      yield* send(pushMessage(session, next));
      sent.push({ batch: next, isBehind: sent.length > 0 });
      left -= 1;
      run.untilPull -= 1;
      // After the last of them nothing more is numbered.
      if (left === 0) continue;
      next = yield* take(next.last, answered);
      answered = null;
      continue;
    }
    // Before another answer is taken up: the page ends with the last one that was (P30).
    if (between.page !== null) {
      progress.pulled += yield* applyBetween(between);
      continue;
    }
    if (answered !== null) yield* store('pushed', answered);
    answered = null;
    if (sent.length === 0) {
      run.untilPull = run.pushesBetweenPulls;
      if (run.mayGreet && (yield* store('hasOpened', null))) return 'greet';
      yield* askBetween(between);
      continue;
    }
    const outcome: Outcome = yield* outcomeOfOldest(run);
    if (outcome === 'greet') return 'greet';
    if (outcome === 'again') {
      yield* giveUp(run);
      next = yield* take('0', null);
    } else answered = outcome;
  }
  if (answered !== null) yield* store('pushed', answered);
  return left > 0 ? 'done' : 'more';
}

/**
 * One goes along with another only where more than it waits, where none of this run has overtaken the one before it, and where the last
 * cycle went well: over a slow line they share its width. None goes where a page is to be asked for first.
 */
function mayGo({ isFull }: OutgoingBatch, run: PushRun): boolean {
  const { sent, progress, untilPull, between, isOvertaking } = run;
  if (isFull && untilPull <= 0 && !between.isOver) return false;
  if (sent.length === 0) return true;
  return isFull && sent.length < window && !isOvertaking && progress.pace.failures === 0;
}

function sizeOf({ hello: { limits } }: Session, { pace }: PushProgress): Pick<TakeBatch, 'count' | 'bytes'> {
  return {
    count: Math.min(pace.batch, limits.pushMutations),
    bytes: Math.min(pushBytes, limits.pushBytes),
  };
}

/** Nothing on its way counts any more: its answers are heard, and not taken up. */
function* giveUp({ sent, mutants }: PushRun): Engine<void> {
  for (; sent.length > 0; sent.shift()) {
    const reply = yield* receive();
    if (mutants.laterAnswerCovers === true && reply?.status === 200)
      yield* store('pushed', readReply('push', reply));
  }
}

/** What became of the oldest push on its way. */
function* outcomeOfOldest(run: PushRun): Engine<Outcome> {
  const { progress, sent, mutants } = run;
  const reply = yield* receive();
  const oldest = sent.shift();
  if (oldest === undefined) throw new Error('No push is on its way.');
  const { batch, isBehind } = oldest;
  try {
    const answer = readReply('push', reply);
    progress.pushed += batch.texts.length;
    progress.pace = faster(progress.pace);
    return answer;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // It arrived before the one that it stands behind.
    if (error.code === 'GAP' && isBehind && mutants.gapTakesRoad !== true) {
      run.isOvertaking = true;
      return 'again';
    }
    if (error.code === 'GAP' || error.code === 'FORK' || error.code === 'EPOCH') {
      yield* store('reidentify', { epoch: error.code === 'EPOCH' });
      return 'greet';
    }
    if (error.status !== 413) {
      if (error.status === 0) progress.pace = slower(progress.pace);
      throw error;
    }
    progress.pace = slower(progress.pace);
    if (batch.texts.length === 1) yield* store('tooLarge', null);
    return 'again';
  }
}

/** The message of a push: the texts that the hashes cover, as they are. */
export function pushMessage(session: Session, batch: OutgoingBatch): ServerEffect {
  const { first, previousHash, hash, texts } = batch;
  const head = { ...asked(session), first, previousHash, hash };
  return { to: 'server', call: 'push', text: pushText(head, texts) };
}
