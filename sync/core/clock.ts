import { decodeStamp, encodeStamp, maximumCounter, maximumMilliseconds } from './stamp.ts';
import type { SessionId, Stamp } from './stamp.ts';

/** The high-water mark of a file's clock, persisted in the transaction that uses the stamp. */
export interface Clock {
  readonly milliseconds: number;
  readonly counter: number;
}

/** A file that has written nothing yet. */
export const newClock: Clock = { milliseconds: 0, counter: 0 };

/** Last millisecond of the year 9999: beyond it a wall clock is broken, and the stamp still has room to carry. */
const lastRepresentable = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function isRepresentable(wall: number): boolean {
  return Number.isFinite(wall) && wall >= 0 && wall <= lastRepresentable;
}

function successor(clock: Clock): Clock {
  if (clock.counter < maximumCounter) return { ...clock, counter: clock.counter + 1 };
  if (clock.milliseconds >= maximumMilliseconds) throw new RangeError('The clock of this file has run out.');
  return { milliseconds: clock.milliseconds + 1, counter: 0 };
}

/**
 * The next stamp of a session and the mark to persist with it. `wall` is the computer's clock in milliseconds; a
 * value outside the years 1970 to 9999 is ignored, and one behind the mark only moves the counter.
 */
export function nextStamp(
  clock: Clock,
  wall: number,
  session: SessionId,
): { readonly stamp: Stamp; readonly clock: Clock } {
  const now = Math.floor(wall);
  const next =
    isRepresentable(wall) && now > clock.milliseconds ? { milliseconds: now, counter: 0 } : successor(clock);
  return { stamp: encodeStamp({ ...next, session }), clock: next };
}

/** How far past the trusted time pulling may move a clock, in milliseconds. */
export const pullAllowance = 60_000;

/**
 * The mark after a stamp from elsewhere has been applied. `trustedNow` is the server's time where there is one and
 * the wall clock otherwise; the mark never passes it by more than the allowance, and never goes back.
 */
export function observeStamp(clock: Clock, stamp: Stamp, trustedNow: number): Clock {
  if (!isRepresentable(trustedNow)) return clock;
  const seen = decodeStamp(stamp);
  const cap = Math.floor(trustedNow) + pullAllowance;
  const milliseconds = Math.min(seen.milliseconds, cap);
  const counter = seen.milliseconds <= cap ? seen.counter : 0;
  const ahead =
    milliseconds > clock.milliseconds || (milliseconds === clock.milliseconds && counter > clock.counter);
  return ahead ? { milliseconds, counter } : clock;
}
