import type {
  FeedRow,
  PushWrite,
  RowKey,
  ServerReader,
  ServerStore,
  ServerTransaction,
} from '../../../sync/server/feed/store.ts';
import { keyOf, type ModelRow, ModelTenant } from './model-tenant.ts';
import { collectTombstones } from './tombstones.ts';
import { byArrival, mistaken, type StoreMutants } from './store-mistakes.ts';

/** A person's organisation that has nothing to do with the simulated one. */
export const otherTenantId = '00000000-0000-7000-8000-00000000bbbb';

/** The server's process ends. */
export class ServerCrashed extends Error {
  override readonly name = 'ServerCrashed';
}

/** The simulator's store: tenants in memory, every write on a copy that takes the original's place only where it ended well. */
export class ModelStore implements ServerStore {
  readonly tenant: ModelTenant;
  readonly #other: ModelTenant;
  readonly #mutants: StoreMutants;
  #late: ((tenant: ModelTenant) => void)[] = [];
  #writes = 0;
  #callsLeft: number | null = null;

  constructor(epoch: string, mutants: StoreMutants = {}) {
    this.tenant = new ModelTenant(epoch);
    this.#other = new ModelTenant(epoch);
    this.#other.members.set(otherTenantId, { user: otherTenantId, role: 'admin' });
    this.#mutants = mutants;
  }

  /** The server ends at this call to the store, counted from now, and is started again. */
  crashAt(call: number): void {
    this.#callsLeft = call;
  }

