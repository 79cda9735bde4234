import { ServerError } from '../errors.ts';
import type { Principal } from './context.ts';
import type { TenantRole } from './tenant-roles.ts';

/** A person's role in a project. */
export type ProjectRole = 'lead' | 'editor' | 'reviewer' | 'reader';

/** What a role in the tenant allows beside reading. */
const capabilities = {
  /** Billing, deletion of the tenant, and naming other owners. */
  own: ['owner'],
  /** People, keys of others, devices, invitations. */
  'manage-people': ['owner', 'admin'],
  /** Privacy settings, retention, quotas. */
  'manage-policy': ['owner', 'admin'],
  'read-audit': ['owner', 'admin'],
  write: ['owner', 'admin', 'analyst', 'api_client'],
} as const satisfies Readonly<Record<string, readonly TenantRole[]>>;

export type Capability = keyof typeof capabilities;

/**
 * Roles of other systems, for imports and keys that name them: the roles of a user, of a member of an organisation, and of a
 * member of a project, onto the ones that are used here.
 */
export const foreignRoles: Readonly<
  Record<string, { readonly tenant: TenantRole; readonly project: ProjectRole }>
> = {
  superadmin: { tenant: 'owner', project: 'lead' },
  owner: { tenant: 'owner', project: 'lead' },
  admin: { tenant: 'admin', project: 'lead' },
  analyst: { tenant: 'analyst', project: 'editor' },
  member: { tenant: 'analyst', project: 'editor' },
  user: { tenant: 'analyst', project: 'editor' },
  editor: { tenant: 'analyst', project: 'editor' },
  contributor: { tenant: 'analyst', project: 'editor' },
  reviewer: { tenant: 'analyst', project: 'reviewer' },
  viewer: { tenant: 'viewer', project: 'reader' },
  guest: { tenant: 'viewer', project: 'reader' },
  api_client: { tenant: 'api_client', project: 'editor' },
};

export function roleMay(role: TenantRole, capability: Capability): boolean {
  return (capabilities[capability] as readonly TenantRole[]).includes(role);
}

/** True where both the person and the sign-in or key that they use may do something. */
export function mayUse(principal: Principal, capability: Capability): boolean {
  const isAllowed = capability === 'write' ? principal.scopes.includes('write') : isWhole(principal);
  return roleMay(principal.role, capability) && isAllowed;
}

/** True for a person's sign-in, and for a key that may do whatever its person may: of a project's key the project is all it reaches. */
function isWhole({ scopes, projectId }: Principal): boolean {
  return scopes.includes('admin') && projectId === undefined;
}

/** Throws `FORBIDDEN` for a narrower key: it changes nothing about its person's keys, devices and sign-ins. */
export function requireWhole(principal: Principal): void {
  if (isWhole(principal)) return;
  throw new ServerError(
    'FORBIDDEN',
    'This key may not change keys, devices or sign-ins. Nothing was changed. Sign in as its person.',
    { needs: 'admin' },
  );
}

/** Throws `FORBIDDEN` where the person, or the key that they use, may not do something. */
export function requireCapability(principal: Principal, capability: Capability): void {
  if (mayUse(principal, capability)) return;
  throw new ServerError(
    'FORBIDDEN',
    'Your role in this organisation does not allow this. Nothing was changed. Ask an administrator.',
    { role: principal.role, needs: capability },
  );
}

/** Throws `FORBIDDEN` where somebody would give away more than they have: only an owner names owners. */
export function requireToGrant(granter: TenantRole, granted: TenantRole): void {
  if (isBelow(granter, granted)) return;
  throw new ServerError('FORBIDDEN', 'Only an owner can name another owner. Nothing was changed.');
}

/** True where somebody of this role may invite somebody into that one. */
export function mayGrant(granter: TenantRole, granted: TenantRole): boolean {
  return roleMay(granter, 'manage-people') && isBelow(granter, granted);
}

function isBelow(granter: TenantRole, granted: TenantRole): boolean {
  return granted !== 'owner' || granter === 'owner';
}
