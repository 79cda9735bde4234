import { z } from 'zod';
import { entitySchema, idSchema } from './payload.ts';
import { procedure } from './procedure.ts';

/** Where something can leave to beside the server, for which `sync.leaving` answers. */
export const destinations = ['export', 'models', 'fetch', 'mcp', 'analytics'] as const;
export type Destination = (typeof destinations)[number];

/** One thing that would leave, or not, and the rule that decides it. */
export const leavingItemSchema = z.object({
  entity: entitySchema,
  id: idSchema,
  label: z.string(),
  title: z.string(),
  columns: z.array(z.string()),
  decision: z.enum(['allow', 'redact', 'withhold', 'keep_local']),
  rule: z.string(),
  reason: z.string(),
});

/** Privacy settings, what would leave, and receipts of what did. */
export const privacy = {
  policy: procedure(z.void(), z.object({ settings: z.json(), source: z.enum(['own', 'tenant']) })),
  setPolicy: procedure(
    z.object({ settings: z.json() }),
    z.object({ settings: z.json(), sentence: z.string() }),
  ),
  leaving: procedure(
    z.object({
      to: z.enum(destinations),
      sessionId: idSchema.optional(),
      limit: z.number().int().max(1000).default(500),
    }),
    z.object({
      sentence: z.string(),
      counts: z.record(z.string(), z.number().int()),
      items: z.array(leavingItemSchema),
    }),
  ),
  receipts: procedure(
    z.object({ limit: z.number().int().max(500).default(100) }),
    z.array(
      z.object({
        id: z.string(),
        at: z.string(),
        destination: z.string(),
        decision: z.string(),
        rule: z.string(),
        sentence: z.string(),
        /** The document that a file is of, where it is here and may be named. */
        name: z.string().nullable(),
        /** What left, without its content: host, bytes, hash of the batch or file, version of the organisation's settings. */
        subject: z.record(z.string(), z.union([z.string(), z.number()])),
        rows: z.number().int(),
      }),
    ),
  ),
};

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  contrast: z.enum(['system', 'normal', 'more']),
  density: z.enum(['compact', 'regular', 'relaxed']),
  reducedMotion: z.enum(['system', 'reduce']),
  singleKeys: z.boolean(),
  dailyBackup: z.boolean(),
  trashDays: z.number().int().min(1).max(3650),
  /** The first steps: put away by a person, and the one that no row tells of. */
  startDismissed: z.boolean(),
  passageFound: z.boolean(),
  /** Tell of finished long work while the window is hidden. */
  notifies: z.boolean(),
  /** What syncs on battery and over metered networks: rows only, or files too. */
  syncWhenSparing: z.enum(['rows', 'all']),
  embedding: z.object({
    kind: z.enum(['laptop', 'endpoint', 'off']),
    url: z.string().nullable(),
    model: z.string().nullable(),
  }),
});

export const settings = {
  get: procedure(z.void(), settingsSchema),
  set: procedure(settingsSchema.partial(), settingsSchema),
  /** A secret is written and never read back. */
  setEndpointKey: procedure(z.object({ key: z.string() }), z.void()),
};

export const statusSchema = z.object({
  version: z.string(),
  mode: z.enum(['browser', 'electron', 'cli']),
  saved: z.boolean(),
  online: z.boolean(),
  encrypted: z.boolean(),
  modelSentence: z.string(),
  modelPlace: z.enum(['laptop', 'remote', 'none']),
  indexed: z.object({ done: z.number().int(), total: z.number().int() }),
  activity: z.object({
    running: z.number().int(),
    failed: z.number().int(),
    progress: z.number().nullable(),
  }),
});

export const diagnostics = {
  status: procedure(z.void(), statusSchema),
  doctor: procedure(
    z.object({ reindex: z.boolean().default(false) }),
    z.object({
      ok: z.boolean(),
      problems: z.array(z.object({ code: z.string(), sentence: z.string() })),
      counts: z.record(z.string(), z.number().int()),
    }),
  ),
  /** Exactly the text that "copy report" puts on the clipboard: versions, ids and codes, no content. */
  report: procedure(z.void(), z.object({ text: z.string() })),
};

export type Settings = z.infer<typeof settingsSchema>;
export type Status = z.infer<typeof statusSchema>;
export type LeavingItem = z.infer<typeof leavingItemSchema>;
