import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import { entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Sql } from '../database/pool.ts';
import type { RowKey } from '../feed/store.ts';

/** SQL that gives `id` and `level` of rows `r` of an entity that are named by $2, through what they quote or are a part of. */
type Quoting = readonly [entity: EntityName, from: string];

const of = (table: string, alias: string, on: string) =>
  `JOIN central.${table} AS ${alias} ON ${alias}.tenant_id = $1 AND ${on}`;

const quoting: readonly Quoting[] = [
  ['claim_evidence', of('evidence', 'q', 'q.id = r.evidence_id')],
  ['claim_evidence', of('research_claims', 'q', 'q.id = r.claim_id')],
  ['annotations', of('evidence', 'q', 'q.id = r.evidence_id')],
  ['artifacts', of('evidence', 'q', 'q.artifact_id = r.id')],
  ['content_extractions', of('evidence', 'q', 'q.artifact_id = r.artifact_id')],
  ['metadata_tags', of('evidence', 'q', 'q.artifact_id = r.artifact_id')],
  ['reference_items', of('evidence', 'q', 'q.reference_id = r.id')],
  ...(['set_elements', 'judgements', 'text_updates'] as const).flatMap((part): Quoting[] => [
    [part, of('evidence', 'q', 'q.id = r.owner_id')],
    [part, of('research_claims', 'q', 'q.id = r.owner_id')],
    [part, `${of('annotations', 'o', 'o.id = r.owner_id')} ${of('evidence', 'q', 'q.id = o.evidence_id')}`],
    [
      part,
      `${of('claim_evidence', 'o', 'o.id = r.owner_id')} ${of('evidence', 'q', 'q.id = o.evidence_id')}`,
    ],
    [part, of('evidence', 'q', 'q.artifact_id = r.owner_id')],
    [part, of('evidence', 'q', 'q.reference_id = r.owner_id')],
  ]),
];

const quotingEntities: ReadonlySet<number> = new Set(quoting.map(([entity]) => entitySpec(entity).n));

const statement = quoting
  .map(
    ([entity, from]) =>
      `SELECT r.id, q.sharing_level AS level FROM central.${entity} AS r ${from}
        WHERE r.tenant_id = $1 AND r.id = ANY ($2::uuid[]) AND q.sharing_level IS NOT NULL`,
  )
  .join(' UNION ALL ');

/** Sharing levels of what rows quote, or are parts of, by the rows' ids. A row has one for each that it rests on. */
export async function quotedLevels(
  sql: Sql,
  tenant: string,
  rows: readonly RowKey[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = rows.filter(({ entity }) => quotingEntities.has(entity)).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const found = await sql.rows<{ id: string; level: string }>(statement, [tenant, ids]);
  return new Map(
    [...Map.groupBy(found, ({ id }) => id)].map(([id, rows]) => [id, rows.map(({ level }) => level)]),
  );
}
