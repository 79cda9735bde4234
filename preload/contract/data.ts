import { z } from 'zod';
import { entitySchema, idSchema } from './payload.ts';
import { plainTextSchema } from './text.ts';
import { procedure } from './procedure.ts';
import {
  conflictSchema,
  historyEntrySchema,
  judgementSchema,
  outcomeSchema,
  rowSchema,
  sortSchema,
  windowRequestSchema,
  windowSchema,
} from './shapes.ts';

/** Rows of any entity, by the catalogue's names: what the CLI and the generic parts of screens use. */
export const rows = {
  list: procedure(
    z.object({
      entity: entitySchema,
      sessionId: idSchema.optional(),
      trash: z.boolean().default(false),
      ...windowRequestSchema.shape,
    }),
    windowSchema(rowSchema),
  ),
  get: procedure(
    z.object({ entity: entitySchema, id: idSchema }),
    z.object({
      row: rowSchema,
      label: z.string(),
      conflicts: z.array(conflictSchema),
      judgements: z.array(judgementSchema),
    }),
  ),
  /** The row whose id or short label begins so, where it is the only one. */
  resolve: procedure(z.object({ entity: entitySchema, text: z.string() }), z.object({ id: idSchema })),
  history: procedure(
    z.object({ entity: entitySchema, id: idSchema }),
    z.object({ entries: z.array(historyEntrySchema) }),
  ),
};

/** Every change that a person can make. Each is one transaction, logged and undoable. */
export const edits = {
  add: procedure(
    z.object({ entity: entitySchema, values: z.record(z.string(), z.json()) }),
    z.object({ id: idSchema }),
  ),
  edit: procedure(
    z.object({
      entity: entitySchema,
      ids: z.array(idSchema).min(1).max(10_000),
      values: z.record(z.string(), z.json()),
    }),
    outcomeSchema,
  ),
  /** Puts elements into a set column of rows and takes others out; what is there already stays. */
  tag: procedure(
    z.object({
      entity: entitySchema,
      ids: z.array(idSchema).min(1).max(10_000),
      column: z.string().default('tags'),
      add: z.array(plainTextSchema).default([]),
      remove: z.array(plainTextSchema).default([]),
    }),
    outcomeSchema,
  ),
  remove: procedure(
    z.object({ entity: entitySchema, ids: z.array(idSchema).min(1).max(10_000) }),
    outcomeSchema,
  ),
  restore: procedure(
    z.object({ entity: entitySchema, ids: z.array(idSchema).min(1).max(10_000) }),
    outcomeSchema,
  ),
  /** Ends rows for good, in the log too. Only rows in the trash can be purged. */
  purge: procedure(
    z.object({ entity: entitySchema, ids: z.array(idSchema).min(1).max(10_000) }),
    outcomeSchema,
  ),
  undo: procedure(z.void(), outcomeSchema),
  redo: procedure(z.void(), outcomeSchema),
  /** Undoes one change of `overview.changes` by its number; cells that were written again since are left, and named. */
  undoChange: procedure(z.object({ change: z.number().int() }), outcomeSchema),
  /** What undo and redo would do now, by command name. */
  undoState: procedure(z.void(), z.object({ undo: z.string().nullable(), redo: z.string().nullable() })),
};

export const sessionSummarySchema = z.object({
  id: idSchema,
  label: z.string(),
  title: z.string().nullable(),
  question: z.string().nullable(),
  status: z.string().nullable(),
  priority: z.string().nullable(),
  scope: z.string().nullable(),
  sharingLevel: z.string().nullable(),
  tags: z.array(z.string()),
  evidence: z.number().int(),
  claims: z.number().int(),
  lastActivity: z.string(),
  createdAt: z.string(),
  startedAt: z.string(),
  startedBy: z.string(),
  projectId: idSchema.nullable(),
});

