import { hash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { columnsOf, type EntityName, entitySpec } from '../../db/catalogue/catalogue.ts';
import type { Json } from '../../db/catalogue/types.ts';
import { chainedText, chainHash } from '../../sync/core/chain.ts';
import { encodeStamp } from '../../sync/core/stamp.ts';
import type { ExchangedEntry, ExchangedTransaction } from '../../sync/protocol/exchange.ts';
import {
  type HelloRequest,
  firstHash,
  protocolVersion,
  type PullRequest,
  type PullTrailer,
  type PushAnswer,
} from '../../sync/protocol/messages.ts';
import { type PushRequest, pushText } from '../../sync/protocol/push-lines.ts';
import type { RowLine } from '../../sync/protocol/row-state.ts';
import { defaultLimits, type FeedEnvironment, type Principal } from '../../sync/server/feed/environment.ts';
import { pull } from '../../sync/server/feed/pull.ts';
import { push } from '../../sync/server/feed/push.ts';
import type { ServerStore } from '../../sync/server/feed/store.ts';
import { randomSalt } from '../../sync/server/salt.ts';

/** SHA-256 as hexadecimal digits. */
export function sha256(data: string | Uint8Array): string {
  return hash('sha256', data);
}

/** A server's surroundings in a test: a clock that the test moves, and a ledger in memory. */
export function testEnvironment(now: () => number = Date.now): FeedEnvironment & {
  readonly purged: { entity: number; id: string }[];
} {
  const purged: { entity: number; id: string }[] = [];
  return {
    now,
    sha256,
    salt: randomSalt,
    limits: defaultLimits,
    purged,
    ledger: {
      append: (_tenant, rows) => {
        purged.push(...rows);
        return Promise.resolve();
      },
    },
  };
}

/** Makes a tenant with its members, by name and role. Answers with the tenant's and the members' ids. */
export async function makeTenant<N extends string>(
  admin: pg.Pool,
  roles: Readonly<Record<N, string>>,
): Promise<{ readonly tenant: string; readonly users: Readonly<Record<N, string>> }> {
  const tenant = randomUUID();
  await admin.query('INSERT INTO governance.tenants (id, name, slug) VALUES ($1, $2, $3)', [
    tenant,
    'T',
    `t-${tenant}`,
  ]);
  const users: Record<string, string> = {};
  for (const [name, role] of Object.entries<string>(roles)) {
    const user = randomUUID();
    users[name] = user;
    await admin.query('INSERT INTO governance.users (id, email) VALUES ($1, $2)', [
      user,
      `${name}-${user}@example.org`,
    ]);
    await admin.query(
      'INSERT INTO governance.memberships (id, tenant_id, user_id, role) VALUES ($1, $2, $3, $4)',
      [randomUUID(), tenant, user, role],
    );
  }
  return { tenant, users: users as Record<N, string> };
}

/** A value as the log writes it: ids as bare hexadecimal digits, truth values as 0 and 1. */
export function logged(value: Json): Json {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value) ? value.replaceAll('-', '') : value;
}

/** A laptop that pushes what a test tells it to, with the protocol's numbers, hashes and stamps. */
export class TestLaptop {
  readonly principal: Principal;
  readonly client: string;
  readonly session = randomUUID().replaceAll('-', '').slice(0, 16);
  readonly #store: ServerStore;
  readonly #environment: FeedEnvironment;
  epoch: string;
  last = 0n;
  hash = firstHash;
  clock: number;

  constructor(
    store: ServerStore,
    environment: FeedEnvironment,
    principal: Principal,
    epoch: string,
    client: string = randomUUID(),
  ) {
    this.client = client;
    this.#store = store;
    this.#environment = environment;
    this.principal = principal;
    this.epoch = epoch;
    this.clock = environment.now() - 100_000;
  }

  /** The stamp of the next transaction. */
  stamp(): string {
    this.clock += 1;
    return encodeStamp({ milliseconds: this.clock, counter: 0, session: this.session });
  }

  transaction(entries: ExchangedEntry[], more: Partial<ExchangedTransaction> = {}): ExchangedTransaction {
    return {
      v: 1,
      stamp: this.stamp(),
      command: 'test',
      origin: 'local',
      author: this.principal.user,
      replica: this.client,
      schemaVersion: 1,
      entries,
      bodies: {},
      ...more,
    };
  }

