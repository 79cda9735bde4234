import type { Worker } from 'node:cluster';

/** How often a process is asked for a sign, and how many signs in a row may fail to come. */
export interface Beats {
  readonly everyMs: number;
  readonly mayMiss: number;
}

/** Half a minute without a sign: the longest piece of work of a process that is well, one large push read on a slow machine, takes seconds. */
export const defaultBeats: Beats = { everyMs: 5_000, mayMiss: 6 };

/**
 * Asks a process for a sign, again and again, and ends it where none comes: it hangs, and would go on holding the connections that it has.
 * Signs are counted and not timed, so that a machine that slept does not make all of its processes late. `isSilent` is told before the end.
 */
export function endWhenSilent(
  worker: Worker,
  { everyMs, mayMiss }: Beats,
  ask: () => void,
  isSilent: () => void,
): { heard(): void } {
  let missed = 0;
  const beating = setInterval(() => {
    if (missed >= mayMiss) {
      clearInterval(beating);
      isSilent();
      worker.process.kill('SIGKILL');
      return;
    }
    missed += 1;
    ask();
  }, everyMs);
  worker.once('exit', () => clearInterval(beating));
  return {
    heard: () => {
      missed = 0;
    },
  };
}
