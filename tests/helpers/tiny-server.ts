import { sha256 } from '../../db/replica/sync/outbox.ts';
import { defaultPrivacySettings } from '../../sync/core/privacy-settings.ts';
import { chainHash } from '../../sync/core/chain.ts';
import type { Effect, Engine, Reply, ServerCall } from '../../sync/client/effects.ts';
import type { StoreCalls } from '../../sync/client/store-calls.ts';
import {
  firstHash,
  type HelloRequest,
  protocolVersion,
  type PullRequest,
  type RowsRequest,
  type StampsRequest,
} from '../../sync/protocol/messages.ts';
import { readPush } from '../../sync/protocol/push-lines.ts';
import { lineOf, TinyFeed } from './tiny-feed.ts';

/** A server of one person for tests of the engine: it accepts everything that its chain allows. */
export class TinyServer {
  readonly feed = new TinyFeed();
  /** The oldest schema of a laptop that gets rows. */
  schemaMinimum = 1;
  epoch = '00000000-0000-7000-8000-0000000000e1';
  settings: unknown = defaultPrivacySettings;
  readonly calls: ServerCall[] = [];
  readonly sent: string[] = [];
  readonly #user: string;
  readonly #clients = new Map<string, { last: number; hash: string }>();
  readonly #stamps = new Set<string>();

  constructor(user: string) {
    this.#user = user;
  }

  /** Answers one message. */
  answer(call: ServerCall, text: string): Reply {
    this.calls.push(call);
    this.sent.push(text);
    if (call === 'push') return this.#push(text);
    const request: unknown = JSON.parse(text);
    switch (call) {
      case 'hello':
        return json(this.#hello(request as HelloRequest));
      case 'pull':
        return this.#pull(request as PullRequest);
      case 'rows': {
        const { rows } = request as RowsRequest;
        const known = rows.flatMap(({ i }) => this.feed.rows.get(i) ?? []);
        const missing = rows.filter(({ i }) => !this.feed.rows.has(i));
        const lines: unknown[] = known.map(({ state, seq }) => lineOf(state, seq));
        return lined([...lines, { trailer: { ...this.#chainEnd(request as RowsRequest), missing } }]);
      }
      case 'stamps': {
        const { stamps } = request as StampsRequest;
        const known = stamps.filter((stamp) => this.#stamps.has(stamp));
        return json({ known: Object.fromEntries(known.map((stamp) => [stamp, { st: 'applied' }])) });
      }
      case 'digest':
        return json({ parts: {} });
    }
  }

  #chainEnd({ client }: { readonly client: string }) {
    const { last, hash } = this.#clients.get(client) ?? { last: 0, hash: firstHash };
    return { lastMutation: String(last), lastHash: hash };
  }

  #hello({ client, have }: HelloRequest): unknown {
    const scopes = new Set([...this.feed.rows.values()].map(({ state }) => state.scope));
    const had = new Set(have.map(({ scope }) => scope));
    return {
      v: protocolVersion,
      epoch: this.epoch,
      schemaMinimum: this.schemaMinimum,
      schemaCurrent: this.schemaMinimum,
      serverNow: 0,
      ...this.#chainEnd({ client }),
      backupMutation: '0',
      policy: { version: 1, settings: this.settings },
      scopes: [...scopes].map((scope) => ({
        scope,
        scopeEpoch: 0,
        rows: String(this.feed.rows.size),
        priority: 0,
        do: had.has(scope) ? 'pull' : 'bootstrap',
        access: 'write',
        part: true,
      })),
      limits: { pushBytes: 1_000_000, pushMutations: 500, pullBytes: 1_000_000, partBytes: 1_000_000 },
    };
  }

  #push(text: string): Reply {
    const read = readPush(text);
    if (!read.success) return refusal(400, 'BAD_REQUEST');
    const { client, first, previousHash, transactions, hash } = read.data;
    const known = this.#clients.get(client) ?? { last: 0, hash: firstHash };
    if (Number(first) > known.last + 1) return refusal(409, 'GAP');
    if (Number(first) === known.last + 1 && previousHash !== known.hash) return refusal(409, 'FORK');
    let end = previousHash;
    const results = transactions.map(({ text: line, tx }, at) => {
      const m = Number(first) + at;
      end = chainHash(end, line, sha256);
      if (m > known.last && !this.#stamps.has(tx.stamp)) {
        this.#stamps.add(tx.stamp);
        this.feed.join(tx, this.#user);
      }
      return { m: String(m), st: 'applied', seq: String(this.feed.seq) };
    });
    if (end !== hash) return refusal(400, 'BAD_REQUEST');
    const last = Number(first) + transactions.length - 1;
    this.#clients.set(client, { last, hash: end });
    return json({ lastMutation: String(last), lastHash: end, results });
  }

  #pull(request: PullRequest): Reply {
    const wanted = new Map(request.want.map(({ scope, seq }) => [scope, Number(seq)]));
    const page = this.feed.page();
    const rows = page.rows.filter(({ sc, s }) => Number(s) > (wanted.get(sc) ?? Number.MAX_SAFE_INTEGER));
    const bodies = Object.entries(page.bodies).map(([b, d]) => ({ b, d }));
    const next = Object.fromEntries([...wanted.keys()].map((scope) => [scope, String(this.feed.seq)]));
    return lined([...bodies, ...rows, { trailer: { ...page.trailer, ...this.#chainEnd(request), next } }]);
  }
}

function json(value: unknown): Reply {
  return { status: 200, text: JSON.stringify(value) };
}

function lined(lines: readonly unknown[]): Reply {
  return { status: 200, text: lines.map((line) => `${JSON.stringify(line)}\n`).join('') };
}

function refusal(status: number, code: string): Reply {
  return { status, text: JSON.stringify({ code, message: code }) };
}

/** Runs a part of the engine to its end: the store at once, the server by the function given. */
export function drive<T>(
  engine: Engine<T>,
  store: StoreCalls,
  server: (call: ServerCall, text: string) => Reply,
): T {
  const replies: Reply[] = [];
  const perform = (effect: Effect): unknown => {
    if (effect.to === 'server') return server(effect.call, effect.text);
    if (effect.to === 'store') return (store[effect.call] as (input: unknown) => unknown)(effect.input);
    if (effect.to === 'receive') return replies.shift();
    replies.push(server(effect.message.call, effect.message.text));
    return undefined;
  };
  let step = engine.next();
  while (step.done !== true) step = engine.next(perform(step.value));
  return step.value;
}
