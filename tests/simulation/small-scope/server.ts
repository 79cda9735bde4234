import { createHash } from 'node:crypto';
import type { Reply, ServerCall } from '../../../sync/client/effects.ts';
import type { ExchangedTransaction } from '../../../sync/protocol/exchange.ts';
import type { FeedLimits } from '../../../sync/server/feed/environment.ts';
import { Edge } from '../sync/edge.ts';
import type { EdgeMutants } from '../sync/edge-mistakes.ts';
import { numberFaults, resultFaults } from '../sync/invariants.ts';
import { ModelStore } from '../sync/model-store.ts';
import type { ModelTenant } from '../sync/model-tenant.ts';
import { restore } from '../sync/restore.ts';
import type { StoreMutants } from '../sync/store-mistakes.ts';

/** The server between two messages, as a value, with every transaction that ever reached it. */
export interface ServerState {
  readonly key: string;
  readonly tenant: ModelTenant;
  readonly sent: ReadonlyMap<string, ExchangedTransaction>;
  readonly faults: readonly string[];
}

/** A message of a laptop. */
export interface Message {
  readonly from: string;
  readonly user: string;
  readonly call: ServerCall;
  readonly text: string;
}

export interface Exchange {
  readonly server: ServerState;
  readonly reply: Reply;
}

/** The server's clock, which stands still. */
const now = Date.UTC(2026, 1, 1);

/** Answers messages by the feed's own functions, each message in each state once. */
export class Servers {
  readonly #edge: Edge;
  readonly #known = new Map<string, Promise<Exchange>>();

  constructor(limits: Partial<FeedLimits>, mutants: { server?: StoreMutants; edge?: EdgeMutants }) {
    this.#edge = new Edge(new ModelStore('', mutants.server ?? {}), () => now, mutants.edge ?? {}, limits);
  }

  /** How many messages the code itself answered. */
  get answered(): number {
    return this.#known.size;
  }

  first(tenant: ModelTenant): ServerState {
    this.#edge.store.tenant.become(tenant);
    this.#edge.sent.clear();
    return this.#state();
  }

  answer(server: ServerState, { user, call, text }: Message): Promise<Exchange> {
    const name = `${server.key} ${user} ${call} ${text}`;
    const known = this.#known.get(name) ?? this.#answer(server, user, call, text);
    this.#known.set(name, known);
    return known;
  }

  /** The server as it was, under a new epoch; what reached it in the meantime is known to whoever sent it. */
  async restored(server: ServerState, older: ServerState, epoch: string): Promise<ServerState> {
    this.#take(server);
    await restore(this.#edge, older.tenant, epoch);
    return this.#state();
  }

  async #answer(server: ServerState, user: string, call: ServerCall, text: string): Promise<Exchange> {
    this.#take(server);
    try {
      const reply = await this.#edge.answer(user, call, text);
      const after = this.#state();
      return { server: after.key === server.key ? server : after, reply };
    } catch (error) {
      return { server: { ...server, faults: [`${call} threw ${String(error)}`] }, reply: null };
    }
  }

  #take({ tenant, sent }: ServerState): void {
    this.#edge.store.tenant.become(tenant);
    this.#edge.sent.clear();
    for (const [stamp, tx] of sent) this.#edge.sent.set(stamp, tx);
  }

  #state(): ServerState {
    const tenant = this.#edge.store.tenant.copy();
    const sent = new Map(this.#edge.sent);
    const text = JSON.stringify([tenant, sent], plain);
    const key = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    return { key, tenant, sent, faults: [...numberFaults(tenant), ...resultFaults(tenant)] };
  }
}

function plain(_: string, value: unknown): unknown {
  if (value instanceof Map) return [...(value as Map<unknown, unknown>)];
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'bigint' ? String(value) : value;
}
