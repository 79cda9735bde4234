/** A person's role in a tenant, from the most to the least. */
export const tenantRoles = ['owner', 'admin', 'analyst', 'viewer', 'api_client'] as const;
export type TenantRole = (typeof tenantRoles)[number];
