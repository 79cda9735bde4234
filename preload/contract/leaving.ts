import { z } from 'zod';
import { entitySchema, idSchema } from './payload.ts';
import { procedure } from './procedure.ts';

const ruling = {
  decision: z.enum(['allow', 'redact', 'withhold', 'keep_local']),
  /** The path of the rule in the settings, such as `level_rules.restricted.sync`. */
  rule: z.string(),
  reason: z.string(),
  /** Whose settings the rule stands in. */
  whose: z.enum(['organisation', 'own']),
};

/** One row on its way to the server: its filled fields by the rule that decides on them, and its file where it has one. */
const leavingRowSchema = z.object({
  entity: entitySchema,
  id: idSchema,
  label: z.string(),
  title: z.string(),
  sessionId: idSchema.nullable(),
  fields: z.array(z.object({ columns: z.array(z.string()), ...ruling })),
  file: z.object({ name: z.string(), bytes: z.number().int().nullable(), ...ruling }).nullable(),
});

/** A session with what it counts. A session whose decision is other than `allow` is not sent at all, or without its words. */
const leavingSessionSchema = z.object({
  id: idSchema,
  label: z.string(),
  title: z.string(),
  rows: z.number().int(),
  files: z.number().int(),
  /** Bytes of its files. */
  bytes: z.number().int(),
  ...ruling,
});

/**
 * What would leave for the server, exactly: `all` that this workspace holds (what a first sync would send), or only what is `waiting`.
 * Rows come in pages; sessions and the counts stand on the first page, which `after: null` asks for.
 */
export const leavingToServer = procedure(
  z.strictObject({
    which: z.enum(['all', 'waiting']).default('all'),
    sessionId: idSchema.optional(),
    after: z.string().max(60).nullable().default(null),
    limit: z.number().int().min(1).max(500).default(100),
  }),
  z.object({
    sentence: z.string(),
    /** The organisation's settings that were asked, by their version; null before the server has told them. */
    policyVersion: z.number().int().nullable(),
    sessions: z.array(leavingSessionSchema),
    rows: z.array(leavingRowSchema),
    /** Where the next page begins; null after the last. */
    next: z.string().nullable(),
  }),
);

const rowName = { entity: entitySchema, id: idSchema };

const hideableValueSchema = z.object({
  column: z.string(),
  value: z.json(),
  /** Hidden from others already. */
  hidden: z.boolean(),
  /** False for what somebody else wrote. */
  mayHide: z.boolean(),
});

/** Values of a row that a person can hide from others, one by one. */
export const hiding = {
  hideable: procedure(z.strictObject(rowName), z.object({ values: z.array(hideableValueSchema) })),
  /** Hides values from everybody else, who get a mask in their place, or shows them again. This laptop goes on showing them. */
  hide: procedure(
    z.strictObject({ ...rowName, columns: z.array(z.string()).min(1).max(100), hidden: z.boolean() }),
    z.object({ changed: z.number().int() }),
  ),
};

export type HideableValue = z.infer<typeof hideableValueSchema>;
export type LeavingRow = z.infer<typeof leavingRowSchema>;
export type LeavingSession = z.infer<typeof leavingSessionSchema>;
