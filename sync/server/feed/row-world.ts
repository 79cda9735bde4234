import { type EntityName, entitySpec, isEntityName } from '../../../db/catalogue/catalogue.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { columnsByNumber, entityOfNumber } from '../../core/cell-name.ts';
import { factsOfRow, type RowFacts, type RowValues, type RowWorld } from '../../core/row-facts.ts';
import { lifeOf, type RowState, valuesOf } from '../../core/row-state.ts';
import { parseScope } from '../../core/scope.ts';
import type { ExchangedEntry } from '../../protocol/exchange.ts';
import { idOfLogged } from './check-access.ts';
import type { RowKey, ServerReader } from './store.ts';
import { storedState } from './stored-state.ts';

/** Columns by which a row rests on another one, beside its scope and the owner of a part. */
const restsOn: readonly (readonly [column: string, entity: EntityName])[] = [
  ['session_id', 'research_sessions'],
  ['evidence_id', 'evidence'],
  ['claim_id', 'research_claims'],
  ['artifact_id', 'artifacts'],
];
const [evidence, elements] = [entitySpec('evidence').n, entitySpec('set_elements').n];
/** A part of a mark on a page of a session's document: nothing rests on more rows in a chain. */
const mostSteps = 6;

function keyOf({ entity, id }: RowKey): string {
  return `${entity} ${id}`;
}

/** Logged values by the names of their columns, in the form that facts are read from. */
function named(entity: number, of: (n: number) => Json | undefined): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [n, { name, spec }] of columnsByNumber(entity)) {
    const value = of(n);
    if (value === undefined) continue;
    if (spec.type === 'id') values[name] = idOfLogged(value);
    else values[name] = spec.type === 'boolean' && value !== null ? value === 1 : value;
  }
  return values;
}

/** What a row shows, by the names of its columns. */
function valuesOfState(state: RowState): RowValues {
  const { known } = valuesOf(state);
  return { ...named(state.entity, (n) => known.get(n)), id: state.id, _scope: state.scope };
}

/** The rows on which a row rests, by what it says. */
function namedBy(values: RowValues): RowKey[] {
  const rows = restsOn.flatMap(([column, entity]): RowKey[] => {
    const id = values[column];
    return typeof id === 'string' ? [{ entity: entitySpec(entity).n, id }] : [];
  });
  const { owner_entity: owner, owner_id: id, _scope: scope } = values;
  const session = typeof scope === 'string' ? parseScope(scope) : null;
  if (session?.kind === 'session') rows.push({ entity: entitySpec('research_sessions').n, id: session.id });
  if (typeof owner !== 'string' || !isEntityName(owner) || typeof id !== 'string') return rows;
  return [...rows, { entity: entitySpec(owner).n, id }];
}

/**
 * The rows of the server by which the facts of some rows are found, in the snapshot or transaction that judges them. What a push brings
 * is added as it is joined, and stands over what was read.
 */
export class ServerWorld implements RowWorld {
  readonly #states = new Map<string, RowState>();
  readonly #values = new WeakMap<RowState, RowValues>();
  /** Evidence by the files and references that it names or once named, and elements by their owners. */
  readonly #evidence = new Map<string, Set<string>>();
  readonly #elements = new Map<string, Set<string>>();

