import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Reply, ServerCall } from '../../../sync/client/effects.ts';
import {
  digestRequestSchema,
  helloRequestSchema,
  pullRequestSchema,
  pushRequestSchema,
  rowsRequestSchema,
  stampsRequestSchema,
} from '../../../sync/protocol/messages.ts';
import {
  defaultLimits,
  type FeedEnvironment,
  type Principal,
  RequestRefused,
} from '../../../sync/server/feed/environment.ts';
import { hello } from '../../../sync/server/feed/hello.ts';
import { pull } from '../../../sync/server/feed/pull.ts';
import { push } from '../../../sync/server/feed/push.ts';
import { digest, rows, stamps } from '../../../sync/server/feed/repair.ts';
import type { RowKey } from '../../../sync/server/feed/store.ts';
import { tenantId } from './device.ts';
import type { ModelStore } from './model-store.ts';

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** The server's edge: messages in, messages out, over the feed's own functions. */
export class Edge {
  readonly store: ModelStore;
  readonly #environment: FeedEnvironment;
  /** Ids of purged rows, outside every backup. */
  readonly ledger: RowKey[] = [];

  constructor(store: ModelStore, now: () => number) {
    this.store = store;
    this.#environment = {
      now,
      sha256,
      limits: { ...defaultLimits, pullRows: 12, pushMutations: 20 },
      ledger: {
        append: async (_tenant, purged) => {
          this.ledger.push(...purged);
        },
      },
    };
  }

  /** Answers one message of a person. Never throws for anything that arrives. */
  async answer(user: string, call: ServerCall, text: string): Promise<Reply> {
    const principal: Principal = { tenant: tenantId, user };
    try {
      return await this.#dispatch(principal, call, text);
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error;
      const { status, code, message } = error;
      return { status, text: JSON.stringify({ code, message }) };
    }
  }

  async #dispatch(principal: Principal, call: ServerCall, text: string): Promise<Reply> {
    const { store } = this;
    const environment = this.#environment;
    switch (call) {
      case 'hello':
        return json(await hello(store, environment, principal, read(helloRequestSchema, text)));
      case 'push':
        return json(await push(store, environment, principal, read(pushRequestSchema, text)));
      case 'pull':
        return lines(await pull(store, environment, principal, read(pullRequestSchema, text)));
      case 'digest':
        return json(await digest(store, principal, read(digestRequestSchema, text)));
      case 'rows':
        return lines(await rows(store, principal, read(rowsRequestSchema, text)));
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
