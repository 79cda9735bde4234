import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { ExchangedTransaction } from '../../../sync/protocol/exchange.ts';
import type { Reply, ServerCall } from '../../../sync/client/effects.ts';
import {
  digestRequestSchema,
  helloRequestSchema,
  pullRequestSchema,
  rowsRequestSchema,
  stampsRequestSchema,
} from '../../../sync/protocol/messages.ts';
import { type PushRequest, readPush } from '../../../sync/protocol/push-lines.ts';
import {
  defaultLimits,
  type FeedEnvironment,
  type FeedLimits,
  type Principal,
  RequestRefused,
} from '../../../sync/server/feed/environment.ts';
import { hello } from '../../../sync/server/feed/hello.ts';
import { pull } from '../../../sync/server/feed/pull.ts';
import { push } from '../../../sync/server/feed/push.ts';
import { pushAhead } from '../../../sync/server/feed/push-ahead.ts';
import { digest, rows, stamps } from '../../../sync/server/feed/repair.ts';
import { replayPurges } from '../../../sync/server/feed/replay-purges.ts';
import type { RowKey, ServerStore } from '../../../sync/server/feed/store.ts';
import { tenantId } from './device.ts';
import { type EdgeMutants, mistakenPush, mistakenReply } from './edge-mistakes.ts';
import { type ModelStore, otherTenantId, ServerCrashed } from './model-store.ts';

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** The server's edge: messages in, messages out, over the feed's own functions. */
export class Edge {
  readonly store: ModelStore;
  readonly #environment: FeedEnvironment;
  readonly #mutants: EdgeMutants;
  /** Every transaction that arrived, by its stamp, as it came last. */
  readonly sent = new Map<string, ExchangedTransaction>();
  /** Ids of purged rows, outside every backup. */
  readonly ledger: RowKey[] = [];
  /** The oldest build to which this server gives rows (P23). */
  schemaMinimum = defaultLimits.schemaMinimum;

  constructor(
    store: ModelStore,
    now: () => number,
    mutants: EdgeMutants = {},
    limits: Partial<FeedLimits> = {},
  ) {
    this.store = store;
    this.#mutants = mutants;
    this.#environment = {
      now,
      sha256,
      salt: () => 'salt-of-the-test',
      limits: { ...defaultLimits, pullRows: 12, pushMutations: 20, ...limits },
      ledger: {
        append: async (_tenant, purged) => {
          this.ledger.push(...purged);
        },
      },
    };
  }

  /** Answers one message of a person. Never throws for anything that arrives. */
  answer(user: string, call: ServerCall, text: string): Promise<Reply> {
    return this.answerOver(this.store, user, call, text);
  }

  /** Answers one message of a person over another store of the same tenant. Throws what that store throws. */
  async answerOver(store: ServerStore, user: string, call: ServerCall, text: string): Promise<Reply> {
    const principal: Principal = { tenant: tenantId, user };
    try {
      return await this.#dispatch(store, principal, call, text);
    } catch (error) {
      // A server that ends in the middle of its work answers nothing and has done nothing.
      if (error instanceof ServerCrashed) return null;
      if (!(error instanceof RequestRefused)) throw error;
      const { status, code, message } = error;
      return { status, text: JSON.stringify({ code, message }) };
    }
  }

  /** What was purged after the state that the store has now is purged again. */
  replayLedger(store: ServerStore = this.store): Promise<number> {
    return replayPurges(store, this.#environmentOf(store), tenantId, this.ledger);
  }

  /** Answers a message as a person of another organisation of the same server gets it answered. */
  async answerElsewhere(call: ServerCall, text: string): Promise<Reply> {
    const principal: Principal = { tenant: otherTenantId, user: otherTenantId };
    try {
      return await this.#dispatch(this.store, principal, call, text);
    } catch (error) {
      if (error instanceof RequestRefused)
        return { status: error.status, text: JSON.stringify({ code: error.code }) };
      throw error;
    }
  }

  /** What a store's feed takes from outside. What another store purges is in the ledger already. */
  #environmentOf(store: ServerStore): FeedEnvironment {
    const limits = { ...this.#environment.limits, schemaMinimum: this.schemaMinimum };
    const ledger = store === this.store ? this.#environment.ledger : { append: async () => undefined };
    return { ...this.#environment, limits, ledger };
  }

  /**
   * What a push held that the server did not refuse as a whole. One that it did refuse is not what its laptop said last: it may be older
   * than a restore, and come late. What the server had taken before stands as it was sent then: a copy of a file may say it with more hidden.
   */
  #noteSent(principal: Principal, { transactions }: PushRequest, taken: ReadonlySet<string>): void {
    if (principal.tenant !== tenantId) return;
    for (const { tx } of transactions)
      if (!taken.has(tx.stamp) || !this.sent.has(tx.stamp)) this.sent.set(tx.stamp, tx);
  }

  async #dispatch(store: ServerStore, principal: Principal, call: ServerCall, text: string): Promise<Reply> {
    const { tenant } = this.store;
    const environment = this.#environmentOf(store);
    switch (call) {
      case 'hello':
        return json(await hello(store, environment, principal, read(helloRequestSchema, text)));
      case 'push': {
        const asked = readPush(text);
        if (!asked.success) throw new RequestRefused('BAD_REQUEST', `${asked.at}: ${asked.problem}`);
        const request = asked.data;
        const before = new Set(
          tenant.results.filter(({ status }) => status !== 'refused').map(({ stamp }) => stamp),
        );
        const taken = mistakenPush(request, tenant, environment.now(), this.#mutants, sha256);
        if (taken.request === null) {
          this.#noteSent(principal, request, before);
          const { lastMutation, lastHash } = tenant.clients.get(request.client) ?? {
            lastMutation: 0n,
            lastHash: '',
          };
          return json({ lastMutation: String(lastMutation), lastHash, results: taken.said });
        }
        const ahead = await pushAhead(environment, taken.request);
        const pushed = push(store, environment, principal, taken.request, ahead);
        const answer = await pushed.catch((error: unknown) => {
          // Where the server stops, it may have taken it.
          if (!(error instanceof RequestRefused)) this.#noteSent(principal, request, before);
          throw error;
        });
        this.#noteSent(principal, request, before);
        return json({ ...answer, results: [...taken.said, ...answer.results] });
      }
      case 'pull': {
        const request = read(pullRequestSchema, text);
        const reply = lines(await pull(store, environment, principal, request));
        return mistakenReply(call, request, reply, tenant, this.#mutants);
      }
      case 'digest':
        return json(await digest(store, principal, read(digestRequestSchema, text)));
      case 'rows':
        return lines(await rows(store, this.#environment, principal, read(rowsRequestSchema, text)));
      case 'stamps':
        return json(await stamps(store, principal, read(stampsRequestSchema, text)));
    }
  }
}

function read<T>(schema: z.ZodType<T>, text: string): T {
  const parsed = schema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new RequestRefused('BAD_REQUEST', parsed.error.issues[0]?.message ?? 'Not of the protocol.');
}

function json(value: unknown): Reply {
  return { status: 200, text: JSON.stringify(value) };
}

function lines(all: readonly string[]): Reply {
  return { status: 200, text: all.map((line) => `${line}\n`).join('') };
}
