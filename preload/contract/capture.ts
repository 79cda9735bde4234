import { z } from 'zod';
import { binarySchema } from './binary.ts';
import { idSchema } from './payload.ts';
import { procedure } from './procedure.ts';

/** Where one item stands. `stored`: kept, no text could be read. `duplicate`: the same bytes are in the session already. */
export const itemStates = [
  'queued',
  'waiting-for-network',
  'reading',
  'publishing',
  'added',
  'duplicate',
  'stored',
  'failed',
  'cancelled',
] as const;

export const activityItemSchema = z.object({
  id: idSchema,
  jobId: idSchema,
  sessionId: idSchema,
  name: z.string(),
  path: z.string().nullable(),
  state: z.enum(itemStates),
  /** Share done of this item, 0 to 1; null where it cannot be told. */
  progress: z.number().nullable(),
  /** What happens now, or why it failed, as a sentence. */
  sentence: z.string(),
  evidenceId: idSchema.nullable(),
  artifactId: idSchema.nullable(),
  chunks: z.number().int(),
  ms: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

export const activitySchema = z.object({
  /** Work of one kind: `ingest`, `vectors`, `backup`, `model`, `reindex`. */
  groups: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['ingest', 'vectors', 'backup', 'model', 'reindex']),
      title: z.string(),
      state: z.enum(['running', 'paused', 'waiting', 'finished', 'failed']),
      done: z.number().int(),
      total: z.number().int(),
      failed: z.number().int(),
      secondsLeft: z.number().nullable(),
      sentence: z.string(),
    }),
  ),
});

/** What to add: paths on this laptop, addresses, words, finished uploads, or evidence entered by hand. */
export const captureRequestSchema = z.object({
  sessionId: idSchema.optional(),
  newSession: z.object({ question: z.string().min(1), title: z.string().optional() }).optional(),
  /** Each as the host can read it, and, where that differs, as a person gave it. */
  paths: z.array(z.union([z.string(), z.object({ path: z.string(), given: z.string() })])).default([]),
  urls: z.array(z.string()).default([]),
  texts: z.array(z.object({ title: z.string().optional(), text: z.string().min(1) })).default([]),
  uploads: z.array(idSchema).default([]),
});

export const capture = {
  /** What a drop would bring, before it happens: how many files, and which kinds are kept without being read. */
  plan: procedure(
    z.object({ names: z.array(z.string()).max(10_000) }),
    z.object({
      readable: z.number().int(),
      keptOnly: z.array(z.object({ kind: z.string(), count: z.number().int() })),
    }),
  ),
  add: procedure(
    captureRequestSchema,
    z.object({ jobId: idSchema, sessionId: idSchema, items: z.number().int() }),
  ),
  /**
   * Answers when every item of a job is at its end, and with `vectors` when no vector of the workspace is pending as well.
   * For scripts; screens follow the activity events.
   */
  finished: procedure(
    z.object({ jobId: idSchema, vectors: z.boolean().default(false) }),
    z.object({ items: z.array(activityItemSchema) }),
  ),
  /** Bytes that the host cannot reach by a path: begun, sent in parts of at most 4 MiB in their order, then finished. */
  uploadBegin: procedure(
    z.object({ name: z.string().min(1), bytes: z.number().int().min(0) }),
    z.object({ uploadId: idSchema }),
  ),
  uploadPart: procedure(
    z.object({ uploadId: idSchema, offset: z.number().int().min(0), data: binarySchema }),
    z.object({ received: z.number().int() }),
  ),
  uploadEnd: procedure(z.object({ uploadId: idSchema }), z.object({ uploadId: idSchema })),
  uploadAbort: procedure(z.object({ uploadId: idSchema }), z.void()),
};

export const activity = {
  summary: procedure(z.void(), activitySchema),
  items: procedure(
    z.object({
      jobId: idSchema.optional(),
      sessionId: idSchema.optional(),
      states: z.array(z.enum(itemStates)).optional(),
      limit: z.number().int().max(500).default(200),
    }),
    z.array(activityItemSchema),
  ),
  pause: procedure(z.object({ group: z.string().optional() }), activitySchema),
  resume: procedure(z.object({ group: z.string().optional() }), activitySchema),
  cancel: procedure(
    z.object({ jobId: idSchema.optional(), itemIds: z.array(idSchema).optional() }),
    activitySchema,
  ),
  retry: procedure(
    z.object({ jobId: idSchema.optional(), itemIds: z.array(idSchema).optional() }),
    activitySchema,
  ),
  /** Takes finished work off the list; what it brought stays. */
  clearFinished: procedure(z.void(), activitySchema),
};

export type ActivityItem = z.infer<typeof activityItemSchema>;
export type Activity = z.infer<typeof activitySchema>;
export type CaptureRequest = z.input<typeof captureRequestSchema>;
