import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { columnsByNumber, lifeCell } from '../../core/cell-name.ts';
import type { CellState } from '../../core/cell.ts';
import { winner } from '../../core/kinds.ts';
import {
  applyEntry,
  cellOf,
  emptyRow,
  hasContested,
  isContested,
  type RowState,
} from '../../core/row-state.ts';
import { millisecondsOf, type Stamp } from '../../core/stamp.ts';
import { sameValue } from '../../core/value.ts';
import type { ExchangedEntry, ExchangedTransaction } from '../../protocol/exchange.ts';
import type { ScopeAccess } from './access.ts';
import { checkAccess, factsOf } from './check-access.ts';
import { checkValues } from './check-values.ts';
import type { FeedEnvironment } from './environment.ts';
import { type TenantRules, wordsIn, type WordsOf } from './ingress-policy.ts';
import { checkNamed } from './named-rows.ts';
import type { Places } from './places.ts';
import { TransactionRefused } from './refusal.ts';
import type { ServerWorld } from './row-world.ts';
import type { RefusedWrites } from './refused-writes.ts';
import type { LoggedVersion, Member, ResultRecord } from './store.ts';

/** Everything that decides about a push, as one snapshot of the database has it. */
export interface FoldContext {
  readonly environment: FeedEnvironment;
  readonly member: Member;
  readonly access: ScopeAccess;
  readonly rules: TenantRules;
  /** What the push's rows rest on; null where the policy does not ask. */
  readonly world: ServerWorld | null;
  /** The rows of the push as they are stored and locked, by `keyOf`. */
  readonly stored: ReadonlyMap<string, RowState>;
  /** Where documents stand that the push uses and does not write, by `keyOf`. */
  readonly scopesNamed: ReadonlyMap<string, string>;
  readonly refused: RefusedWrites;
  readonly places: Places;
  /** Results of stamps that the server knows, whichever client brought them. */
  readonly known: ReadonlyMap<Stamp, Pick<ResultRecord, 'status' | 'seq' | 'code' | 'message'>>;
  /** Author ids that belong to other members of the tenant. */
  readonly otherMembers: ReadonlySet<string>;
  /** Sessions that the tenant's plan still holds. */
  readonly sessionsLeft: number;
}

export function keyOf(entity: number, id: string): string {
  return `${entity} ${id}`;
}

/** What a push made of a row: its state, and the index of its last version. */
export interface FoldedRow {
  readonly state: RowState;
  readonly place: number;
  /** The client cannot know the state that its own writes led to. */
  readonly notAsSent: boolean;
  readonly bodies: ReadonlySet<string>;
}

/** The result of a transaction; `place` is the index of its last version, `repeated` where its stamp was known. */
export interface FoldedResult {
  readonly mutation: bigint;
  readonly stamp: Stamp;
  readonly hash: string;
  readonly status: ResultRecord['status'];
  readonly code: ResultRecord['code'];
  readonly message: string | null;
  readonly place: number | null;
  readonly repeated: boolean;
  readonly seq: bigint | null;
}

const operations = { insert: 'i', update: 'u', delete: 'd', restore: 'r', dismiss: 'x', purge: 'p' } as const;

/**
 * Joins a push's transactions to the rows, one after the other. Each is applied or refused as a whole (MR22): what it would change is
 * put together beside the rows and taken over only when nothing refused it.
 */
export class PushFold {
  readonly rows = new Map<string, FoldedRow>();
  readonly versions: LoggedVersion[] = [];
  readonly results: FoldedResult[] = [];
  /** Stamps that were refused before and came again as new mutations: somebody sent them again, and they are judged anew (MR22). */
  readonly judgedAgain: Stamp[] = [];
  readonly #context: FoldContext;
  readonly #applied = new Set<Stamp>();
  readonly #made = new Map<Stamp, FoldedResult>();
  #forget: (() => void) | undefined;
  #sessionsMade = 0;

  constructor(context: FoldContext) {
    this.#context = context;
  }

