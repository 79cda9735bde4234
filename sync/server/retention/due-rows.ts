import { columnsOf, type EntityName, entityNames, entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { PrivacySettings } from '../../core/privacy-settings.ts';
import type { Sql } from '../database/pool.ts';

/** A row that is due, and its entity. */
export interface DueRow {
  readonly entity: EntityName;
  readonly id: string;
}

/** What is due in an organisation, with everything that belongs to it; `held` counts old rows outside of held sessions that one keeps. */
export interface Due {
  readonly rows: readonly DueRow[];
  /** Those of them that grew old by themselves. */
  readonly roots: readonly string[];
  readonly held: number;
  /** Old rows that are kept for what belongs to them: it is young, or under a hold. */
  readonly keptRoots: readonly string[];
}

export interface DueQuestion {
  readonly tenant: string;
  readonly settings: PrivacySettings;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Rows that grew old by themselves, at most. */
  readonly limit: number;
  /** Old rows that were found to be kept before. */
  readonly passed: ReadonlySet<string>;
  /** The only old rows that are asked about; null for all. */
  readonly among: readonly string[] | null;
}

/**
 * Entities whose rows grow old by themselves, with what still needs a row though it is old. Everything else goes with the row that it
 * belongs to; people, projects and their members stay.
 */
const ageing: Readonly<Partial<Record<EntityName, string>>> = {
  research_sessions: 'false',
  evidence: 'false',
  research_claims: 'false',
  annotations: 'false',
  reference_items: `EXISTS (SELECT FROM central.evidence AS of WHERE of.tenant_id = $1 AND of.reference_id = row.id)`,
  artifacts: `EXISTS (SELECT FROM central.evidence AS of WHERE of.tenant_id = $1 AND of.artifact_id = row.id)
    OR EXISTS (SELECT FROM central.reference_items AS of WHERE of.tenant_id = $1 AND of.artifact_id = row.id)`,
  saved_searches: 'false',
};

const dayMs = 86_400_000;
const parts = entityNames.filter((entity) => entitySpec(entity).scope.by === 'owner');
/** Columns by which a row belongs to another and goes with it. */
const belongsBy = entityNames.flatMap((entity) =>
  columnsOf(entity)
    .filter(([, spec]) => spec.required === true && (spec.references ?? 'authors') !== 'authors')
    .map(([column, spec]) => [entity, column, spec.references as EntityName] as const),
);

/** Days after its last change for which a row of an entity is kept; null for ever. */
export function daysOf({ retention }: PrivacySettings, entity: EntityName): number | null {
  return retention.by_entity[entity] ?? (entity in ageing ? retention.default_days : null);
}

/**
 * Up to `limit` rows whose last change is older than their entity's days, with everything that belongs to them. A row is as young as the
 * youngest that belongs to it, and where any of these stands in a session under legal hold, none is due. In a transaction of the
 * organisation.
 */
export async function dueRows(
  sql: Sql,
  { tenant, settings, now, limit, passed, among }: DueQuestion,
): Promise<Due> {
  const heldScopes = settings.retention.legal_hold.map((id) => `session:${id}`);
  const roots: DueRow[] = [];
  const oldBefore = new Map<string, number>();
  for (const [entity, needed] of Object.entries(ageing) as [EntityName, string][]) {
    const days = daysOf(settings, entity);
    if (days === null || roots.length >= limit) continue;
    const found = await sql.rows<{ id: string }>(
      `SELECT row.id FROM central.${entity} AS row
       JOIN central.sync_row AS newest ON newest.tenant_id = $1 AND newest.entity = $3 AND newest.id = row.id
       JOIN central.sync_log AS last ON last.tenant_id = $1 AND last.seq = newest.seq
       WHERE row.tenant_id = $1 AND last.at < $2 AND newest.scope <> ALL ($4::text[]) AND NOT (${needed})
         AND row.id <> ALL ($6::uuid[]) AND ($7::uuid[] IS NULL OR row.id = ANY ($7))
       ORDER BY row.id LIMIT $5`,
      [
        tenant,
        new Date(now - days * dayMs),
        entitySpec(entity).n,
        heldScopes,
        limit - roots.length,
        [...passed],
        among,
      ],
    );
    roots.push(...found.map(({ id }) => ({ entity, id })));
    for (const { id } of found) oldBefore.set(id, now - days * dayMs);
  }
  const graph = await belongings(sql, tenant, roots);
  const facts = await agesOf(sql, tenant, [...graph.keys()], new Set(heldScopes));
  return settle(graph, facts, oldBefore);
}

/** A row with the ids of those that belong to it. */
interface Owner extends DueRow {
  readonly owns: Set<string>;
}

/** The rows and everything that belongs to them, by id. A row may belong to several. */
async function belongings(sql: Sql, tenant: string, roots: readonly DueRow[]): Promise<Map<string, Owner>> {
  const graph = new Map<string, Owner>();
  let layer: DueRow[] = [...roots];
  while (layer.length > 0) {
    layer = layer.filter(({ id }) => !graph.has(id));
    for (const row of layer) graph.set(row.id, { ...row, owns: new Set() });
    const next: DueRow[] = [];
    for (const [of, rows] of Map.groupBy(layer, ({ entity }) => entity)) {
      for (const [entity, column] of ownedBy(of)) {
        const found = await sql.rows<{ id: string; owner: string }>(
          `SELECT id, ${column} AS owner FROM central.${entity} WHERE tenant_id = $1 AND ${column} = ANY ($2::uuid[])`,
          [tenant, rows.map(({ id }) => id)],
        );
        for (const { id, owner } of found) graph.get(owner)?.owns.add(id);
        next.push(...found.map(({ id }) => ({ entity, id })));
      }
    }
    layer = next;
  }
  return graph;
}

/** Tables and columns by which rows belong to rows of an entity. */
function ownedBy(owner: EntityName): (readonly [entity: EntityName, column: string])[] {
  return [
    ...belongsBy.filter(([, , of]) => of === owner).map(([entity, column]) => [entity, column] as const),
    ...parts.map((entity) => [entity, 'owner_id'] as const),
  ];
}

/** When a row was last changed, in milliseconds, and whether it stands under a legal hold. */
interface Age {
  readonly at: number;
  readonly held: boolean;
}

async function agesOf(
  sql: Sql,
  tenant: string,
  ids: readonly string[],
  heldScopes: ReadonlySet<string>,
): Promise<Map<string, Age>> {
  const found = await sql.rows<{ id: string; scope: string; at: string }>(
    `SELECT newest.id, newest.scope, last.at FROM central.sync_row AS newest
     JOIN central.sync_log AS last ON last.tenant_id = $1 AND last.seq = newest.seq
     WHERE newest.tenant_id = $1 AND newest.id = ANY ($2::uuid[])`,
    [tenant, ids],
  );
  return new Map(found.map(({ id, scope, at }) => [id, { at: Date.parse(at), held: heldScopes.has(scope) }]));
}

function settle(
  graph: ReadonlyMap<string, Owner>,
  facts: ReadonlyMap<string, Age>,
  oldBefore: ReadonlyMap<string, number>,
): Due {
  const known = new Map<string, Age>();
  const youngest = (id: string): Age => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const all = [facts.get(id), ...[...(graph.get(id)?.owns ?? [])].map(youngest)].filter(
      (each) => each !== undefined,
    );
    const age = {
      at: Math.max(...all.map(({ at }) => at)),
      held: all.some(({ held }) => held),
    };
    known.set(id, age);
    return age;
  };
  const rows = new Map<string, DueRow>();
  const take = (id: string): void => {
    const row = graph.get(id);
    if (row === undefined || rows.has(id)) return;
    rows.set(id, { entity: row.entity, id });
    for (const owned of row.owns) take(owned);
  };
  const roots: string[] = [];
  const keptRoots: string[] = [];
  let held = 0;
  for (const [root, before] of oldBefore) {
    const age = youngest(root);
    if (age.held) held += 1;
    if (age.held || age.at >= before) keptRoots.push(root);
    else {
      roots.push(root);
      take(root);
    }
  }
  return { rows: [...rows.values()], roots, held, keptRoots };
}
