import { ServerError } from '../errors.ts';

interface Bucket {
  tokens: number;
  at: number;
}

/** How often something may happen: `burst` times at once, then once in `everyMs`. */
export interface Rate {
  readonly burst: number;
  readonly everyMs: number;
}

/** Token buckets by key, in memory, of a bounded number: the longest unused is forgotten first. */
export class Limiter {
  readonly #rate: Rate;
  readonly #now: () => number;
  readonly #most: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, now: () => number, most = 50_000) {
    this.#rate = rate;
    this.#now = now;
    this.#most = most;
  }

  /** Takes one token. Throws `BUSY` with the seconds to wait where there is none. */
  take(key: string): void {
    const bucket = this.#filled(key);
    if (bucket.tokens < 1) {
      const retryAfter = Math.ceil(((1 - bucket.tokens) * this.#rate.everyMs) / 1000);
      throw new ServerError('BUSY', `Too many attempts. Nothing was changed. Try again in ${retryAfter} s.`, {
        retryAfter,
      });
    }
    bucket.tokens -= 1;
  }

  /** Forgets what a key has used: it proved to be in its right. */
  clear(key: string): void {
    this.#buckets.delete(key);
  }

  #filled(key: string): Bucket {
    const now = this.#now();
    const known = this.#buckets.get(key);
    this.#buckets.delete(key);
    const gained = known === undefined ? 0 : Math.max(0, now - known.at) / this.#rate.everyMs;
    const tokens = known === undefined ? this.#rate.burst : Math.min(this.#rate.burst, known.tokens + gained);
    const bucket = { tokens, at: now };
    this.#buckets.set(key, bucket);
    const oldest = this.#buckets.keys().next();
    if (this.#buckets.size > this.#most && oldest.done !== true) this.#buckets.delete(oldest.value);
    return bucket;
  }
}