  /** Applies, repeats or refuses one transaction. */
  apply(mutation: bigint, transaction: ExchangedTransaction, hash: string): void {
    const { stamp } = transaction;
    const before = this.#context.known.get(stamp);
    const isRefused = before?.status === 'refused';
    const known = this.#made.get(stamp) ?? (isRefused ? undefined : before);
    const frame = { mutation, stamp, hash };
    if (known !== undefined) {
      const { status, code, message, seq } = known;
      this.#answer({ ...frame, status, code, message, seq, place: null, repeated: true });
      return;
    }
    if (isRefused) this.judgedAgain.push(stamp);
    this.#forget = undefined;
    try {
      const contested = this.#join(mutation, transaction);
      this.#applied.add(stamp);
      const place = this.versions.length - 1;
      const status = contested ? 'merged' : 'applied';
      this.#answer({ ...frame, status, code: null, message: null, seq: null, place, repeated: false });
    } catch (error) {
      if (!(error instanceof TransactionRefused)) throw error;
      this.#rollBack(transaction.entries);
      this.#refuse(mutation, transaction);
      const { code, message } = error;
      this.#answer({
        ...frame,
        status: 'refused',
        code,
        message,
        seq: null,
        place: null,
        repeated: false,
      });
    }
  }

  #rollBack(entries: readonly ExchangedEntry[]): void {
    this.#forget?.();
    this.#forget = undefined;
    const { world } = this.#context;
    if (world === null) return;
    for (const { entity, row } of entries) {
      const state = this.#stateOf(keyOf(entity, row));
      if (state === undefined) world.forget({ entity, id: row });
      else world.learn(state);
    }
  }

  #answer(result: FoldedResult): void {
    this.results.push(result);
    if (!this.#made.has(result.stamp)) this.#made.set(result.stamp, result);
  }

  #stateOf(key: string): RowState | undefined {
    return this.rows.get(key)?.state ?? this.#context.stored.get(key);
  }

  #join(mutation: bigint, transaction: ExchangedTransaction): boolean {
    const { environment, member, otherMembers, refused, places, sessionsLeft } = this.#context;
    if (transaction.author !== member.user && otherMembers.has(transaction.author)) {
      throw new TransactionRefused('AUTHOR');
    }
    checkValues(transaction, environment);
    const entries = transaction.entries.map((entry) => refused.expand(entry));
    const expanded = !refused.isEmpty;
    const made = entries.filter((entry) =>
      makesSession(entry, () => this.#stateOf(keyOf(entry.entity, entry.row))),
    ).length;
    if (made > 0 && this.#sessionsMade + made > sessionsLeft) throw new TransactionRefused('QUOTA');
    const staged = new Map<string, { state: RowState; entries: ExchangedEntry[] }>();
    const place = places.next(transaction.stamp, this.#replacedBy(entries));
    const moved = place !== millisecondsOf(transaction.stamp);
    const origin = {
      stamp: transaction.stamp,
      author: transaction.author,
      ...(moved ? { at: place } : {}),
    };
    for (const entry of entries) {
      const key = keyOf(entry.entity, entry.row);
      const before = staged.get(key)?.state ?? this.#stateOf(key);
      this.#check(transaction, entry, before);
      const row = before ?? emptyRow(entry.entity, entry.row, entry.scope);
      const state = applyEntry(row, entry, origin, (stamp) => this.#hasArrived(stamp));
      const own = staged.get(key);
      if (own === undefined) staged.set(key, { state, entries: [entry] });
      else staged.set(key, { state, entries: [...own.entries, entry] });
      this.#learn(state);
    }
    this.#checkPolicy(transaction, entries, staged);
    places.keep(transaction.stamp, place);
    this.#sessionsMade += made;
    let contested = false;
    for (const [key, { state, entries: own }] of staged) {
      const met = own.some((entry) => meets(state, entry));
      contested ||= met;
      this.#take(key, state, own, mutation, transaction, moved || met || expanded);
    }
    return contested;
  }

  #hasArrived(stamp: Stamp): boolean {
    const status = this.#context.known.get(stamp)?.status;
    return this.#applied.has(stamp) || status === 'applied' || status === 'merged';
  }

  #replacedBy(entries: readonly ExchangedEntry[]): (readonly [CellState, readonly Stamp[]])[] {
    return entries.flatMap((entry): (readonly [CellState, readonly Stamp[]])[] => {
      if (entry.op === 'insert') return [];
      const row = this.#stateOf(keyOf(entry.entity, entry.row));
      if (row === undefined) return [];
      if (entry.op === 'update')
        return entry.cells.map(({ cell, base }) => [cellOf(row, String(cell)), base]);
      return entry.op === 'delete' || entry.op === 'restore' ? [[cellOf(row, lifeCell), entry.base]] : [];
    });
  }

  #check(transaction: ExchangedTransaction, entry: ExchangedEntry, row: RowState | undefined): void {
    const { member, access, refused } = this.#context;
    // Of a purged row nothing is left to protect, its place neither: what comes for it is told so.
    if (row?.purged === true) {
      if (entry.op === 'purge') return;
      throw new TransactionRefused('PURGED');
    }
    checkAccess(member, access, entry, row);
    checkNamed(access, entry, row, ({ entity, id }) => {
      const key = keyOf(entity, id);
      const scope = this.#context.scopesNamed.get(key);
      return this.#stateOf(key) ?? (scope === undefined ? undefined : { scope, purged: false });
    });
    if (entry.op === 'purge') return;
    const missing = row?.insert === undefined && entry.op !== 'insert';
    if (missing && refused.hasInsert(entry.entity, entry.row)) throw new TransactionRefused('ROW_REFUSED');
    const free = transaction.pick === true || transaction.undoes !== undefined;
    if (entry.op === 'update' && row !== undefined && !free) checkSteps(transaction.stamp, entry, row);
  }

  /** Refuses what the policy keeps off the server. Rows are judged as the whole transaction leaves them, and what they rest on with them. */
  #checkPolicy(
    { bodies }: ExchangedTransaction,
    entries: readonly ExchangedEntry[],
    staged: ReadonlyMap<string, { readonly state: RowState }>,
  ): void {
    const { world } = this.#context;
    for (const { state } of staged.values()) world?.learn(state);
    const wordsOf = wordsIn((hash) =>
      Object.hasOwn(bodies, hash) ? Buffer.from(bodies[hash] ?? '', 'base64') : undefined,
    );
    for (const entry of entries) {
      const row = staged.get(keyOf(entry.entity, entry.row))?.state;
      if (row === undefined || (entry.op !== 'insert' && entry.op !== 'update')) continue;
      if (world?.restsOnUnknown(row) === true) throw new TransactionRefused('POLICY');
      this.#checkEntry(entry, row, wordsOf);
    }
  }

  #checkEntry(entry: ExchangedEntry, row: RowState, wordsOf: WordsOf): void {
    const { rules, access, world } = this.#context;
    const allows = rules.forRow(row, access, world?.factsOf(row) ?? null, wordsOf);
    const check = (cell: string | number, value: Json) => {
      if (value === null || (Array.isArray(value) && value.length === 0)) return;
      if (!allows(cell, value)) throw new TransactionRefused('POLICY');
    };
    if (entry.op === 'insert') entry.values.forEach((value, at) => check(at + 1, value));
    else if (entry.op === 'update') for (const { cell, value } of entry.cells) check(cell, value);
  }

  /** Rows that decide on access decide for the rest of the push too, unless their transaction is refused. */
  #learn(state: RowState): void {
    const { access, member } = this.#context;
    const facts = factsOf(state, member, access, access.project(state.id) ?? access.session(state.id));
    if (facts === undefined) return;
    this.#forget ??= access.save();
    access.learn(facts);
  }

  #take(
    key: string,
    state: RowState,
    entries: readonly ExchangedEntry[],
    mutation: bigint,
    { stamp, bodies }: ExchangedTransaction,
    notAsSent: boolean,
  ): void {
    const before = this.#stateOf(key);
    const earlier = this.rows.get(key);
    this.versions.push({
      entity: state.entity,
      id: state.id,
      scope: state.scope,
      mutation,
      stamp,
      ops: entries.map(({ op }) => operations[op]).join(''),
      replaced:
        state.purged || before === undefined ? [] : entries.flatMap((entry) => replacedValues(before, entry)),
    });
    this.rows.set(key, {
      state,
      place: this.versions.length - 1,
      notAsSent: notAsSent || earlier?.notAsSent === true,
      bodies: union(earlier?.bodies ?? noBodies, Object.keys(bodies)),
    });
  }

  /** Puts a row into another scope, in the name of the last transaction: its client cannot know the state. */
  move(key: string, state: RowState): void {
    const [last] = this.results.slice(-1);
    const earlier = this.rows.get(key);
    const { entity, id, scope } = state;
    const { mutation, stamp } = last ?? { mutation: 0n, stamp: '' };
    this.versions.push({ entity, id, scope, mutation, stamp, ops: 'm', replaced: [] });
    const place = this.versions.length - 1;
    this.rows.set(key, { state, place, notAsSent: true, bodies: earlier?.bodies ?? new Set() });
  }

  /**
   * A refused write leaves its row as it was, except where its own successor came first: then what it replaced is superseded too, or that
   * would show again (MR24).
   */
  #refuse(mutation: bigint, transaction: ExchangedTransaction): void {
    const { stamp, entries } = transaction;
    const { refused } = this.#context;
    for (const entry of entries) {
      if (entry.op !== 'update') continue;
      const key = keyOf(entry.entity, entry.row);
      const row = this.#stateOf(key);
      if (row === undefined || row.purged) continue;
      const late = entry.cells.filter(({ cell }) => cellOf(row, String(cell)).superseded.has(stamp));
      if (late.length === 0) continue;
      const cells = new Map(row.cells);
      for (const { cell, base } of late) cells.set(String(cell), supersede(cellOf(row, String(cell)), base));
      this.#take(key, { ...row, cells }, [], mutation, { ...transaction, bodies: {} }, true);
    }
    refused.add(stamp, entries);
  }
}

