import { z } from 'zod';
import { tenantRoleSchema, totpAnswerSchema } from '../../sync/protocol/auth.ts';
import {
  accountAnswerSchema,
  auditAnswerSchema,
  auditRequestSchema,
  changeDeviceRequestSchema,
  changePersonRequestSchema,
  createKeyAnswerSchema,
  createKeyRequestSchema,
  inviteRequestSchema,
  peopleAnswerSchema,
} from '../../sync/protocol/people.ts';
import { entitySchema, idSchema } from './payload.ts';
import { procedure } from './procedure.ts';

const secret = z.string().min(1).max(256);
const code = z.string().min(6).max(40);

/** What waits to be sent, by name: what somebody who signs out leaves behind. */
const unsentSchema = z.object({
  /** Transactions, and rows by kind. */
  waiting: z.number().int(),
  /** Transactions of which the server has not everything: those that wait, the inbox, and what a policy or its person keeps here. */
  onlyHere: z.number().int(),
  kinds: z.array(z.object({ entity: entitySchema, rows: z.number().int() })),
  /** The first of these rows. */
  rows: z.array(z.object({ entity: entitySchema, id: idSchema, label: z.string(), title: z.string() })),
});

/**
 * One's own account on the server that this workspace is connected to. Every call asks the server and keeps nothing; what is a secret is
 * answered once.
 */
export const account = {
  get: procedure(z.void(), accountAnswerSchema),
  /** Signs every other device out. */
  changePassword: procedure(z.strictObject({ current: secret, next: secret }), z.void()),
  /** Begins a second factor: its secret, the address for an authenticator, and the recovery codes. It counts once confirmed. */
  offerSecondFactor: procedure(z.strictObject({ password: secret }), totpAnswerSchema),
  confirmSecondFactor: procedure(z.strictObject({ code }), z.void()),
  removeSecondFactor: procedure(z.strictObject({ password: secret, code }), z.void()),
  renewRecoveryCodes: procedure(z.strictObject({ password: secret, code }), totpAnswerSchema),
  /** A key for a script, shown this once. */
  createKey: procedure(createKeyRequestSchema, createKeyAnswerSchema),
  revokeKey: procedure(z.strictObject({ id: idSchema }), z.void()),
  /** What is not sent yet, before one signs out. */
  unsent: procedure(z.void(), unsentSchema),
  /**
   * Signs out and takes the copy off this laptop: rows, history, files, and the workspace's own backups. `givenUp` is what is only
   * here (`unsent.onlyHere`), as the person was told: it goes, too. Sessions that were never to be sent stay.
   */
  removeCopy: procedure(
    z.strictObject({ givenUp: z.number().int().min(0) }),
    z.object({ rows: z.number().int() }),
  ),
};

/** The people of the organisation. What is for who manages them is refused by the server to everybody else. */
export const people = {
  /** Members; one's own devices and keys, or everybody's where people are one's to manage, with invitations and seats. */
  list: procedure(z.void(), peopleAnswerSchema),
  /** The link is answered this once; it is good until `expiresAt` (milliseconds since 1970). */
  invite: procedure(
    inviteRequestSchema,
    z.object({ id: idSchema, link: z.string(), expiresAt: z.number().int() }),
  ),
  withdrawInvitation: procedure(z.strictObject({ id: idSchema }), z.void()),
  change: procedure(changePersonRequestSchema, z.void()),
  changeDevice: procedure(changeDeviceRequestSchema, z.void()),
  audit: procedure(auditRequestSchema, auditAnswerSchema),
};

/** Roles in the organisation, from the most to the least. */
export const tenantRoles = tenantRoleSchema.options;
export type TenantRole = z.infer<typeof tenantRoleSchema>;
export type Account = z.infer<typeof accountAnswerSchema>;
export type People = z.infer<typeof peopleAnswerSchema>;
export type SecondFactorOffer = z.infer<typeof totpAnswerSchema>;
export type AuditPage = z.infer<typeof auditAnswerSchema>;
export type Unsent = z.infer<typeof unsentSchema>;
