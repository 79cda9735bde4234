/**
 * How much is sent at once and how long is waited: additive increase and multiplicative decrease for the batch, and exponential
 * back-off with full jitter for the wait. Pure: random numbers come in.
 */

export interface Pace {
  /** Transactions in one push. */
  readonly batch: number;
  /** Cycles that failed in a row. */
  readonly failures: number;
}

const smallest = 25;
const largest = 1000;
const step = 50;

export const firstPace: Pace = { batch: 200, failures: 0 };

/** After a push that went through. */
export function faster(pace: Pace): Pace {
  return { ...pace, batch: Math.min(largest, pace.batch + step) };
}

/** After a push that was too large or did not come back. A single transaction is the least. */
export function slower(pace: Pace): Pace {
  return { ...pace, batch: pace.batch <= smallest ? 1 : Math.max(smallest, Math.floor(pace.batch / 2)) };
}

const firstWait = 1000;
const longestWait = 300_000;

/** Milliseconds until the next try after failures in a row; `random` in [0, 1). What the server asks for is waited in any case. */
export function waitAfter(failures: number, random: number, retryAfterSeconds: number | null): number {
  const ceiling = Math.min(longestWait, firstWait * 2 ** Math.min(failures, 16));
  const least = (retryAfterSeconds ?? 0) * 1000;
  return Math.floor(Math.max(least, 250) + random * ceiling);
}
