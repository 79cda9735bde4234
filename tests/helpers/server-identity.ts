import { randomBytes } from 'node:crypto';
import type { Identity, Principal } from '../../sync/server/identity/context.ts';
import { authenticate } from '../../sync/server/identity/authenticate.ts';
import { addPerson, createTenant } from '../../sync/server/identity/members.ts';
import type { TenantRole } from '../../sync/server/identity/tenant-roles.ts';
import { type SignedIn, signInByPassword } from '../../sync/server/identity/sign-in.ts';
import type { TestDatabase } from './postgres.ts';

/** Identity over a test's database, with a clock that the test moves. */
export interface TestIdentity extends Identity {
  /** Moves the clock forward. */
  later(milliseconds: number): void;
}

export const password = 'correct horse battery';

export function testIdentity({ server }: TestDatabase): TestIdentity {
  let now = Date.UTC(2026, 10, 21, 12);
  return {
    pool: server,
    now: () => now,
    keys: { signing: randomBytes(32), sealing: randomBytes(32) },
    later: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** A tenant with one person for each role that is named; their addresses are `<role>@<slug>.example`. */
export async function tenantOf(
  identity: Identity,
  slug: string,
  roles: readonly TenantRole[] = ['owner'],
): Promise<{ tenantId: string; people: Readonly<Partial<Record<TenantRole, string>>> }> {
  const { tenantId } = await createTenant(identity.pool, { name: slug, slug });
  const people: Partial<Record<TenantRole, string>> = {};
  for (const role of roles) {
    const email = `${role}@${slug}.example`;
    people[role] = (await addPerson(identity.pool, { tenantId }, { email, role, password })).userId;
  }
  return { tenantId, people };
}

export function signIn(identity: Identity, email: string, more: object = {}): Promise<SignedIn> {
  return signInByPassword(identity, { email, password, ...more }, {}, { address: '192.0.2.1' });
}

export function principalOf(identity: Identity, signedIn: { accessToken: string }): Promise<Principal> {
  return authenticate(identity, `Bearer ${signedIn.accessToken}`, { address: '192.0.2.1' });
}