  /** Takes a row as it stands now. */
  learn(state: RowState): void {
    const key = keyOf(state);
    this.#states.set(key, state);
    if (state.entity === evidence) {
      const { artifact_id: artifact, reference_id: reference } = this.#valuesOf(state);
      for (const id of [artifact, reference]) if (typeof id === 'string') join(this.#evidence, id, key);
    } else if (state.entity === elements) {
      const { owner_id: owner } = this.#valuesOf(state);
      if (typeof owner === 'string') join(this.#elements, owner, key);
    }
  }

  /** Takes back a row that did not come about. */
  forget(row: RowKey): void {
    this.#states.delete(keyOf(row));
  }

  /** The facts of a row of the feed; null for an entity that this build does not know. */
  factsOf(state: RowState): RowFacts | null {
    const entity = entityOfNumber(state.entity);
    return entity === undefined ? null : factsOfRow(this, entity, this.#valuesOf(state));
  }

  /**
   * True for words of a page, a claim or an owner of which nothing is here: nobody can say how confidential they are. A laptop sends a
   * row before what rests on it, and keeps back what rests on a row that it keeps back.
   */
  restsOnUnknown(state: RowState): boolean {
    const { session_id: _session, artifact_id: _artifact, ...values } = this.#valuesOf(state);
    return namedBy({ ...values, _scope: null }).some((row) => {
      const found = this.#states.get(keyOf(row));
      return found === undefined || this.restsOnUnknown(found);
    });
  }

  row(entity: EntityName, id: string): RowValues | undefined {
    const state = this.#states.get(keyOf({ entity: entitySpec(entity).n, id }));
    return state === undefined ? undefined : this.#valuesOf(state);
  }

  evidenceNaming(column: 'artifact_id' | 'reference_id', id: string): readonly RowValues[] {
    return this.#all(this.#evidence.get(id))
      .filter((state) => lifeOf(state) === 'alive')
      .map((state) => this.#valuesOf(state))
      .filter((values) => values[column] === id);
  }

  tagsOf({ id }: RowValues): readonly string[] {
    if (typeof id !== 'string') return [];
    return this.#all(this.#elements.get(id))
      .filter((state) => lifeOf(state) === 'alive')
      .map((state) => this.#valuesOf(state))
      .flatMap(({ column_name: column, element }) => (column === 'tags' ? [String(element)] : []));
  }

  hostOf(address: string): string | null {
    return URL.canParse(address) ? new URL(address).hostname : null;
  }

  has(row: RowKey): boolean {
    return this.#states.has(keyOf(row));
  }

  /** Ids of all evidence that is known. */
  evidence(): string[] {
    return [...this.#states.values()].flatMap(({ entity, id }) => (entity === evidence ? [id] : []));
  }

  #all(keys: Iterable<string> = []): RowState[] {
    return [...keys].flatMap((key) => this.#states.get(key) ?? []);
  }

  #valuesOf(state: RowState): RowValues {
    const known = this.#values.get(state) ?? valuesOfState(state);
    this.#values.set(state, known);
    return known;
  }
}

function join(index: Map<string, Set<string>>, id: string, key: string): void {
  const keys = index.get(id) ?? new Set();
  index.set(id, keys.add(key));
}

/**
 * Reads what the facts of rows are found by: the rows on which they rest, step by step, the evidence that names the same files and
 * references, and the tags of all evidence. `entries`: what a push is about to join to the rows.
 */
export async function loadWorld(
  reader: ServerReader,
  rows: Iterable<RowState>,
  entries: readonly ExchangedEntry[] = [],
): Promise<ServerWorld> {
  const world = new ServerWorld();
  const given = [...rows];
  for (const state of given) world.learn(state);
  let next: { readonly row: RowKey; readonly values: RowValues }[] = [
    ...given.map((state) => ({ row: state, values: valuesOfState(state) })),
    ...entries.map((entry) => ({
      row: { entity: entry.entity, id: entry.row },
      values: {
        ...(entry.op === 'insert' ? named(entry.entity, (n) => entry.values[n - 1]) : {}),
        _scope: entry.scope,
      },
    })),
  ];
  for (let step = 0; step < mostSteps && next.length > 0; step += 1) {
    const ids = next.flatMap(({ row, values }) => [row.id, values['artifact_id']]);
    const naming =
      (await reader.evidenceNaming?.([...new Set(ids.filter((id) => typeof id === 'string'))])) ?? [];
    const wanted = [
      ...next.flatMap(({ values }) => namedBy(values)),
      ...naming.map((id) => ({ entity: evidence, id })),
    ].filter((row) => !world.has(row));
    const found = await statesOf(reader, distinct(wanted));
    for (const state of found) world.learn(state);
    next = found.map((state) => ({ row: state, values: valuesOfState(state) }));
  }
  const tags = (await reader.tagsOfEvidence?.(world.evidence())) ?? [];
  const missing = tags.map((id) => ({ entity: elements, id })).filter((row) => !world.has(row));
  for (const state of await statesOf(reader, missing)) world.learn(state);
  return world;
}

async function statesOf(reader: ServerReader, rows: readonly RowKey[]): Promise<RowState[]> {
  const stored = rows.length === 0 ? [] : await reader.rows(rows);
  return stored.map(storedState);
}

function distinct(rows: readonly RowKey[]): RowKey[] {
  return [...new Map(rows.map(({ entity, id }) => [keyOf({ entity, id }), { entity, id }])).values()];
}
