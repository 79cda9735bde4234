import type pg from 'pg';
import { tenantId } from '../sync/device.ts';
import type { ModelTenant } from '../sync/model-tenant.ts';

/** What an organisation decides beside the feed, as one text for each thing. */
interface Decided {
  readonly policy: string;
  readonly members: string;
  readonly epochs: ReadonlyMap<string, number>;
  readonly clients: ReadonlyMap<string, string>;
}

/** Carries what was decided at the model over to PostgreSQL: its policy, who is a member, scopes that are opened anew, laptops that are retired or backed up. */
export class Governance {
  #known: Decided | null = null;

  /** Both are the same now. */
  begin(tenant: ModelTenant): void {
    this.#known = decidedOf(tenant);
  }

  async follow(admin: pg.Pool, tenant: ModelTenant): Promise<void> {
    const before = this.#known;
    const now = decidedOf(tenant);
    this.#known = now;
    if (before?.policy !== now.policy)
      await admin.query(
        'UPDATE governance.tenants SET privacy_settings = $2, policy_version = $3 WHERE id = $1',
        [tenantId, JSON.stringify(tenant.policy.settings), tenant.policy.version],
      );
    if (before?.members !== now.members)
      await admin.query(
        `UPDATE governance.memberships SET status = CASE WHEN user_id = ANY ($2) THEN 'active' ELSE 'suspended' END WHERE tenant_id = $1`,
        [tenantId, [...tenant.members.keys()]],
      );
    for (const [scope, epoch] of now.epochs) {
      if (before?.epochs.get(scope) === epoch) continue;
      await admin.query(
        'UPDATE central.sync_scope SET scope_epoch = $3 WHERE tenant_id = $1 AND scope = $2',
        [tenantId, scope, epoch],
      );
    }
    for (const [id, client] of now.clients) {
      if (before?.clients.get(id) === client) continue;
      const { retired, backedUp } = JSON.parse(client) as { retired: boolean; backedUp: string };
      await admin.query(
        'UPDATE central.sync_client SET retired = $3, backed_up = $4 WHERE tenant_id = $1 AND client_id = $2',
        [tenantId, id, retired, backedUp],
      );
    }
  }
}

function decidedOf({ policy, members, scopes, clients }: ModelTenant): Decided {
  return {
    policy: JSON.stringify(policy),
    members: JSON.stringify([...members.keys()].toSorted()),
    epochs: new Map([...scopes].map(([scope, { scopeEpoch }]) => [scope, scopeEpoch])),
    clients: new Map(
      [...clients].map(([id, { retired, backedUp }]) => [
        id,
        JSON.stringify({ retired, backedUp: String(backedUp) }),
      ]),
    ),
  };
}