  /** An insert with the columns that are named; the others are null. */
  insert(
    entity: EntityName,
    scope: string,
    values: Readonly<Record<string, Json>>,
    id: string = randomUUID(),
  ): ExchangedEntry {
    const all = { created_at: '2026-01-01T00:00:00.000Z', created_by: this.principal.user, ...values };
    const columns = columnsOf(entity);
    const list: Json[] = Array.from({ length: Math.max(...columns.map(([, spec]) => spec.n)) }, () => null);
    for (const [name, value] of Object.entries<Json>(all)) {
      const n = entitySpec(entity).columns[name]?.n;
      if (n === undefined) throw new RangeError(`${entity} has no ${name}`);
      list[n - 1] = logged(value);
    }
    return { op: 'insert', entity: entitySpec(entity).n, row: id, scope, values: list };
  }

  update(
    of: { readonly entity: number; readonly row: string; readonly scope: string },
    cells: readonly (readonly [cell: number | string, value: Json, base: string[]])[],
  ): ExchangedEntry {
    return {
      op: 'update',
      entity: of.entity,
      row: of.row,
      scope: of.scope,
      cells: cells.map(([cell, value, base]) => ({ cell, value, base })),
    };
  }

  /** The push of some transactions after what was sent last. */
  request(transactions: readonly ExchangedTransaction[]): PushRequest {
    let last = this.hash;
    const sent = transactions.map((tx) => {
      const text = chainedText(tx);
      last = chainHash(last, text, sha256);
      return { text, tx };
    });
    return {
      v: protocolVersion,
      client: this.client,
      epoch: this.epoch,
      first: String(this.last + 1n),
      previousHash: this.hash,
      transactions: sent,
      hash: last,
    };
  }

  async push(...transactions: readonly ExchangedTransaction[]): Promise<PushAnswer> {
    const answer = await this.send(this.request(transactions));
    this.last = BigInt(answer.lastMutation);
    this.hash = answer.lastHash;
    return answer;
  }

  send(request: PushRequest): Promise<PushAnswer> {
    return push(this.#store, this.#environment, this.principal, request);
  }

  /** A project of the laptop's person and a session in it. */
  async makeSession(
    more: Readonly<Record<string, Json>> = {},
  ): Promise<{ project: string; session: string; scope: string }> {
    const [project, session] = [randomUUID(), randomUUID()];
    await this.push(
      this.transaction([
        this.insert('projects', `project:${project}`, { name: 'P', owner_id: this.principal.user }, project),
        this.insert(
          'research_sessions',
          `session:${session}`,
          { title: 'S', project_id: project, ...more },
          session,
        ),
      ]),
    );
    return { project, session, scope: `session:${session}` };
  }

  /** One page from the cursors, parsed. */
  async pull(
    want: Readonly<Record<string, string>>,
    more: Partial<PullRequest> & { scopeEpoch?: number } = {},
  ): Promise<{ rows: RowLine[]; bodies: Record<string, string>; trailer: PullTrailer }> {
    const { scopeEpoch = 0, ...rest } = more;
    const lines = await pull(this.#store, this.#environment, this.principal, {
      v: protocolVersion,
      client: this.client,
      epoch: this.epoch,
      policy: 0,
      want: Object.entries(want).map(([scope, seq]) => ({ scope, scopeEpoch, seq })),
      maxBytes: 4_000_000,
      ...rest,
    });
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    return {
      rows: parsed.filter((line) => 'i' in line) as unknown as RowLine[],
      bodies: Object.fromEntries(
        parsed.flatMap((line) => ('b' in line ? [[line['b'], line['d']] as [string, string]] : [])),
      ),
      trailer: parsed.at(-1)?.['trailer'] as PullTrailer,
    };
  }
}

/** A message as it goes over the wire, with the type of its body: a push as lines, any other as JSON. */
export function sentForm(message: object): { readonly body: string; readonly type: string } {
  if (!isPush(message)) return { body: JSON.stringify(message), type: 'application/json' };
  const { transactions, ...head } = message;
  const texts = transactions.map(({ text }) => text);
  return { body: pushText(head, texts), type: 'application/x-ndjson' };
}

function isPush(message: object): message is PushRequest {
  return 'transactions' in message;
}

/** What a laptop says that has nothing yet. */
export function greeting(client: string): HelloRequest {
  return {
    v: protocolVersion,
    client,
    epoch: null,
    app: 'test',
    schema: 1,
    lastMutation: '0',
    lastHash: '0'.repeat(64),
    settled: '0',
    have: [],
    now: 0,
  };
}
