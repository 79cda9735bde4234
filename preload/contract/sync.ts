import { z } from 'zod';
import { credentialsSchema } from './credentials.ts';
import { inbox } from './inbox.ts';
import { hiding, leavingToServer } from './leaving.ts';
import { idSchema } from './payload.ts';
import { procedure } from './procedure.ts';

/**
 * How this workspace stands with its server. `off`: it was never connected; `choosing`: connected, and nothing is sent or taken
 * before the person says so; `paused`: the person works offline; `update`: the server needs a newer Workbench; `server-older`: it is the
 * server that has to be updated.
 */
export const syncStates = [
  'off',
  'choosing',
  'paused',
  'idle',
  'syncing',
  'offline',
  'signed-out',
  'retired',
  'update',
  'server-older',
  'refused',
] as const;

export const syncStatusSchema = z.object({
  state: z.enum(syncStates),
  server: z.string().nullable(),
  tenant: z.string().nullable(),
  person: z.string().nullable(),
  /** Under which id the server knows this person. */
  user: idSchema.nullable(),
  role: z.string().nullable(),
  /** Transactions that wait to be sent, and since when the oldest does. */
  waiting: z.number().int(),
  oldestUnsent: z.string().nullable(),
  lastSync: z.string().nullable(),
  /** What is going on, or what went wrong with the next step. Empty where all is well. */
  sentence: z.string(),
  /** What goes on while a cycle runs: transactions on the way out, rows on the way in. */
  progress: z
    .object({
      phase: z.enum(['sending', 'taking']),
      done: z.number().int(),
      total: z.number().int().nullable(),
      secondsLeft: z.number().int().nullable(),
    })
    .nullable(),
  /** The first sync has begun and not yet come to its end. */
  first: z.boolean(),
  /** Cycles that failed in a row, since when, and when the next begins by itself. */
  attempts: z.number().int(),
  failingSince: z.string().nullable(),
  nextTry: z.string().nullable(),
  /** Why background sync spares this machine: files wait then, and rows go less often. */
  sparing: z.enum(['battery', 'metered']).nullable(),
  /** Files that wait to be sent or fetched. */
  files: z.number().int(),
  /** What waits for a person's word: conflicts, deletes that somebody's work withstood, and what the server did not take. */
  conflicts: z.number().int(),
  notices: z.number().int(),
  inbox: z.number().int(),
  /** The server's clock minus this laptop's in milliseconds, where it was measured. */
  clockOffset: z.number().int().nullable(),
  policyVersion: z.number().int().nullable(),
  /** Set where the server has shut this device or its person out: what it was, and what becomes of the copy by the policy. */
  revoked: z
    .object({ what: z.enum(['device', 'account']), onRevoke: z.enum(['keep_encrypted', 'wipe']) })
    .nullable(),
  /** Who else is online in the session that this person is in. */
  present: z.array(z.string()),
  /** Sessions in which somebody else is just now, with their names. */
  around: z.array(z.object({ sessionId: idSchema, people: z.array(z.string()) })),
});

/**
 * A project or a session that this person may read. `here`: its rows are on this laptop; `coming`: they are being fetched; `leaving`: it was
 * let go, and stays until what is written here alone has been sent; `offered`: it is on the server only; `only-here`: the server has
 * not heard of it.
 */
export const scopeStates = ['here', 'coming', 'leaving', 'offered', 'only-here'] as const;

const scopeItemSchema = z.object({
  kind: z.enum(['project', 'session']),
  id: idSchema,
  /** Null where the reader may not see it. */
  name: z.string().nullable(),
  /** The project of a session. */
  projectId: idSchema.nullable(),
  access: z.enum(['read', 'review', 'write']),
  /** False where the person has no role in it and may read it because it is open to the organisation. */
  part: z.boolean(),
  state: z.enum(scopeStates),
  /** Why it cannot leave yet: edits that wait, or values that a policy keeps on this laptop alone. */
  holding: z.enum(['unsent', 'only-here']).nullable(),
  pinned: z.boolean(),
  /** The workspace's own project, in which new sessions are made: it always stays. */
  personal: z.boolean(),
  rows: z.number().int(),
  /** Transactions of it that wait to be sent. */
  unsent: z.number().int(),
});

