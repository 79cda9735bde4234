import { emptyRow, type RowState } from '../../core/row-state.ts';
import { decodeRow } from '../../core/row-wire.ts';
import type { Stamp } from '../../core/stamp.ts';
import type { ExchangedEntry } from '../../protocol/exchange.ts';
import type { MutationResult, PushAnswer } from '../../protocol/messages.ts';
import type { PushRequest } from '../../protocol/push-lines.ts';
import type { RowContent } from '../../protocol/row-state.ts';
import { ScopeAccess } from './access.ts';
import { scopesNamed } from './check-access.ts';
import { namesRow } from './check-values.ts';
import { type FeedEnvironment, type Principal, RequestRefused } from './environment.ts';
import { type FoldContext, keyOf, makesSession, PushFold } from './fold.ts';
import { parseScope } from '../../core/scope.ts';
import { ownLevel, TenantRules } from './ingress-policy.ts';
import { moveDocuments } from './moves.ts';
import { documentsUsed, ownerOfInsert } from './named-rows.ts';
import { Places, sessionOf } from './places.ts';
import { type Chained, chainedPush, type PushAhead } from './push-ahead.ts';
import { RefusedWrites } from './refused-writes.ts';
import { loadWorld } from './row-world.ts';
import { rowWrites } from './row-writes.ts';
import type {
  ClientRecord,
  DecidedBy,
  ResultRecord,
  RowKey,
  ScopeFacts,
  ServerStore,
  ServerTransaction,
  StoredRow,
} from './store.ts';
import { together } from './together.ts';

/**
 * Takes a laptop's transactions in. Mutation ids follow one another and their hashes chain; what was taken before is answered again; each
 * transaction is applied or refused as a whole. Effects, results and the client's place are one transaction of the database.
 * Throws `RequestRefused` where the push as a whole cannot be taken; nothing is written then. `ahead`: what was made of it before;
 * `given` is called each time that only the database's answers are to be waited for.
 */
export async function push(
  store: ServerStore,
  environment: FeedEnvironment,
  principal: Principal,
  request: PushRequest,
  ahead: PushAhead = chainedPush(environment, request),
  given: () => void = () => undefined,
): Promise<PushAnswer> {
  const { answer, purged } = await store.write(principal.tenant, (tx) =>
    pushInside(tx, environment, principal, request, ahead, given),
  );
  if (purged.length > 0) await environment.ledger.append(principal.tenant, purged);
  return answer;
}

async function pushInside(
  tx: ServerTransaction,
  environment: FeedEnvironment,
  principal: Principal,
  request: PushRequest,
  { chain, forms }: PushAhead,
  given: () => void,
): Promise<{ answer: PushAnswer; purged: readonly RowKey[] }> {
  const [epoch, client] = await together([tx.epoch(), tx.lockClient(request.client, principal.user)]);
  if (epoch !== request.epoch) {
    throw new RequestRefused('EPOCH', 'The server was restored or moved. The laptop has to say hello again.');
  }
  if (client === undefined) throw new RequestRefused('FORBIDDEN', 'This client belongs to another person.');
  if (client.retired)
    throw new RequestRefused('CLIENT_RETIRED', 'This client was retired. Connect it again.');
  const repeats = await repeatsOf(tx, client, request, chain);
  const fresh = chain.filter(({ mutation }) => mutation > client.lastMutation);
  const purgedBefore = purgesAgain(repeats, chain);
  const [last] = fresh.slice(-1);
  if (last === undefined) {
    const answer = answerOf(client.lastMutation, client.lastHash, repeats.map(resultOf));
    return { answer, purged: purgedBefore };
  }
  const entries = entriesOf(fresh);
  const { stored, context, decided } = await contextOf(tx, environment, principal, fresh, entries);
  const fold = new PushFold(context);
  for (const { mutation, tx: transaction, hash } of fresh) fold.apply(mutation, transaction, hash);
  await moveDocuments(tx, fold, context, stored);
  const written = await rowWrites(tx, environment, principal.user, fold, stored, context.stored, forms);
  const numbered = tx.writePush({
    client: client.client,
    user: principal.user,
    lastMutation: last.mutation,
    lastHash: last.hash,
    versions: fold.versions,
    results: fold.results,
    judgedAgain: fold.judgedAgain,
    refused: context.refused.added(),
    bodies: bodiesOf(fresh, written.bodies),
    sessionPlaces: context.places.all(),
    at: environment.now(),
    rows: written.rows,
    lives: written.lives,
    purged: written.purged,
    renewed: scopesOfNewLevels(fold, context),
    decided,
  });
  given();
  const from = await numbered;
  const results = fold.results.map((result): MutationResult => {
    const seq = result.place === null ? result.seq : from + BigInt(result.place);
    return resultOf({ ...result, seq });
  });
  return {
    answer: answerOf(last.mutation, last.hash, [...repeats.map(resultOf), ...results]),
    purged: [...purgedBefore, ...written.purged],
  };
}

/**
 * What repeated mutations purged. The process may have ended between the purge and the ledger; nobody has heard of it then, and who asks
 * again is answered when it stands there.
 */
