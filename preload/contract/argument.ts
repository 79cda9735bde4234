import { z } from 'zod';
import { pageSelectorSchema, tableSelectorSchema } from './anchor.ts';
import { idSchema } from './payload.ts';
import { procedure } from './procedure.ts';
import { historyEntrySchema, judgementSchema } from './shapes.ts';

/** What a claim rests on: sources, origins that do not repeat each other, and the strength that follows from them. */
export const standingSchema = z.object({
  sources: z.number().int(),
  origins: z.number().int(),
  contradicting: z.number().int(),
  contradictingOrigins: z.number().int(),
  score: z.number(),
  strength: z.enum(['weak', 'moderate', 'strong', 'very_strong']).nullable(),
});

export const claimRowSchema = z.object({
  id: idSchema,
  label: z.string(),
  sessionId: idSchema,
  text: z.string(),
  type: z.string().nullable(),
  status: z.string().nullable(),
  verdict: z.string().nullable(),
  confidence: z.number().nullable(),
  contested: z.boolean(),
  tags: z.array(z.string()),
  standing: standingSchema,
  position: z.string().nullable(),
});

/** A link of a claim with its quote's place in the document as it is read now. */
export const claimLinkSchema = z.object({
  id: idSchema,
  evidenceId: idSchema,
  evidenceLabel: z.string(),
  title: z.string(),
  source: z.string().nullable(),
  published: z.string().nullable(),
  reliability: z.string().nullable(),
  credibility: z.string().nullable(),
  quality: z.number().nullable(),
  stance: z.enum(['supports', 'contradicts']),
  quote: z.string().nullable(),
  note: z.string().nullable(),
  weight: z.number().nullable(),
  /** Links with the same origin repeat each other. */
  origin: z.string(),
  retracted: z.boolean(),
  present: z.boolean(),
  orphan: z.boolean(),
  start: z.number().int().nullable(),
  end: z.number().int().nullable(),
  page: z.number().int().nullable(),
});

const passageFields = {
  quote: z.string().min(1).optional(),
  start: z.number().int().min(0).optional(),
  end: z.number().int().min(0).optional(),
  /** A part of a page, which has no words of its own. */
  region: pageSelectorSchema.optional(),
  /** The cells that the passage is made of. */
  table: tableSelectorSchema.optional(),
};

const sourceSchema = z.object({ evidenceId: idSchema, ...passageFields });

/** Claims and what they rest on. Adding, editing and trashing a claim are `edits`. */
export const claims = {
  list: procedure(z.object({ sessionId: idSchema }), z.array(claimRowSchema)),
  detail: procedure(
    z.object({ id: idSchema }),
    z.object({
      claim: claimRowSchema,
      reasoning: z.string().nullable(),
      mergedInto: idSchema.nullable(),
      judgements: z.array(judgementSchema),
      links: z.array(claimLinkSchema),
      history: z.array(historyEntrySchema),
    }),
  ),
  /** Links a document, or a quote of it, to a claim. The words are taken from the source; what it does not say is refused. */
  link: procedure(
    z.object({
      claimId: idSchema,
      evidenceId: idSchema,
      stance: z.enum(['supports', 'contradicts']),
      note: z.string().optional(),
      annotationId: idSchema.optional(),
      ...passageFields,
    }),
    z.object({
      linkId: idSchema,
      start: z.number().int().nullable(),
      end: z.number().int().nullable(),
      page: z.number().int().nullable(),
    }),
  ),
  /** Links several documents or passages to a claim, in one step. Refused as a whole where one of them cannot be cited. */
  linkAll: procedure(
    z.object({
      claimId: idSchema,
      stance: z.enum(['supports', 'contradicts']),
      sources: z.array(sourceSchema).min(1).max(500),
    }),
    z.object({ linkIds: z.array(idSchema) }),
  ),
  split: procedure(
    z.object({
      claimId: idSchema,
      parts: z.array(z.string().min(1)).min(2).max(20),
      /** Which part a link goes to, by the link's id; links that are not named stay with the first. */
      links: z.record(idSchema, z.number().int().min(0)).default({}),
    }),
    z.object({ ids: z.array(idSchema) }),
  ),
  merge: procedure(
    z.object({ into: idSchema, claimIds: z.array(idSchema).min(1).max(100) }),
    z.object({ id: idSchema }),
  ),
  /** Which claims lose or gain what if this is done to evidence. Nothing is written. */
  ripple: procedure(
    z.object({
      evidenceIds: z.array(idSchema).min(1).max(500),
      change: z.discriminatedUnion('kind', [
        z.object({ kind: z.enum(['retract', 'trash']) }),
        z.object({
          kind: z.literal('rate'),
          reliability: z.string().nullable(),
          credibility: z.string().nullable(),
        }),
      ]),
    }),
    z.array(
      z.object({
        id: idSchema,
        label: z.string(),
        text: z.string(),
        before: standingSchema,
        after: standingSchema,
        links: z.array(idSchema),
      }),
    ),
  ),
};

/** One mark on a document: an annotation, or a quote that a claim took of it. */
export const markSchema = z.object({
  id: idSchema,
  label: z.string(),
  source: z.enum(['annotation', 'claim']),
  kind: z.string(),
  colour: z.string(),
  quote: z.string().nullable(),
  body: z.string().nullable(),
  tags: z.array(z.string()),
  status: z.string().nullable(),
  replyTo: idSchema.nullable(),
  createdAt: z.string(),
  author: z.string(),
  claim: z.object({ id: idSchema, label: z.string(), text: z.string() }).nullable(),
  /** Null for a mark without words; `orphan` where the document does not hold its words any more. */
  state: z.enum(['exact', 'moved', 'orphan']).nullable(),
  start: z.number().int().nullable(),
  end: z.number().int().nullable(),
  page: z.number().int().nullable(),
  regions: z.array(
    z.object({
      page: z.number().int(),
      rectangles: z.array(z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })),
    }),
  ),
});

/** Marks on documents. Adding one is `edits.add` of `annotations` with the place it marks. */
export const annotations = {
  list: procedure(z.object({ evidenceId: idSchema }), z.array(markSchema)),
};

/** A document, or a part of one, that a claim may rest on: a passage by offsets of its text, a region, cells of a table. */
export type ClaimSource = z.input<typeof sourceSchema>;
export type ClaimRow = z.infer<typeof claimRowSchema>;
export type ClaimLink = z.infer<typeof claimLinkSchema>;
export type Standing = z.infer<typeof standingSchema>;
export type Mark = z.infer<typeof markSchema>;
