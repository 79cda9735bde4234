import { ScopeAccess } from '../../../sync/server/feed/access.ts';
import type { ModelTenant } from './model-tenant.ts';

/** Scopes that a person may read, by the facts as they stand now. */
export function readableScopes(tenant: ModelTenant, user: string): Set<string> {
  const member = tenant.members.get(user);
  if (member === undefined) return new Set();
  const facts = tenant.facts(user);
  const access = new ScopeAccess(member, facts);
  const scopes = ['tenant', `user:${user}`, ...facts.map(({ kind, id }) => `${kind}:${id}`)];
  return new Set(scopes.filter((scope) => access.of(scope) !== 'none'));
}
