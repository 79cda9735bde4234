import { entityNames, entitySpec } from '../../../db/catalogue/catalogue.ts';
import type { Sql } from '../database/pool.ts';
import type { RowKey, StoredUse } from '../feed/store.ts';

/** Documents that the evidence of sessions names, each once. */
export async function documentsOfSessions(
  sql: Sql,
  tenant: string,
  sessions: readonly string[],
): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    `SELECT DISTINCT artifact_id AS id FROM central.evidence
     WHERE tenant_id = $1 AND session_id = ANY ($2::uuid[]) AND artifact_id IS NOT NULL`,
    [tenant, sessions],
  );
  return rows.map(({ id }) => id);
}

const [evidence, references] = [entitySpec('evidence').n, entitySpec('reference_items').n];

/** Every use of documents. A session that has not arrived is in no project. */
export async function documentUses(
  sql: Sql,
  tenant: string,
  documents: readonly string[],
): Promise<StoredUse[]> {
  const rows = await sql.rows<{
    entity: number;
    id: string;
    document: string;
    session: string | null;
    project: string | null;
    restricted: boolean | null;
  }>(
    `SELECT ${evidence} AS entity, e.id, e.artifact_id AS document, e.session_id AS session, s.project_id AS project, s.restricted
       FROM central.evidence AS e LEFT JOIN central.research_sessions AS s ON s.tenant_id = $1 AND s.id = e.session_id
      WHERE e.tenant_id = $1 AND e.artifact_id = ANY ($2::uuid[])
     UNION ALL
     SELECT ${references}, id, artifact_id, NULL, project_id, false FROM central.reference_items
      WHERE tenant_id = $1 AND artifact_id = ANY ($2::uuid[])`,
    [tenant, documents],
  );
  return rows.map(({ entity, id, document, session, project, restricted }) => ({
    by: { entity, id },
    document,
    session,
    project,
    restricted: restricted === true,
  }));
}

/** Entities whose rows belong to a document by a column of their own. */
const belonging = entityNames.flatMap((entity) => {
  const { n, scope } = entitySpec(entity);
  return scope.by === 'parent' && scope.entity === 'artifacts' ? [{ n, entity, column: scope.column }] : [];
});

/** Entities whose rows are parts of other rows: elements of sets, positions, updates of texts. Theirs are told by their owners' names. */
const parts = entityNames.flatMap((entity) => {
  const { n, scope } = entitySpec(entity);
  return scope.by === 'owner' ? [{ n, entity, column: scope.idColumn }] : [];
});

/** What stands where its document stands. */
export async function partsOfDocuments(
  sql: Sql,
  tenant: string,
  documents: readonly string[],
): Promise<RowKey[]> {
  const select = ({ n, entity, column }: (typeof parts)[number]) =>
    `SELECT ${n} AS entity, id FROM central.${entity} WHERE tenant_id = $1 AND ${column} = ANY ($2::uuid[])`;
  const own = await sql.rows<RowKey>(belonging.map(select).join(' UNION ALL '), [tenant, documents]);
  const owners = [...documents, ...own.map(({ id }) => id)];
  const selectParts = (part: (typeof parts)[number]) =>
    `${select(part)} AND owner_entity IN ('artifacts', 'content_extractions', 'metadata_tags')`;
  return [...own, ...(await sql.rows<RowKey>(parts.map(selectParts).join(' UNION ALL '), [tenant, owners]))];
}
