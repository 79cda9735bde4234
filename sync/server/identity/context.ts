import type pg from 'pg';
import type { Acting } from '../database/pool.ts';
import type { TenantRole } from './tenant-roles.ts';

/** What identity works with. Clock and keys are given, so that a test can move the one and forge with the other. */
export interface Identity {
  readonly pool: pg.Pool;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly keys: IdentityKeys;
}

/** Secrets that stand outside the database, 32 bytes each. */
export interface IdentityKeys {
  /** Signs access tokens. */
  readonly signing: Uint8Array;
  /** Seals secrets that the database keeps: of second factors, and sensitive settings. */
  readonly sealing: Uint8Array;
}

/** Where a request came from, for the audit log and for limits. */
export interface Origin {
  readonly address?: string;
  readonly requestId?: string;
  readonly userAgent?: string;
}

/** Who a request speaks for, as the database had it when the request began. */
export interface Principal {
  readonly tenantId: string;
  readonly userId: string;
  readonly role: TenantRole;
  readonly via: 'session' | 'api_key';
  /** Of the sign-in, or of the key. */
  readonly credentialId: string;
  readonly deviceId: string | null;
  readonly scopes: readonly KeyScope[];
  /** Of a key that belongs to a project: it reaches no further. */
  readonly projectId?: string | undefined;
}

/** What a key or a session may be used for; never more than its person may do. */
export type KeyScope = 'read' | 'write' | 'admin';

/** For whom a transaction of this request acts. */
export function actingAs(principal: { tenantId?: string; userId?: string }, origin: Origin = {}): Acting {
  return {
    ...(principal.tenantId === undefined ? {} : { tenantId: principal.tenantId }),
    ...(principal.userId === undefined ? {} : { userId: principal.userId }),
    ...(origin.address === undefined ? {} : { address: origin.address }),
    ...(origin.requestId === undefined ? {} : { requestId: origin.requestId }),
  };
}
