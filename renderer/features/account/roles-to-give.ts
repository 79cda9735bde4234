import { type Account, type TenantRole, tenantRoles } from '../../../preload/contract/people.ts';

/** Roles that somebody may give or take: an owner is an owner's to name. The server decides it again. */
export function rolesToGive({ role }: Account): readonly TenantRole[] {
  return role === 'owner' ? tenantRoles : tenantRoles.filter((each) => each !== 'owner');
}