/** A row of the evidence table. Figures are null where nothing is known. */
export const evidenceRowSchema = z.object({
  id: idSchema,
  label: z.string(),
  artifactId: idSchema.nullable(),
  type: z.string(),
  title: z.string(),
  source: z.string().nullable(),
  author: z.string().nullable(),
  published: z.string().nullable(),
  retrieved: z.string().nullable(),
  reliability: z.string().nullable(),
  credibility: z.string().nullable(),
  contested: z.boolean(),
  quality: z.number().nullable(),
  supports: z.number().int(),
  contradicts: z.number().int(),
  tags: z.array(z.string()),
  sharingLevel: z.string().nullable(),
  words: z.number().int().nullable(),
  language: z.string().nullable(),
  sameOrigin: z.number().int(),
  retracted: z.boolean(),
  hasText: z.boolean(),
});

export const artifactRowSchema = z.object({
  id: idSchema,
  label: z.string(),
  type: z.string(),
  fileName: z.string().nullable(),
  title: z.string().nullable(),
  bytes: z.number().nullable(),
  pages: z.number().nullable(),
  mimeType: z.string().nullable(),
  addedAt: z.string(),
  usedIn: z.array(
    z.object({ evidenceId: idSchema, sessionId: idSchema, sessionTitle: z.string().nullable() }),
  ),
});

export const trashRowSchema = z.object({
  entity: entitySchema,
  id: idSchema,
  label: z.string(),
  title: z.string(),
  deletedAt: z.string(),
  deletedBy: z.string(),
  purgeAfter: z.string().nullable(),
});

export const evidenceFilterSchema = z.object({
  text: z.string().optional(),
  types: z.array(z.string()).optional(),
  tags: z.array(z.string()).optional(),
  reliability: z.array(z.string()).optional(),
  unrated: z.boolean().optional(),
});

/** Lists as screens show them: with counts, labels and scores joined. */
export const lists = {
  sessions: procedure(z.object({ trash: z.boolean().default(false) }), z.array(sessionSummarySchema)),
  session: procedure(
    z.object({ id: idSchema }),
    sessionSummarySchema.extend({
      due: z.string().nullable(),
      notes: z.string().nullable(),
    }),
  ),
  evidence: procedure(
    z.object({
      sessionId: idSchema,
      filter: evidenceFilterSchema.default({}),
      sort: sortSchema.default({ column: 'quality', direction: 'descending' }),
      ...windowRequestSchema.shape,
    }),
    windowSchema(evidenceRowSchema),
  ),
  /** Everything the inspector shows of one piece of evidence. */
  evidenceDetail: procedure(
    z.object({ id: idSchema }),
    z.object({
      row: evidenceRowSchema,
      sessionId: idSchema,
      sessionTitle: z.string().nullable(),
      sourceUrl: z.string().nullable(),
      summary: z.string().nullable(),
      notes: z.string().nullable(),
      fileName: z.string().nullable(),
      pages: z.number().nullable(),
      bytes: z.number().nullable(),
      mimeType: z.string().nullable(),
      recency: z.number().nullable(),
      relevance: z.number().nullable(),
      rating: z.number().nullable(),
      judgements: z.array(judgementSchema),
      warnings: z.array(z.string()),
      sameOrigin: z.array(
        z.object({
          id: idSchema,
          title: z.string(),
          relation: z.enum(['same-text', 'near-duplicate']),
          similarity: z.number(),
        }),
      ),
      metadata: z.array(z.object({ type: z.string(), key: z.string(), value: z.string().nullable() })),
      history: z.array(historyEntrySchema),
    }),
  ),
  artifacts: procedure(
    z.object({
      text: z.string().default(''),
      types: z.array(z.string()).default([]),
      sort: sortSchema.default({ column: 'addedAt', direction: 'descending' }),
      ...windowRequestSchema.shape,
    }),
    windowSchema(artifactRowSchema),
  ),
  trash: procedure(windowRequestSchema, windowSchema(trashRowSchema)),
};

export type SessionSummary = z.infer<typeof sessionSummarySchema>;
export type EvidenceRow = z.infer<typeof evidenceRowSchema>;
export type ArtifactRow = z.infer<typeof artifactRowSchema>;
export type TrashRow = z.infer<typeof trashRowSchema>;
export type EvidenceFilter = z.infer<typeof evidenceFilterSchema>;
