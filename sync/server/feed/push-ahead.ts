import { setImmediate } from 'node:timers/promises';
import { chainHash } from '../../core/chain.ts';
import type { ExchangedTransaction } from '../../protocol/exchange.ts';
import type { PushRequest } from '../../protocol/push-lines.ts';
import { type FeedEnvironment, RequestRefused } from './environment.ts';
import { FormsAhead } from './forms-ahead.ts';

/** A transaction under its number in its laptop's chain, with the chain's hash up to it. */
export interface Chained {
  readonly mutation: bigint;
  readonly tx: ExchangedTransaction;
  readonly hash: string;
}

/** What follows from a push by itself: the hashes of its chain, and forms of new rows as far as they were made. */
export interface PushAhead {
  readonly chain: readonly Chained[];
  readonly forms: FormsAhead;
}

/** Rows after which others have a turn on the thread. */
const rowsAtOnce = 200;

/** The chain of a push alone: its rows are made where they are written. Throws `RequestRefused` where the chain does not fit together. */
export function chainedPush(environment: FeedEnvironment, request: PushRequest): PushAhead {
  return { chain: chainOf(request, environment), forms: new FormsAhead(environment) };
}

/**
 * All that does not depend on what came before, made while the push before waits for the database: in parts, between which others have
 * their turn. Throws as `chainedPush` does.
 */
export async function pushAhead(environment: FeedEnvironment, request: PushRequest): Promise<PushAhead> {
  const ahead = chainedPush(environment, request);
  let rows = 0;
  for (const { tx } of ahead.chain) {
    ahead.forms.make(tx);
    rows += tx.entries.length;
    if (rows < rowsAtOnce) continue;
    rows = 0;
    await setImmediate();
  }
  return ahead;
}

/** The mutations with the hashes of their chain, which cover the texts that came; refused where the last one does not fit. */
function chainOf(request: PushRequest, environment: FeedEnvironment): Chained[] {
  if (request.transactions.length > environment.limits.pushMutations) {
    throw new RequestRefused('TOO_LARGE', 'The push holds too many edits at once. Send fewer.', {
      pushMutations: environment.limits.pushMutations,
    });
  }
  let hash = request.previousHash;
  const first = BigInt(request.first);
  const chain = request.transactions.map(({ text, tx }, at): Chained => {
    hash = chainHash(hash, text, environment.sha256);
    return { mutation: first + BigInt(at), tx, hash };
  });
  if (hash !== request.hash) {
    throw new RequestRefused('BAD_REQUEST', 'The push did not arrive as it was sent. Send it again.');
  }
  return chain;
}