function purgesAgain(repeats: readonly ResultRecord[], chain: readonly Chained[]): RowKey[] {
  const taken = new Set(repeats.filter(({ status }) => status !== 'refused').map(({ mutation }) => mutation));
  return chain.flatMap(({ mutation, tx }) =>
    taken.has(mutation)
      ? tx.entries.filter(({ op }) => op === 'purge').map(({ entity, row }) => ({ entity, id: row }))
      : [],
  );
}

/**
 * Scopes of rows whose sharing level is another than it was, with the projects of their sessions, where files and references stand:
 * what others may see of rows that quote them changes with it, though those have no new version.
 */
function scopesOfNewLevels(fold: PushFold, { stored, access }: FoldContext): string[] {
  const scopes = new Set<string>();
  for (const [key, { state }] of fold.rows) {
    const before = stored.get(key);
    if (before === undefined || ownLevel(before) === ownLevel(state)) continue;
    scopes.add(state.scope);
    const { kind, id } = parseScope(state.scope);
    const project = kind === 'session' ? access.session(id)?.project : null;
    if (project != null) scopes.add(`project:${project}`);
  }
  return [...scopes];
}

function answerOf(lastMutation: bigint, lastHash: string, results: MutationResult[]): PushAnswer {
  return { lastMutation: String(lastMutation), lastHash, results };
}

function resultOf(
  result: Pick<ResultRecord, 'mutation' | 'status' | 'seq' | 'code' | 'message'>,
): MutationResult {
  return {
    m: String(result.mutation),
    st: result.status,
    ...(result.seq === null ? {} : { seq: String(result.seq) }),
    ...(result.code === null ? {} : { code: result.code }),
    ...(result.message === null ? {} : { message: result.message }),
  };
}

/**
 * First results of what this client sent before. Ids alone would let a copied or restored file's edit pass for another's: the chain has to
 * meet the one that the server has, at the last mutation that both have.
 */
async function repeatsOf(
  tx: ServerTransaction,
  client: ClientRecord,
  request: PushRequest,
  chain: readonly Chained[],
): Promise<ResultRecord[]> {
  const first = BigInt(request.first);
  const { lastMutation } = client;
  if (first > lastMutation + 1n) {
    throw new RequestRefused('GAP', 'Edits before these have not arrived. Send them first.', {
      lastMutation: String(lastMutation),
    });
  }
  const end = chain.at(-1)?.mutation ?? 0n;
  const meeting = end < lastMutation ? end : lastMutation;
  const repeats = first > lastMutation ? [] : await tx.resultsOfClient(client.client, first, meeting);
  const theirs =
    first > lastMutation ? request.previousHash : chain.find(({ mutation }) => mutation === meeting)?.hash;
  const ours =
    meeting === lastMutation ? client.lastHash : repeats.find(({ mutation }) => mutation === meeting)?.hash;
  if (theirs === ours) return repeats;
  throw new RequestRefused(
    'FORK',
    'Another copy of this file has sent edits under the same name. It has to take a new one.',
    {
      lastMutation: String(lastMutation),
    },
  );
}

/** The entries whose rows can be looked for. */
function entriesOf(chain: readonly Chained[]): ExchangedEntry[] {
  return chain.flatMap(({ tx }) => tx.entries.filter(namesRow));
}

/** Locks every row that the push names, and those that its new parts belong to: their lives may follow from it, and they are not purged meanwhile. */
async function lockedRows(
  tx: ServerTransaction,
  entries: readonly ExchangedEntry[],
): Promise<Map<string, StoredRow>> {
  const keys = new Map<string, RowKey>();
  for (const entry of entries) {
    keys.set(keyOf(entry.entity, entry.row), { entity: entry.entity, id: entry.row });
    const owner = ownerOfInsert(entry);
    if (owner !== undefined) keys.set(keyOf(owner.entity, owner.id), owner);
  }
  const rows = await tx.lockRows([...keys.values()]);
  return new Map(rows.map((row) => [keyOf(row.entity, row.id), row]));
}

/** Documents that the push uses and does not write itself. */
function namedElsewhere(tx: ServerTransaction, entries: readonly ExchangedEntry[]): Promise<StoredRow[]> {
  const written = new Set(entries.map(({ entity, row }) => keyOf(entity, row)));
  const named = new Map(documentsUsed(entries).map((row) => [keyOf(row.entity, row.id), row]));
  for (const key of written) named.delete(key);
  return tx.rows([...named.values()]);
}

