import { z } from 'zod';
import { sessionSummarySchema } from './data.ts';
import { entitySchema, idSchema } from './payload.ts';
import { procedure } from './procedure.ts';
import { windowRequestSchema, windowSchema } from './shapes.ts';

/** A moment in UTC, as ISO-8601 with milliseconds. */
const momentSchema = z.iso.datetime();

/** Sessions that began within a span of time, in figures. Means and shares are null where there is nothing to divide by. */
export const statisticsSchema = z.object({
  sessions: z.number().int(),
  completed: z.number().int(),
  meanHours: z.number().nullable(),
  evidence: z.number().int(),
  claims: z.number().int(),
  claimsPerSession: z.number().nullable(),
  /** 0 to 1. */
  consensus: z.number().nullable(),
});

export const attentionItemSchema = z.object({
  id: idSchema,
  label: z.string(),
  text: z.string(),
  sessionId: idSchema,
  sessionTitle: z.string(),
  evidenceId: idSchema.nullable(),
  evidenceTitle: z.string().nullable(),
});

const attentionGroupSchema = z.object({ total: z.number().int(), items: z.array(attentionItemSchema) });

const attentionSchema = z.object({
  orphans: attentionGroupSchema,
  unsupported: attentionGroupSchema,
  retracted: attentionGroupSchema,
});

/** One transaction of the log. `subject` is the row that names it, `count` how many of its kind were changed. */
export const changeRowSchema = z.object({
  txn: z.number().int(),
  at: z.string(),
  author: z.string(),
  mine: z.boolean(),
  origin: z.string(),
  command: z.string(),
  inEffect: z.boolean(),
  canUndo: z.boolean(),
  subject: z
    .object({
      entity: entitySchema,
      id: idSchema,
      label: z.string(),
      title: z.string(),
      sessionId: idSchema.nullable(),
      present: z.boolean(),
    })
    .nullable(),
  count: z.number().int(),
});

export const changeFilterSchema = z.object({
  entity: entitySchema.optional(),
  by: z.enum(['me', 'others']).optional(),
  since: momentSchema.optional(),
});

/** What a workspace as a whole looks like: its sessions, its pace, what was done in it, and what needs a look. */
export const overview = {
  /** Active sessions with their counts, those with the latest activity first. */
  sessions: procedure(z.void(), z.array(sessionSummarySchema)),
  statistics: procedure(z.object({ from: momentSchema, to: momentSchema }), statisticsSchema),
  /** Evidence added between each bound and the next; bounds ascend. */
  weeks: procedure(
    z.object({ bounds: z.array(momentSchema).min(2).max(105) }),
    z.object({ counts: z.array(z.number().int()) }),
  ),
  attention: procedure(z.object({ limit: z.number().int().min(1).max(100).default(5) }), attentionSchema),
  changes: procedure(
    z.object({ filter: changeFilterSchema.default({}), ...windowRequestSchema.shape }),
    windowSchema(changeRowSchema),
  ),
  /** Which of the first steps were taken in this workspace. */
  start: procedure(
    z.void(),
    z.object({
      document: z.boolean(),
      quote: z.boolean(),
      claim: z.boolean(),
      export: z.boolean(),
    }),
  ),
};

export type Statistics = z.infer<typeof statisticsSchema>;
export type AttentionItem = z.infer<typeof attentionItemSchema>;
export type Attention = z.infer<typeof attentionSchema>;
export type ChangeRow = z.infer<typeof changeRowSchema>;
export type ChangeFilter = z.infer<typeof changeFilterSchema>;
