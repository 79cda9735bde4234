import type { Sql } from '../database/pool.ts';

/** Evidence, not in the trash, that names one of these files or references. */
export async function evidenceNaming(sql: Sql, tenant: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const naming = (column: 'artifact_id' | 'reference_id') =>
    `SELECT id FROM central.evidence WHERE tenant_id = $1 AND ${column} = ANY ($2::uuid[]) AND NOT _deleted`;
  const rows = await sql.rows<{ id: string }>(`${naming('artifact_id')} UNION ${naming('reference_id')}`, [
    tenant,
    ids,
  ]);
  return rows.map(({ id }) => id);
}

/** Rows of the elements of evidence's tags that are in their sets. */
export async function tagsOfEvidence(
  sql: Sql,
  tenant: string,
  evidence: readonly string[],
): Promise<string[]> {
  if (evidence.length === 0) return [];
  const rows = await sql.rows<{ id: string }>(
    `SELECT id FROM central.set_elements
     WHERE tenant_id = $1 AND owner_id = ANY ($2::uuid[]) AND column_name = 'tags' AND NOT _deleted`,
    [tenant, evidence],
  );
  return rows.map(({ id }) => id);
}