function supersede(cell: CellState, stamps: readonly Stamp[]): CellState {
  const live = new Map([...cell.live].filter(([stamp]) => !stamps.includes(stamp)));
  return { ...cell, live, superseded: new Set([...cell.superseded, ...stamps]) };
}

const noBodies: ReadonlySet<string> = new Set();

function union(known: ReadonlySet<string>, more: readonly string[]): ReadonlySet<string> {
  return more.length === 0 ? known : new Set([...known, ...more]);
}

function meets(state: RowState, entry: ExchangedEntry): boolean {
  if (entry.op === 'update') return entry.cells.some(({ cell }) => isContested(state, String(cell)));
  return entry.op === 'insert' && hasContested(state);
}

/** Refuses a step of a status that is not declared; equal values and writes that are superseded already may pass (MR23). */
function checkSteps(stamp: Stamp, entry: ExchangedEntry & { op: 'update' }, row: RowState): void {
  const columns = columnsByNumber(entry.entity);
  for (const { cell, value } of entry.cells) {
    const spec = columns.get(Number(cell))?.spec;
    if (spec?.transitions === undefined) continue;
    const state = cellOf(row, String(cell));
    const current = winner(state, { kind: spec.merge })?.value ?? null;
    if (state.superseded.has(stamp) || current === null || sameValue(current, value)) continue;
    const steps = spec.transitions[current as string] ?? [];
    if (!steps.includes(value as string)) throw new TransactionRefused('TRANSITION');
  }
}

/** Values that an entry replaces, for the conflicts of those who replaced them too. What is hidden by it is kept nowhere. */
function replacedValues(before: RowState, entry: ExchangedEntry): (readonly [string, string, Json])[] {
  if (entry.op !== 'update') return [];
  return entry.cells.flatMap(({ cell, base, withheld }) => {
    if (withheld !== undefined) return [];
    const { live } = cellOf(before, String(cell));
    return base.flatMap((stamp): (readonly [string, string, Json])[] => {
      const write = live.get(stamp);
      return write === undefined ? [] : [[String(cell), stamp, write.value]];
    });
  });
}

const sessions = entitySpec('research_sessions').n;

/** True for the insert of a session that is not there yet. `row`: what is there of it. */
export function makesSession(entry: ExchangedEntry, row: () => RowState | undefined): boolean {
  return entry.op === 'insert' && entry.entity === sessions && row()?.insert === undefined;
}

/** The number of the entity whose rows are updates of texts. */
export const textUpdates = entitySpec('text_updates').n;
