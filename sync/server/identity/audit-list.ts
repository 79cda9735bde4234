import type { AuditAnswer } from '../../protocol/people.ts';
import { transact } from '../database/pool.ts';
import { actingAs, type Identity, type Principal } from './context.ts';
import { requireCapability } from './roles.ts';

interface Row {
  readonly n: string;
  readonly at: string;
  readonly by: string | null;
  readonly action: string;
  readonly outcome: string;
  readonly resource: string | null;
  readonly resourceId: string | null;
  readonly about: string | null;
  readonly address: string | null;
  readonly details: { readonly not_kept?: readonly string[] };
  readonly changes: AuditAnswer['entries'][number]['changes'];
}

/** Addresses and names of people as the log's ids name them; ids of rows are text there. */
const nameOf = (id: string) =>
  `(SELECT coalesce(u.full_name, u.email) FROM governance.users u WHERE u.id::text = ${id}::text)`;

/** One page of the organisation's audit log, the newest first. Throws `FORBIDDEN` for who may not read it. */
export async function auditSeenBy(
  identity: Identity,
  principal: Principal,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<AuditAnswer> {
  requireCapability(principal, 'read-audit');
  const rows = await transact(identity.pool, actingAs(principal), (sql) =>
    sql.rows<Row>(
      `SELECT l.n, l.time AS at, ${nameOf('l.user_id')} AS by, l.action, l.outcome, l.resource_type AS resource,
              l.resource_id AS "resourceId", host(l.ip_address) AS address, l.details,
              ${nameOf(`CASE WHEN l.resource_type IN ('users', 'user_credentials') THEN l.resource_id
                   ELSE (SELECT m.user_id::text FROM governance.memberships m WHERE m.id::text = l.resource_id) END`)} AS about,
              coalesce((SELECT jsonb_agg(jsonb_build_object('field', v.field, 'old', v.old, 'new', v.new) ORDER BY v.field)
                 FROM governance.audit_values v WHERE v.log_id = l.id AND v.time = l.time), '[]') AS changes
         FROM governance.audit_logs l
        WHERE l.tenant_id = governance.current_tenant() AND ($1::bigint IS NULL OR l.n < $1)
        ORDER BY l.n DESC LIMIT $2`,
      [page.before ?? null, page.limit],
    ),
  );
  const entries = rows.map(({ n, details, ...row }) => ({
    ...row,
    n: Number(n),
    notKept: [...(details.not_kept ?? [])],
  }));
  return { entries, next: entries.length < page.limit ? null : (entries.at(-1)?.n ?? null) };
}
