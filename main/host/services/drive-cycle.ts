import { setTimeout as pause } from 'node:timers/promises';
import { cycle, type CycleOptions, type CycleReport } from '../../../sync/client/cycle.ts';
import type { Effect, StoreEffect } from '../../../sync/client/effects.ts';
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
  const perform = async (effect: Effect): Promise<unknown> => {
    if (effect.to === 'server') return connection.send(effect.call, effect.text, signal);
    if (effect.to === 'both') {
      const [reply, result] = await Promise.all([perform(effect.server), perform(effect.store)]);
      return { reply, result };
    }
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
