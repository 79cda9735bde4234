import { setTimeout as pause } from 'node:timers/promises';
import { cycle, type CycleOptions, type CycleReport } from '../../../sync/client/cycle.ts';
import type { Effect, Reply, StoreEffect } from '../../../sync/client/effects.ts';
import type { ServerConnection } from '../../outbound/server-connection.ts';
import type { DataThreads } from '../data/threads.ts';

export interface DriveOptions {
  readonly data: DataThreads;
  readonly connection: ServerConnection;
  readonly cycle: CycleOptions;
  /** Ends the cycle between two steps, or the message that is on its way. */
  readonly signal: AbortSignal;
  /** A transaction on the file is done. */
  readonly onStored: (effect: StoreEffect, answer: unknown) => void;
}

/** Drives the engine through one cycle: transactions on the file go to the writer, messages to the server. Rejects where it is ended. */
export async function driveCycle(options: DriveOptions): Promise<CycleReport> {
  const { data, connection, signal, onStored } = options;
  const onTheirWay: Promise<Reply>[] = [];
  const perform = async (effect: Effect): Promise<unknown> => {
    if (effect.to === 'server') return connection.send(effect.call, effect.text, signal);
    if (effect.to === 'send') {
      const reply = connection.send(effect.message.call, effect.message.text, signal);
      // Who receives hears of a failure; where the cycle has ended meanwhile, nobody does.
      reply.catch(() => undefined);
      onTheirWay.push(reply);
      return undefined;
    }
    if (effect.to === 'receive') return onTheirWay.shift();
    const answer = await data.writer.call('sync.store', { call: effect.call, input: effect.input });
    onStored(effect, answer);
    return answer;
  };
  const engine = cycle(options.cycle);
  let step = engine.next();
  while (step.done !== true) {
    signal.throwIfAborted();
    step = engine.next(await perform(step.value));
    // Other work of this process goes on between two steps.
    await pause(0);
  }
  return step.value;
}
