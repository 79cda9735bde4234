import type { Reply, ServerCall } from '../../../sync/client/effects.ts';
import { chainHash } from '../../../sync/core/chain.ts';
import { millisecondsOf } from '../../../sync/core/stamp.ts';
import type { MutationResult, PullRequest, PullTrailer } from '../../../sync/protocol/messages.ts';
import type { PushRequest } from '../../../sync/protocol/push-lines.ts';
import { RequestRefused } from '../../../sync/server/feed/environment.ts';
import type { ModelTenant } from './model-tenant.ts';

/** Mistakes in what a server makes of messages, planted to prove that the simulator notices them. */
export interface EdgeMutants {
  /** The cursor goes to the tenant's counter, though the page does not reach it. */
  readonly cursorToHead?: boolean;
  /** A scope that is fetched from its beginning is followed from the counter of a later moment than that of its copy. */
  readonly seamAtHead?: boolean;
  /** Numbers alone say what came before: their hashes are not compared. */
  readonly hashesIgnored?: boolean;
  /** What was accepted before is refused when it comes again. */
  readonly repeatRefused?: boolean;
  /** A push whose clock is off by more than five minutes is refused. */
  readonly driftRefused?: boolean;
  /** Rows come without the bodies that they name. */
  readonly bodiesForgotten?: boolean;
}

const fiveMinutes = 300_000;

/** What is left of a push, and what is said of the rest without having looked at it. */
export interface MistakenPush {
  readonly request: PushRequest | null;
  readonly said: readonly MutationResult[];
}

/** The push as a server with these mistakes takes it. */
export function mistakenPush(
  request: PushRequest,
  tenant: ModelTenant,
  now: number,
  mutants: EdgeMutants,
  sha256: (text: string) => string,
): MistakenPush {
  const client = tenant.clients.get(request.client);
  const known = client?.lastMutation ?? 0n;
  if (mutants.repeatRefused === true && client !== undefined && BigInt(request.first) <= known)
    throw new RequestRefused('BAD_REQUEST', 'These edits came before.');
  const isOff = request.transactions.some(({ tx }) => Math.abs(millisecondsOf(tx.stamp) - now) > fiveMinutes);
  if (mutants.driftRefused === true && isOff) throw new RequestRefused('BAD_REQUEST', 'The clock is off.');
  if (mutants.hashesIgnored !== true || client === undefined) return { request, said: [] };
  const first = BigInt(request.first);
  const numbers = request.transactions.map((_, at) => first + BigInt(at));
  const said = numbers
    .filter((m) => m <= known)
    .map((m): MutationResult => ({ m: String(m), st: 'applied', seq: String(tenant.head) }));
  const transactions = request.transactions.slice(said.length);
  const next = numbers[said.length];
  if (next === undefined) return { request: null, said };
  const hash = transactions.reduce((before, { text }) => chainHash(before, text, sha256), client.lastHash);
  const rest = { ...request, first: String(next), previousHash: client.lastHash, transactions, hash };
  return { request: rest, said };
}

/** The answer as a server with these mistakes gives it. */
export function mistakenReply(
  call: ServerCall,
  request: PullRequest | null,
  reply: Reply,
  tenant: ModelTenant,
  mutants: EdgeMutants,
): Reply {
  if (reply === null || reply.status !== 200 || call !== 'pull' || request === null) return reply;
  const lines = reply.text.trimEnd().split('\n');
  const kept = mutants.bodiesForgotten === true ? lines.filter((line) => !line.startsWith('{"b":')) : lines;
  const { trailer } = JSON.parse(kept.pop() ?? '') as { trailer: PullTrailer };
  const skips = ({ seq }: { readonly seq: string }) =>
    (mutants.cursorToHead === true && trailer.more) || (mutants.seamAtHead === true && seq === '0');
  const next = Object.fromEntries(
    Object.entries(trailer.next).map(([scope, seq]) => {
      const want = request.want.find((each) => each.scope === scope);
      return [scope, want !== undefined && skips(want) ? String(tenant.head) : seq];
    }),
  );
  return { ...reply, text: [...kept, JSON.stringify({ trailer: { ...trailer, next } }), ''].join('\n') };
}
