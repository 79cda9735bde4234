import { sqlOf } from '../database/pool.ts';
import type { Identity } from './context.ts';
import { hashSecret, seal, unseal } from './secrets.ts';

const lifeMs = 10 * 60_000;
/** Beyond these the ones that end first are forgotten. */
const mostPending = 10_000;

/**
 * What a sign-in through an issuer leaves behind between two of its requests, for whichever process the next one comes to. It is good
 * once and for ten minutes. Of its key the hash is kept; its value is sealed, in the place of that key.
 */
export class PendingSignIns {
  readonly #identity: Identity;

  constructor(identity: Identity) {
    this.#identity = identity;
  }

  /** Keeps a value under a secret that nobody can guess. `step` tells what the secret may be used for. */
  async keep(step: string, secret: string, value: object): Promise<void> {
    const place = placeOf(step, secret);
    const now = this.#identity.now();
    const sql = sqlOf(this.#identity.pool);
    await sql.run('INSERT INTO governance.pending_sign_ins (key, sealed, until) VALUES ($1, $2, $3)', [
      place,
      seal(this.#identity.keys.sealing, place, JSON.stringify(value)),
      now + lifeMs,
    ]);
    await sql.run(
      `DELETE FROM governance.pending_sign_ins WHERE until < $1
         OR until < (SELECT until FROM governance.pending_sign_ins ORDER BY until DESC OFFSET $2 LIMIT 1)`,
      [now, mostPending - 1],
    );
  }

  /** The value that is kept under a secret, once; null where there is none, where it was taken before, or where it is too old. */
  async take(step: string, secret: string): Promise<unknown> {
    const place = placeOf(step, secret);
    const [taken] = await sqlOf(this.#identity.pool).rows<{ sealed: string; until: string }>(
      'DELETE FROM governance.pending_sign_ins WHERE key = $1 RETURNING sealed, until',
      [place],
    );
    if (taken === undefined || this.#identity.now() > Number(taken.until)) return null;
    return JSON.parse(unseal(this.#identity.keys.sealing, place, taken.sealed)) as unknown;
  }
}

function placeOf(step: string, secret: string): string {
  return hashSecret(`${step} ${secret}`);
}