  /** Forgets what only laptops from before would have to be told. Answers with how many tombstones went. */
  collectTombstones(isAway: (client: string) => boolean): number {
    return collectTombstones(this.tenant, isAway, this.#mutants);
  }

  async write<T>(tenant: string, work: (tx: ServerTransaction) => Promise<T>): Promise<T> {
    if (tenant === otherTenantId) return work(transactionOn(this.#other.copy(), {}, null));
    const copy = this.tenant.copy();
    const late: ((tenant: ModelTenant) => void)[] = [];
    this.#writes += 1;
    const isMistaken = this.#writes % 5 === 0;
    const isLate = this.#mutants.lateCommit === true && isMistaken;
    const before = copy.head;
    const result = await this.#untilItEnds(() =>
      work(this.#counted(transactionOn(copy, this.#mutants, isLate ? late : null))),
    );
    if (this.#mutants.ackBeforeCommit === true && isMistaken) return result;
    if (this.#mutants.numbersTwice === true && isMistaken) copy.head = before;
    for (const each of this.#late.splice(0)) each(copy);
    this.#late = late;
    this.tenant.become(copy);
    return result;
  }

  async read<T>(tenant: string, work: (reader: ServerReader) => Promise<T>): Promise<T> {
    if (tenant === otherTenantId) return work(readerOf(this.#other, {}));
    return this.#untilItEnds(() => work(this.#counted(readerOf(this.tenant, this.#mutants))));
  }

  async #untilItEnds<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.#callsLeft = null;
    }
  }

  /** The same calls, of which one may be the server's last. */
  #counted<S extends ServerReader>(calls: S): S {
    if (this.#callsLeft === null) return calls;
    return new Proxy(calls, {
      get: (target, name, receiver) => {
        const known = Reflect.get(target, name, receiver) as unknown;
        if (typeof known !== 'function') return known;
        if (this.#callsLeft !== null && (this.#callsLeft -= 1) < 0)
          return () => Promise.reject(new ServerCrashed('The server ended.'));
        return known;
      },
    });
  }
}

function bySeq<T extends { readonly seq: bigint }>(rows: readonly T[], seq: bigint, limit: number): T[] {
  return rows
    .filter((row) => row.seq > seq)
    .toSorted((a, b) => (a.seq < b.seq ? -1 : 1))
    .slice(0, limit);
}

function feedRow(row: ModelRow, seq: bigint, headersFor: string | null): FeedRow {
  const isHeader = headersFor !== null && row.client === headersFor && row.foreignSeq <= seq;
  return { ...row, state: isHeader ? null : row.state };
}

function readerOf(tenant: ModelTenant, mutants: StoreMutants): ServerReader {
  return {
    epoch: async () => tenant.epoch,
    head: async () => tenant.head,
    policy: async () => tenant.policy,
    member: async (user) => tenant.members.get(user),
    client: async (client) => tenant.clients.get(client),
    scopes: async (scopes) => scopes.map((scope) => tenant.scope(scope)),
    scopeFacts: async (user) => tenant.facts(user),
    scopesNear: async (user) => tenant.facts(user),
    rowsAfter: async (scope, seq, limit, headersFor) =>
      mutants.servedByArrival === true
        ? byArrival(
            tenant.inScope(scope).flatMap((row) => (row.seq > seq ? [feedRow(row, seq, headersFor)] : [])),
          ).slice(0, limit)
        : bySeq(tenant.inScope(scope), seq, limit).map((row) => feedRow(row, seq, headersFor)),
    exitsAfter: async (scope, seq, limit) =>
      bySeq(
        tenant.exits
          .filter((exit) => exit.scope === scope)
          .map((exit) => ({ ...exit, to: tenant.row(exit)?.scope ?? null })),
        seq,
        limit,
      ),
    rows: async (keys) => keys.flatMap((key) => tenant.row(key) ?? []),
    headersOfPart: async (scope, part) => tenant.inScope(scope).filter(({ id }) => id.endsWith(part)),
    partDigests: async (scope) => {
      const parts = new Map<string, { count: bigint; xor: bigint }>();
      for (const row of tenant.inScope(scope)) {
        const part = row.id.slice(-2);
        const kept = parts.get(part) ?? { count: 0n, xor: 0n };
        const xor = kept.xor ^ BigInt(`0x${row.hash.slice(0, 16)}`);
        parts.set(part, { count: kept.count + 1n, xor });
      }
      return [...parts].map(([part, digest]) => ({ part, ...digest }));
    },
    results: async (stamps) =>
      stamps.flatMap((stamp) => tenant.results.findLast((each) => each.stamp === stamp) ?? []),
    resultsOfClient: async (client, from, to) =>
      tenant.results.filter((each) => each.client === client && each.mutation >= from && each.mutation <= to),
    bodies: async (hashes) =>
      hashes.flatMap((hash) => {
        const data = tenant.bodies.get(hash);
        return data === undefined ? [] : [{ hash, data }];
      }),
    refusedWrites: async (ids) => tenant.refused.filter(({ id }) => ids.includes(id)),
    sessionPlaces: async (sessions) =>
      new Map(
        sessions.flatMap((session): [string, number][] => {
          const place = tenant.places.get(session);
          return place === undefined ? [] : [[session, place]];
        }),
      ),
    replacedValues: async (wanted) =>
      wanted.flatMap((each) => {
        const version = tenant.log.find(
          (logged) =>
            keyOf(logged) === keyOf(each) &&
            logged.replaced.some(([cell, over]) => cell === each.cell && over === each.over),
        );
        const found = version?.replaced.find(([cell, over]) => cell === each.cell && over === each.over);
        return found === undefined ? [] : [{ ...each, value: found[2] }];
      }),
    documentsOfSessions: async (sessions) => tenant.documentsOf(sessions),
    documentUses: async (documents) => tenant.uses(documents),
    partsOfDocuments: async (documents) => tenant.partsOf(documents),
    textStamps: async (owners) => tenant.textStamps(owners),
  };
}

function transactionOn(
  tenant: ModelTenant,
  mutants: StoreMutants,
  late: ((tenant: ModelTenant) => void)[] | null,
): ServerTransaction {
  const reader = readerOf(tenant, mutants);
  return {
    ...reader,
    results: async (stamps) => (mutants.resultsForgotten === true ? [] : reader.results(stamps)),
    lockClient: async (client, user) => {
      const known = tenant.clients.get(client);
      if (known !== undefined) return known.user === user ? known : undefined;
      const lastHash = '0'.repeat(64);
      const made = { client, user, lastMutation: 0n, lastHash, retired: false, backedUp: 0n, schema: null };
      tenant.clients.set(client, made);
      return made;
    },
    purgedAmong: async (keys) =>
      mutants.purgeForgotten === true ? [] : keys.filter((key) => tenant.purgedIn(key) !== undefined),
    noteClient: async (client, { schema, held }) => {
      const known = tenant.clients.get(client);
      if (known !== undefined) tenant.clients.set(client, { ...known, schema });
      tenant.held.set(client, held);
    },
    lockRows: async (keys: readonly RowKey[]) =>
      keys
        .flatMap((key) => tenant.row(key) ?? [])
        .filter(({ purged }) => !(purged && mutants.purgeForgotten === true)),
    writePush: async (push) => {
      const first = tenant.head + 1n;
      tenant.head += BigInt(push.versions.length);
      const rows = writtenRows(push, first).map((row) => mistaken(row, mutants));
      if (mutants.bodiesCollected === true && push.purged.length > 0) tenant.bodies.clear();
      leaveScopes(tenant, push, first);
      const show = (into: ModelTenant) => {
        for (const row of rows) into.rows.set(keyOf(row), row);
      };
      if (late === null) show(tenant);
      else late.push(show);
      finishPush(tenant, push, first);
      return first;
    },
  };
}

function writtenRows(push: PushWrite, first: bigint): ModelRow[] {
  return push.rows.map((row) => {
    const seq = first + BigInt(row.place);
    const { before } = row;
    const foreign =
      before === undefined ? 0n : before.client === push.client ? before.foreignSeq : before.seq;
    return {
      entity: row.entity,
      id: row.id,
      scope: row.scope,
      seq,
      hash: row.hash,
      client: push.client,
      foreignSeq: row.notAsSent ? seq : foreign,
      state: row.state,
      bodies: row.bodies,
      level: row.level,
      values: row.values,
      deleted: row.deleted,
      purged: row.purged,
    };
  });
}

/** Rows that go to another scope are said to have left the old one; where they come back, they have not left. */
function leaveScopes(tenant: ModelTenant, { rows }: PushWrite, first: bigint): void {
  for (const row of rows) {
    const { before, scope, entity, id } = row;
    if (before === undefined || before.scope === scope) continue;
    const others = tenant.exits.filter((exit) => keyOf(exit) !== keyOf(row) || exit.scope !== scope);
    tenant.exits = [
      ...others,
      { entity, id, scope: before.scope, seq: first + BigInt(row.place), to: scope },
    ];
  }
}

/** Values of purged rows go from the log, from refused writes, and with bodies that nothing else names. */
function erasePurged(tenant: ModelTenant, { purged }: PushWrite): void {
  if (purged.length === 0) return;
  const gone = new Set(purged.map(({ id }) => id));
  tenant.log = tenant.log.map((version) => (gone.has(version.id) ? { ...version, replaced: [] } : version));
  tenant.refused = tenant.refused.filter(({ id }) => !gone.has(id));
  const named = new Set([...tenant.rows.values()].flatMap(({ bodies }) => bodies));
  for (const hash of tenant.bodies.keys()) if (!named.has(hash)) tenant.bodies.delete(hash);
}

function finishPush(tenant: ModelTenant, push: PushWrite, first: bigint): void {
  erasePurged(tenant, push);
  for (const row of push.rows) if (row.purged) tenant.purges.set(keyOf(row), row.scope);
  const gone = new Set(push.purged.map(({ id }) => id));
  for (const [at, version] of push.versions.entries()) {
    const kept = gone.has(version.id) ? { ...version, replaced: [] } : version;
    tenant.log.push({ ...kept, seq: first + BigInt(at) });
  }
  for (const { place, repeated: _, ...result } of push.results) {
    const seq = place === null ? result.seq : first + BigInt(place);
    tenant.results.push({ ...result, client: push.client, seq });
  }
  tenant.refused.push(...push.refused);
  for (const { hash, data } of push.bodies) tenant.bodies.set(hash, data);
  for (const [session, place] of push.sessionPlaces) tenant.places.set(session, place);
  for (const { entity, id, deleted } of push.lives) {
    const row = tenant.row({ entity, id });
    if (row !== undefined) tenant.rows.set(keyOf(row), { ...row, deleted });
  }
  const client = tenant.clients.get(push.client);
  if (client !== undefined) {
    const { lastMutation, lastHash } = push;
    tenant.clients.set(push.client, { ...client, lastMutation, lastHash });
  }
}
