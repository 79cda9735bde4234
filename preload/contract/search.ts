import { z } from 'zod';
import { idSchema } from './payload.ts';
import { procedure } from './procedure.ts';

export const searchModes = ['hybrid', 'text', 'semantic'] as const;

export const hitSchema = z.object({
  kind: z.enum(['passage', 'title', 'claim', 'annotation', 'tag', 'session']),
  /** Id of the row that is found: the evidence of a passage, else the claim, annotation or session. */
  id: idSchema,
  evidenceId: idSchema.nullable(),
  sessionId: idSchema.nullable(),
  chunkId: z.number().int().nullable(),
  title: z.string(),
  path: z.string().nullable(),
  source: z.string().nullable(),
  published: z.string().nullable(),
  type: z.string(),
  reliability: z.string().nullable(),
  credibility: z.string().nullable(),
  score: z.number(),
  /** 0 to 1 within this answer; null where that leg did not find it. */
  words: z.number().nullable(),
  meaning: z.number().nullable(),
  snippet: z.string(),
  /** Ranges of the snippet to mark, UTF-16 offsets into it. */
  marks: z.array(
    z.object({ start: z.number().int(), end: z.number().int(), by: z.enum(['words', 'meaning']) }),
  ),
  page: z.number().int().nullable(),
  /** The passage in the extraction's text, UTF-16 offsets. */
  start: z.number().int().nullable(),
  end: z.number().int().nullable(),
  why: z.string(),
  /** How many more hits have the same words and are folded into this one. */
  sameWords: z.number().int(),
});

export const search = {
  query: procedure(
    z.object({
      query: z.string().max(2000),
      mode: z.enum(searchModes).default('hybrid'),
      sessionId: idSchema.optional(),
      types: z.array(z.string()).default([]),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    z.object({
      hits: z.array(hitSchema),
      ms: z.number(),
      documents: z.number().int(),
      /** True where more passages match than were ranked. */
      cut: z.boolean(),
      /** One sentence where part of the search was not possible; null otherwise. */
      notice: z.string().nullable(),
      /** Number of hits by type of document, of all that were ranked. */
      facets: z.array(z.object({ type: z.string(), count: z.number().int() })),
    }),
  ),
  /**
   * How many documents hold every word of each search and meet its filters. Passages found by their meaning are not counted.
   */
  counts: procedure(
    z.object({
      searches: z
        .array(
          z.object({
            query: z.string().max(2000),
            types: z.array(z.string()).default([]),
            sessionId: idSchema.optional(),
          }),
        )
        .max(200),
    }),
    z.object({ documents: z.array(z.number().int()) }),
  ),
};

export const model = {
  status: procedure(
    z.void(),
    z.object({
      state: z.enum(['ready', 'missing', 'installing', 'failed']),
      place: z.enum(['laptop', 'remote']),
      modelId: z.string().nullable(),
      dimensions: z.number().nullable(),
      version: z.string().nullable(),
      vectors: z.number().int(),
      chunks: z.number().int(),
      sentence: z.string(),
    }),
  ),
  install: procedure(
    z.object({ from: z.string().optional() }),
    z.object({ modelId: z.string(), path: z.string() }),
  ),
};

export type Hit = z.infer<typeof hitSchema>;
