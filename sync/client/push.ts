import { readReply, Refusal } from './ask.ts';
import { both, type Engine, type Reply, type ServerEffect, store } from './effects.ts';
import { faster, type Pace, slower } from './pace.ts';
import { pushText } from '../protocol/push-lines.ts';
import { asked, type Session } from './session.ts';
import type { OutgoingBatch } from './store-calls.ts';

const pushesAtOnce = 5;

/** What a run of pushes moves on. */
export interface PushProgress {
  pushed: number;
  pace: Pace;
}

/**
 * Sends what waits, up to five batches. While the server works on one, the file makes the next: its numbers and hashes follow on from
 * those that are on their way, whatever becomes of these. `greet`: the chain does not go on under this client.
 */
export function* pushAll(session: Session, progress: PushProgress): Engine<'done' | 'more' | 'greet'> {
  let batch = yield* store('takeBatch', { ...sizeOf(session, progress), after: '0' });
  for (let left = pushesAtOnce; left > 0; left -= 1) {
    if (batch === null) return 'done';
    if (batch.client !== session.client) return 'greet';
    const sent = pushMessage(session, batch);
    let next: OutgoingBatch | null | undefined;
    let reply: Reply;
    if (left > 1) {
      const answers = yield* both(sent, 'takeBatch', { ...sizeOf(session, progress), after: batch.last });
      ({ reply, result: next } = answers);
    } else reply = (yield sent) as Reply;
    const end = yield* takeAnswer(reply, batch, progress);
    if (end === 'greet') return 'greet';
    if (left > 1) {
      // What did not go through is taken again, in smaller pieces.
      batch =
        end === 'taken' && next !== undefined
          ? next
          : yield* store('takeBatch', { ...sizeOf(session, progress), after: '0' });
    }
  }
  return 'more';
}

function sizeOf({ hello: { limits } }: Session, { pace }: PushProgress) {
  return { count: Math.min(pace.batch, limits.pushMutations), bytes: limits.pushBytes };
}

function* takeAnswer(
  reply: Reply,
  batch: OutgoingBatch,
  progress: PushProgress,
): Engine<'taken' | 'smaller' | 'greet'> {
  try {
    yield* store('pushed', readReply('push', reply));
    progress.pushed += batch.texts.length;
    progress.pace = faster(progress.pace);
    return 'taken';
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