async function contextOf(
  tx: ServerTransaction,
  environment: FeedEnvironment,
  principal: Principal,
  fresh: readonly Chained[],
  entries: readonly ExchangedEntry[],
): Promise<{ stored: Map<string, StoredRow>; context: FoldContext; decided: DecidedBy }> {
  const sessions = new Set(fresh.map(({ tx: { stamp } }) => sessionOf(stamp)));
  const [since, stored, named, member, policy, refused, places] = await together([
    tx.head(),
    lockedRows(tx, entries),
    namedElsewhere(tx, entries),
    tx.member(principal.user),
    tx.policy(),
    tx.refusedWrites([...new Set(entries.map(({ row }) => row))]),
    tx.sessionPlaces([...sessions]),
  ]);
  if (member === undefined) throw new RequestRefused('FORBIDDEN', 'You are no longer a member here.');
  const states = new Map(
    [...stored].map(([key, row]): [string, RowState] => [
      key,
      decodeRow(JSON.parse(row.state) as RowContent),
    ]),
  );
  const standing = [...stored.values(), ...named].map(({ scope }) => scope);
  const [gone, facts, results] = await together([
    forgotten(tx, entries, stored),
    tx.scopeFacts(principal.user, [...new Set([...scopesNamed(entries), ...standing])]),
    tx.results(stampsToAsk(fresh, entries, states)),
  ]);
  for (const { key, state } of gone) states.set(key, state);
  const authors = new Set(
    fresh.map(({ tx: { author } }) => author).filter((author) => author !== principal.user),
  );
  const otherMembers = new Set<string>();
  for (const author of authors) if ((await tx.member(author)) !== undefined) otherMembers.add(author);
  // Asked only where it matters: who asks keeps the tenant's plan locked until the push is written.
  const makes = entries.some((entry) =>
    makesSession(entry, () => states.get(keyOf(entry.entity, entry.row))),
  );
  const rules = new TenantRules(policy);
  const context = {
    environment,
    member,
    access: new ScopeAccess(member, facts, principal.project),
    rules,
    world: rules.asksFacts ? await loadWorld(tx, states.values(), entries) : null,
    stored: states,
    scopesNamed: new Map(named.map(({ entity, id, scope }) => [keyOf(entity, id), scope])),
    refused: new RefusedWrites(refused),
    places: new Places(places, environment.now()),
    known: new Map(results.map((result) => [result.stamp, result])),
    otherMembers,
    sessionsLeft: makes ? ((await tx.sessionsLeft?.()) ?? Number.POSITIVE_INFINITY) : 0,
  };
  const ids = (kind: ScopeFacts['kind']) => facts.flatMap((each) => (each.kind === kind ? [each.id] : []));
  const decided = {
    since,
    policyVersion: policy.version,
    projects: ids('project'),
    sessions: ids('session'),
  };
  return { stored, context, decided };
}

/** Rows of which nothing is left but that they were purged: what still comes for them is told so (MR17). */
async function forgotten(
  tx: ServerTransaction,
  entries: readonly ExchangedEntry[],
  stored: ReadonlyMap<string, StoredRow>,
): Promise<{ readonly key: string; readonly state: RowState }[]> {
  const missing = new Map<string, RowKey & { readonly scope: string }>();
  const note = ({ entity, id }: RowKey, scope: string) => {
    const key = keyOf(entity, id);
    if (!stored.has(key)) missing.set(key, { entity, id, scope });
  };
  for (const entry of entries) {
    note({ entity: entry.entity, id: entry.row }, entry.scope);
    const owner = ownerOfInsert(entry);
    if (owner !== undefined) note(owner, entry.scope);
  }
  const purged = await tx.purgedAmong([...missing.values()]);
  return purged.flatMap(({ entity, id }) => {
    const key = keyOf(entity, id);
    const row = missing.get(key);
    return row === undefined ? [] : [{ key, state: { ...emptyRow(entity, id, row.scope), purged: true } }];
  });
}

/** The push's own stamps, and those that it names and that neither it nor its rows account for: has that transaction arrived? */
function stampsToAsk(
  fresh: readonly Chained[],
  entries: readonly ExchangedEntry[],
  states: ReadonlyMap<string, RowState>,
): Stamp[] {
  const own = new Set(fresh.map(({ tx }) => tx.stamp));
  const asked = new Set(own);
  const ask = (stamps: readonly Stamp[], entry: ExchangedEntry) => {
    const writers = states.get(keyOf(entry.entity, entry.row))?.writers;
    for (const stamp of stamps) if (writers?.has(stamp) !== true) asked.add(stamp);
  };
  for (const entry of entries) {
    if (entry.op === 'update')
      for (const { base, seen } of entry.cells) ask([...base, ...(seen ?? [])], entry);
    else if (entry.op === 'dismiss') ask(entry.stamps, entry);
    else if (entry.op === 'delete' || entry.op === 'restore') ask(entry.base, entry);
  }
  // A writer that the row lists has arrived; what it lists is asked for too where a settled mark depends on it.
  for (const state of states.values()) {
    for (const cell of state.cells.values()) for (const stamp of cell.superseded) asked.add(stamp);
  }
  return [...asked];
}

function bodiesOf(
  fresh: readonly Chained[],
  named: ReadonlySet<string>,
): { readonly hash: string; readonly data: Uint8Array }[] {
  const bodies = new Map<string, Uint8Array>();
  for (const { tx } of fresh) {
    for (const [hash, data] of Object.entries(tx.bodies)) {
      if (named.has(hash)) bodies.set(hash, Buffer.from(data, 'base64'));
    }
  }
  return [...bodies].map(([hash, data]) => ({ hash, data }));
}
