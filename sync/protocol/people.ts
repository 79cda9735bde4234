import { z } from 'zod';
import { tenantRoleSchema } from './auth.ts';
import { idSchema, jsonSchema } from './primitives.ts';

/**
 * The messages about one's own account, and about the people of an organisation for those who manage them. Instants are UTC ISO-8601
 * text unless a name says otherwise. No secret ever stands in an address: everything that takes one is a POST.
 */

const stampSessionSchema = z.string().regex(/^[0-9a-f]{16}$/);
const email = z.string().min(3).max(320);
const instant = z.string();

/** GET /v1/account: who this sign-in is, and how it is protected. */
export const accountAnswerSchema = z.strictObject({
  tenant: z.strictObject({ id: idSchema, slug: z.string(), name: z.string() }),
  user: z.strictObject({ id: idSchema, email: z.string(), fullName: z.string().nullable() }),
  role: tenantRoleSchema,
  /** False for who signs in through an issuer only. */
  hasPassword: z.boolean(),
  passwordChangedAt: instant.nullable(),
  secondFactor: z.boolean(),
  recoveryCodesLeft: z.number().int(),
  /** The device of this sign-in. */
  deviceId: idSchema.nullable(),
  managesPeople: z.boolean(),
  readsAudit: z.boolean(),
});

const person = z.strictObject({
  id: idSchema,
  email: z.string(),
  fullName: z.string().nullable(),
  role: tenantRoleSchema,
  status: z.enum(['active', 'invited', 'suspended']),
});

const device = z.strictObject({
  id: idSchema,
  user: idSchema,
  name: z.string(),
  platform: z.string().nullable(),
  encrypted: z.boolean(),
  registeredAt: instant,
  /** When a session of it was last opened or renewed. */
  lastSeen: instant,
  signedIn: z.boolean(),
  revokedAt: instant.nullable(),
});

const key = z.strictObject({
  id: idSchema,
  user: idSchema,
  name: z.string(),
  scopes: z.array(z.string()),
  /** The project that it reaches, and nothing else of its person's; null for a key that reaches what its person does. */
  project: idSchema.nullable(),
  status: z.string(),
  lastUsedAt: instant.nullable(),
  expiresAt: instant.nullable(),
});

const invitation = z.strictObject({
  id: idSchema,
  email: z.string(),
  role: tenantRoleSchema,
  invitedBy: z.string().nullable(),
  expiresAt: instant,
});

/**
 * GET /v1/people: the members of the organisation; devices and keys of one's own, or of all where people are one's to manage, who also
 * see the invitations that are open and the seats.
 */
export const peopleAnswerSchema = z.strictObject({
  people: z.array(person),
  devices: z.array(device),
  keys: z.array(key),
  invitations: z.array(invitation),
  seats: z.strictObject({ taken: z.number().int(), most: z.number().int() }).nullable(),
});

/** POST /v1/people/change: another role; a stay outside that can be taken back; or out of the organisation. */
export const changePersonRequestSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('role'), user: idSchema, role: tenantRoleSchema }),
  z.strictObject({ do: z.enum(['suspend', 'readmit', 'remove']), user: idSchema }),
]);

/** POST /v1/people/invite. The token is shown this once. */
export const inviteRequestSchema = z.strictObject({ email, role: tenantRoleSchema });
export const inviteAnswerSchema = z.strictObject({
  id: idSchema,
  token: z.string(),
  expiresAt: z.number().int(),
});

/**
 * POST /v1/devices/change: end its sessions; shut it out for good (a laptop that was lost), which every later sign-in from it hears of;
 * or let it in again, which is for who manages people.
 */
export const changeDeviceRequestSchema = z.strictObject({
  id: idSchema,
  do: z.enum(['sign-out', 'revoke', 'readmit']),
});

/** POST /v1/devices/of-sessions: on which devices stamps were made, by the last sixteen digits of these stamps. */
export const sessionDevicesRequestSchema = z.strictObject({
  sessions: z.array(stampSessionSchema).min(1).max(500),
});
export const sessionDevicesAnswerSchema = z.strictObject({
  devices: z.record(stampSessionSchema, z.string()),
});

/** POST /v1/keys/revoke and /v1/people/withdraw-invitation. */
export const revokeRequestSchema = z.strictObject({ id: idSchema });

/** POST /v1/keys/create: a key for oneself, shown this once. */
export const createKeyRequestSchema = z.strictObject({
  name: z.string().min(1).max(100),
  scopes: z.array(z.enum(['read', 'write', 'admin'])).min(1),
  /** The project beyond which it does not reach. */
  project: idSchema.optional(),
  days: z.number().int().min(1).max(3650).optional(),
});
export const createKeyAnswerSchema = z.strictObject({ id: idSchema, key: z.string() });

/** POST /v1/audit: what was changed about people, access and settings, from the newest on; `before` is the last number of a page. */
export const auditRequestSchema = z.strictObject({
  before: z.number().int().positive().optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export const auditAnswerSchema = z.strictObject({
  entries: z.array(
    z.strictObject({
      n: z.number().int(),
      at: instant,
      /** The person's address or name; null for the server itself. */
      by: z.string().nullable(),
      action: z.string(),
      outcome: z.string(),
      resource: z.string().nullable(),
      resourceId: z.string().nullable(),
      /** Whom it concerns, where that is a person of the organisation. */
      about: z.string().nullable(),
      address: z.string().nullable(),
      /** Values that retention has erased are absent. */
      changes: z.array(z.strictObject({ field: z.string(), old: jsonSchema, new: jsonSchema })),
      /** Fields whose values are never kept. */
      notKept: z.array(z.string()),
    }),
  ),
  next: z.number().int().nullable(),
});

export type AccountAnswer = z.infer<typeof accountAnswerSchema>;
export type PeopleAnswer = z.infer<typeof peopleAnswerSchema>;
export type ChangePersonRequest = z.infer<typeof changePersonRequestSchema>;
export type ChangeDeviceRequest = z.infer<typeof changeDeviceRequestSchema>;
export type AuditAnswer = z.infer<typeof auditAnswerSchema>;
