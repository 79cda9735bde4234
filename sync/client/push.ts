import { readReply, Refusal } from './ask.ts';
import type { PushAnswer } from '../protocol/messages.ts';
import { both, type Engine, type Reply, type ServerEffect, store } from './effects.ts';
import { faster, type Pace, slower } from './pace.ts';
import { pushText } from '../protocol/push-lines.ts';
import { asked, type Session } from './session.ts';
import type { OutgoingBatch, TakeBatch } from './store-calls.ts';

/** A cycle pulls after so many pushes: what others did does not wait for all that a laptop has to send. */
const pushesAtOnce = 20;
/**
 * Bytes of a push at most. Many rows share its commit, and while the database works on one, the file and the network have the next in
 * hand: larger ones only make them wait for each other.
 */
const pushBytes = 2 * 1024 * 1024;

/** What a run of pushes moves on. */
export interface PushProgress {
  pushed: number;
  pace: Pace;
}

/**
 * Sends what waits, in batches. While the server works on one, the file takes up the answer to the one before and makes the next: its
 * numbers and hashes follow on from those that are on their way, whatever becomes of these. `greet`: the chain does not go on under this
 * client.
 */
export function* pushAll(session: Session, progress: PushProgress): Engine<'done' | 'more' | 'greet'> {
  const begin = () => store('takeBatch', { ...sizeOf(session, progress), after: '0', answered: null });
  let answered: PushAnswer | null = null;
  let batch: OutgoingBatch | null = yield* begin();
  for (let left = pushesAtOnce; batch !== null && left > 0; left -= 1) {
    if (batch.client !== session.client) return 'greet';
    // After the last of them nothing more is numbered.
    const size = left > 1 ? sizeOf(session, progress) : { count: 0, bytes: 0 };
    const sent = pushMessage(session, batch);
    const beside: TakeBatch = { ...size, after: batch.last, answered };
    const { reply, result } = yield* both(sent, 'takeBatch', beside);
    const end: PushAnswer | 'smaller' | 'greet' = yield* answerTo(reply, batch, progress);
    if (end === 'greet') return 'greet';
    answered = end === 'smaller' ? null : end;
    // What did not go through is taken again, in smaller pieces.
    batch = end === 'smaller' ? yield* begin() : left > 1 ? result : batch;
  }
  if (answered !== null) yield* store('pushed', answered);
  return batch === null ? 'done' : 'more';
}

function sizeOf({ hello: { limits } }: Session, { pace }: PushProgress): Pick<TakeBatch, 'count' | 'bytes'> {
  return {
    count: Math.min(pace.batch, limits.pushMutations),
    bytes: Math.min(pushBytes, limits.pushBytes),
  };
}

function* answerTo(
  reply: Reply,
  batch: OutgoingBatch,
  progress: PushProgress,
): Engine<PushAnswer | 'smaller' | 'greet'> {
  try {
    const answer = readReply('push', reply);
    progress.pushed += batch.texts.length;
    progress.pace = faster(progress.pace);
    return answer;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
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
    return 'smaller';
  }
}

/** The message of a push: the texts that the hashes cover, as they are. */
export function pushMessage(session: Session, batch: OutgoingBatch): ServerEffect {
  const { first, previousHash, hash, texts } = batch;
  const head = { ...asked(session), first, previousHash, hash };
  return { to: 'server', call: 'push', text: pushText(head, texts) };
}
