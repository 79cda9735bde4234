import type { Sql } from '../database/pool.ts';
import type { TenantRules } from '../feed/ingress-policy.ts';
import type { PostgresReader } from '../store/reader.ts';

/** What was read in the file $2: for each document that uses it the text of its reading, null where there is none. */
const readings = `
  SELECT x.text_hash FROM central.artifacts AS a
    JOIN central.evidence AS e ON e.tenant_id = $1 AND e.artifact_id = a.id AND NOT e._deleted
    LEFT JOIN central.content_extractions AS x ON x.tenant_id = $1 AND x.id = e.extraction_id
   WHERE a.tenant_id = $1 AND (a.content_hash = $2 OR a.snapshot_hash = $2)
  UNION ALL
  SELECT x.text_hash FROM central.content_extractions AS x WHERE x.tenant_id = $1 AND x.geometry_hash = $2`;

/**
 * Whether the words of a file may be on the server, as far as its documents tell: where the policy takes words out of what is here, only a
 * file whose text was read, is here and holds none of them may be, since nothing can be taken out of a file (P27). What its reading says is taken for its words.
 */
export async function saysNothingRedacted(
  sql: Sql,
  reader: PostgresReader,
  rules: TenantRules,
  hash: string,
): Promise<boolean> {
  if (!rules.redacts) return true;
  const texts = (await sql.rows<{ text_hash: string | null }>(readings, [reader.tenant, hash])).map(
    ({ text_hash: text }) => text,
  );
  if (texts.length === 0) return false;
  const bodies = new Map(
    (await reader.bodies(texts.filter((text) => text !== null))).map((body) => [body.hash, body.data]),
  );
  return texts.every((text) => {
    const data = text === null ? undefined : bodies.get(text);
    return data !== undefined && !rules.hidesWords(Buffer.from(data).toString('utf8'));
  });
}
