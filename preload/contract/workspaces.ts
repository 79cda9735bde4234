import { z } from 'zod';
import { errorCodes } from './errors.ts';
import { procedure } from './procedure.ts';

const nothing = z.void();

/** A workspace as the list of workspaces names it. Nothing here needs its key. */
export const workspaceSummarySchema = z.object({
  path: z.string(),
  name: z.string(),
  encrypted: z.boolean(),
  openedAt: z.string().nullable(),
  /** The folder belongs to a program that copies files to a server, or is on a network: which one. */
  warning: z.string().nullable(),
  missing: z.boolean(),
});

/** A workspace that is only read: what kept it from being opened for writing (null where a person chose it), and the moment it shows. */
export const readOnlySchema = z.object({
  because: z.enum(errorCodes).nullable(),
  asOf: z.string(),
});

/** What is open now. `state` is `none` before a workspace is chosen and `locked` before its key is given. */
export const currentWorkspaceSchema = z.object({
  state: z.enum(['none', 'locked', 'open', 'failed']),
  workspace: workspaceSummarySchema.nullable(),
  /** Why it could not be opened, and the way out. */
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** Ways by which a locked workspace can be unlocked. */
  unlockBy: z.array(z.enum(['passphrase', 'recovery-key', 'key-file', 'system-store'])),
  authorId: z.string().nullable(),
  authorName: z.string().nullable(),
  /** Null where the open workspace can be written. */
  readOnly: readOnlySchema.nullable(),
});

const secret = z.discriminatedUnion('by', [
  z.object({ by: z.literal('passphrase'), passphrase: z.string().min(1) }),
  z.object({ by: z.literal('recovery-key'), recoveryKey: z.string().min(1) }),
  z.object({ by: z.literal('key-file'), path: z.string() }),
  z.object({ by: z.literal('system-store') }),
]);

const sizesSchema = z.object({
  database: z.number(),
  blobs: z.number(),
  backups: z.number(),
  logs: z.number(),
  temporary: z.number(),
  freeOnDisk: z.number(),
});

/** Choosing, opening and keeping workspaces. */
export const workspaces = {
  current: procedure(nothing, currentWorkspaceSchema),
  list: procedure(nothing, z.array(workspaceSummarySchema)),
  /** Where a new workspace would go if nothing else is said. */
  suggestPath: procedure(
    z.object({ name: z.string() }),
    z.object({ path: z.string(), warning: z.string().nullable() }),
  ),
  create: procedure(
    z.object({
      path: z.string(),
      name: z.string().min(1),
      passphrase: z.string().min(8).optional(),
      sample: z.boolean(),
    }),
    /** The recovery key is shown once; null for a workspace that is not encrypted. */
    z.object({ current: currentWorkspaceSchema, recoveryKey: z.string().nullable() }),
  ),
  /** `readOnly` opens it as it stands now, without its lock and without writing to its folder. */
  open: procedure(z.object({ path: z.string(), readOnly: z.boolean().optional() }), currentWorkspaceSchema),
  unlock: procedure(secret, currentWorkspaceSchema),
  lock: procedure(nothing, currentWorkspaceSchema),
  close: procedure(nothing, currentWorkspaceSchema),
  rename: procedure(z.object({ path: z.string(), name: z.string().min(1) }), workspaceSummarySchema),
  /** Moves the whole folder to the trash beside it; `restoreFromTrash` brings it back. */
  trash: procedure(z.object({ path: z.string() }), z.object({ trashedTo: z.string() })),
  restoreFromTrash: procedure(z.object({ trashedTo: z.string() }), workspaceSummarySchema),
  sizes: procedure(nothing, sizesSchema),
  freeSpace: procedure(nothing, z.object({ freed: z.number() })),
};

/** Keys of the open workspace: what unwraps it, and changes of that. */
export const keys = {
  status: procedure(
    nothing,
    z.object({
      encrypted: z.boolean(),
      wraps: z.array(z.enum(['passphrase', 'recovery-key', 'key-file', 'system-store'])),
    }),
  ),
  changePassphrase: procedure(z.object({ current: z.string(), next: z.string().min(8) }), nothing),
  /** Makes a new recovery key, ends the old one, and shows the new one once. */
  renewRecoveryKey: procedure(nothing, z.object({ recoveryKey: z.string() })),
  /** Lets the operating system's key store open this workspace on this laptop, or ends that. */
  remember: procedure(z.object({ remember: z.boolean() }), nothing),
  /**
   * Makes a file with a random secret that opens the workspace, in place of an earlier one. With `path` the host writes it to a file
   * that is not there yet; without, its content is handed out this once, to be saved.
   */
  makeKeyFile: procedure(
    z.object({ path: z.string().optional() }),
    z.object({ secret: z.string().nullable() }),
  ),
  /** Ends the key file as a way in. The last way in stays. */
  removeKeyFile: procedure(nothing, nothing),
  encrypt: procedure(z.object({ passphrase: z.string().min(8) }), z.object({ recoveryKey: z.string() })),
  /** Takes the encryption away again; asks once more for a secret that opens the workspace. */
  decrypt: procedure(secret, nothing),
};

/** Backups of the open workspace. */
export const backups = {
  list: procedure(
    nothing,
    z.array(
      z.object({
        file: z.string(),
        at: z.string(),
        bytes: z.number(),
        verified: z.boolean(),
        kind: z.string(),
      }),
    ),
  ),
  create: procedure(
    z.object({ file: z.string().optional() }),
    z.object({ file: z.string(), bytes: z.number() }),
  ),
  verify: procedure(
    z.object({ file: z.string() }),
    z.object({ ok: z.boolean(), problems: z.array(z.string()) }),
  ),
  restore: procedure(z.object({ file: z.string(), into: z.string() }), workspaceSummarySchema),
};

export type ReadOnly = z.infer<typeof readOnlySchema>;
export type WorkspaceSummary = z.infer<typeof workspaceSummarySchema>;
export type CurrentWorkspace = z.infer<typeof currentWorkspaceSchema>;
