import { sqlOf } from '../database/pool.ts';
import { ServerError } from '../errors.ts';
import type { Identity } from './context.ts';
import { hashSecret } from './secrets.ts';

/** How often something may be tried: `burst` times at once, then once in `everyMs`. */
export interface Rate {
  readonly burst: number;
  readonly everyMs: number;
}

/** What nobody has to remember any more is forgotten at most this often by one process. */
const forgetEveryMs = 60_000;

/**
 * Tries counted by key for all processes over one database together, so that more processes are no more tries. One number says it all:
 * when a key has its whole burst again (the generic cell rate algorithm, ITU-T I.371). Keys stand as hashes: what people type into the
 * wrong field is kept nowhere.
 */
export class Attempts {
  readonly #identity: Pick<Identity, 'pool' | 'now'>;
  readonly #what: string;
  readonly #rate: Rate;
  #forgotAt = Number.NEGATIVE_INFINITY;

  /** `what` tells one count from another. */
  constructor(identity: Pick<Identity, 'pool' | 'now'>, what: string, rate: Rate) {
    this.#identity = identity;
    this.#what = what;
    this.#rate = rate;
  }

  /** Takes one try. Throws `BUSY` with the seconds to wait where there is none; the wait is no longer for having tried. */
  async take(key: string): Promise<void> {
    const sql = sqlOf(this.#identity.pool);
    const { burst, everyMs } = this.#rate;
    const [name, now, ahead] = [this.#name(key), this.#identity.now(), (burst - 1) * everyMs];
    await this.#forget(now);
    const taken = await sql.run(
      `INSERT INTO governance.attempts AS known (key, whole_at) VALUES ($1, $2::bigint + $3::bigint)
       ON CONFLICT (key) DO UPDATE SET whole_at = greatest(known.whole_at, $2) + $3 WHERE known.whole_at <= $2 + $4::bigint`,
      [name, now, everyMs, ahead],
    );
    if (taken > 0) return;
    const known = await sql.first<{ whole_at: string }>(
      'SELECT whole_at FROM governance.attempts WHERE key = $1',
      [name],
    );
    const retryAfter = Math.max(1, Math.ceil((Number(known?.whole_at ?? 0) - ahead - now) / 1000));
    throw new ServerError('BUSY', `Too many attempts. Nothing was changed. Try again in ${retryAfter} s.`, {
      retryAfter,
    });
  }

  /** Forgets what a key has used: it proved to be in its right. */
  async clear(key: string): Promise<void> {
    await sqlOf(this.#identity.pool).run('DELETE FROM governance.attempts WHERE key = $1', [this.#name(key)]);
  }

  #name(key: string): string {
    return hashSecret(`${this.#what} ${key}`);
  }

  /** Whoever has their whole burst is like somebody who has tried nothing. This also bounds the table. */
  async #forget(now: number): Promise<void> {
    if (now - this.#forgotAt < forgetEveryMs) return;
    this.#forgotAt = now;
    await sqlOf(this.#identity.pool).run('DELETE FROM governance.attempts WHERE whole_at <= $1', [now]);
  }
}