const takenAlongSchema = z.object({
  /** Whether what is new comes by itself, where the person has a part in it. */
  everything: z.boolean(),
  /** Bytes of files that there is to be room for, beside those of pinned sessions; null for all. */
  fileBytes: z.number().int().nullable(),
  scopes: z.array(scopeItemSchema),
});

const scopeNameSchema = z.strictObject({ kind: z.enum(['project', 'session']), id: idSchema });

const connectSchema = z.strictObject({
  url: z.url().max(300),
  tenant: z.string().max(63).optional(),
  credentials: credentialsSchema,
  /** What the person calls this laptop, so that they and who manages people can tell devices apart. */
  device: z.string().min(1).max(100).optional(),
  /** Nothing is sent or fetched before `now`: what would leave can be looked at first. */
  review: z.boolean().default(false),
});

/** Sync with a server: connecting, its state, what it could not decide. */
export const sync = {
  status: procedure(z.void(), syncStatusSchema),
  /** Signs in and enrols this workspace to the person, for good (another person needs another workspace). */
  connect: procedure(connectSchema, syncStatusSchema),
  /** Works offline from now on, at once, or goes on. A cycle that runs is left where it stands. */
  pause: procedure(z.strictObject({ paused: z.boolean() }), syncStatusSchema),
  /**
   * Begins a sign-in through the organisation's identity provider: the address is opened in a browser, and `connect` waits with the id
   * until it is back. Fails with `not-found` where the server has no such provider.
   */
  beginInBrowser: procedure(
    z.strictObject({ url: z.url().max(300) }),
    z.object({ id: z.uuid(), address: z.string() }),
  ),
  cancelInBrowser: procedure(z.void(), z.void()),
  /** Ends the session. What waits stays in the workspace and is sent after signing in again as the same person. */
  signOut: procedure(z.void(), syncStatusSchema),
  /** Whether the laptop runs on battery or over a metered network, as a window knows it. */
  surroundings: procedure(z.strictObject({ battery: z.boolean(), metered: z.boolean() }), z.void()),
  /** The session that is open in a window, for those who are in it too; null for none. */
  present: procedure(z.strictObject({ sessionId: idSchema.nullable() }), z.void()),
  /** One cycle at once; resolves at its end. After a review it is the person's word to begin. */
  now: procedure(z.void(), syncStatusSchema),
  leaving: leavingToServer,
  /** What there is to take along, and what of it is here. */
  scopes: procedure(z.void(), takenAlongSchema),
  /**
   * Chooses what is on this laptop. What is let go is taken off it as soon as the server has all of it; what is taken is fetched at the
   * next cycle. A project stands for its sessions.
   */
  chooseScopes: procedure(
    z.strictObject({
      everything: z.boolean().optional(),
      take: z.array(scopeNameSchema).max(1000).optional(),
      leave: z.array(scopeNameSchema).max(1000).optional(),
    }),
    takenAlongSchema,
  ),
  /** Files of a pinned session are fetched before others and are never let go to make room. */
  pin: procedure(z.strictObject({ sessionId: idSchema, pinned: z.boolean() }), takenAlongSchema),
  /** How much room there is for files of others than pinned sessions. What does not fit is fetched when it is opened. */
  keepFiles: procedure(
    z.strictObject({ bytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable() }),
    takenAlongSchema,
  ),
  ...inbox,
  ...hiding,
};

export type SyncStatus = z.infer<typeof syncStatusSchema>;
export type ConnectRequest = z.infer<typeof connectSchema>;
export type SyncScope = z.infer<typeof scopeItemSchema>;
export type SyncTakenAlong = z.infer<typeof takenAlongSchema>;
