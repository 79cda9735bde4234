import { z } from 'zod';
import { binarySchema } from './binary.ts';
import { idSchema } from './payload.ts';
import { procedure } from './procedure.ts';

export const pageSchema = z.object({
  page: z.number().int(),
  start: z.number().int(),
  end: z.number().int(),
});

/** Reading: a document's facts, its words, and its bytes. */
export const documents = {
  open: procedure(
    z.object({ evidenceId: idSchema }),
    z.object({
      evidenceId: idSchema,
      label: z.string(),
      sessionId: idSchema,
      artifactId: idSchema.nullable(),
      /** Whether the page can also be shown as it was captured. */
      hasSnapshot: z.boolean(),
      extractionId: idSchema.nullable(),
      title: z.string(),
      type: z.string(),
      mimeType: z.string().nullable(),
      bytes: z.number().nullable(),
      length: z.number().int(),
      pages: z.array(pageSchema),
      outline: z.array(
        z.object({
          title: z.string(),
          level: z.number().int(),
          page: z.number().int().nullable(),
          start: z.number().int().nullable(),
        }),
      ),
      warnings: z.array(z.string()),
    }),
  ),
  /** Words of an extraction; offsets are UTF-16 code units of the whole text. */
  text: procedure(
    z.object({
      extractionId: idSchema,
      start: z.number().int().min(0).default(0),
      end: z.number().int().optional(),
    }),
    z.object({ text: z.string(), start: z.number().int(), end: z.number().int(), length: z.number().int() }),
  ),
  /** Rectangles of a passage on the pages of a PDF, in points from the top left of each page. */
  passage: procedure(
    z.object({ extractionId: idSchema, start: z.number().int().min(0), end: z.number().int().min(0) }),
    z.object({
      rectangles: z.array(
        z.object({
          page: z.number().int(),
          x: z.number(),
          y: z.number(),
          width: z.number(),
          height: z.number(),
        }),
      ),
    }),
  ),
  /** Where words stand between two offsets of a text, whatever its white space and hyphens are; in order. */
  find: procedure(
    z.object({
      extractionId: idSchema,
      words: z.string().min(1).max(20_000),
      start: z.number().int().min(0).default(0),
      end: z.number().int().optional(),
      /** As one types into a find field: inside of words too, and whatever the case. */
      loose: z.boolean().default(false),
    }),
    z.object({ passages: z.array(z.object({ start: z.number().int(), end: z.number().int() })) }),
  ),
  /**
   * Reads a document's file again with the reader of this version. Marks and quotes are found again in the new text; what is not
   * there any more is an orphan. One step that can be undone. `unchanged` where this version has read it already.
   */
  readAgain: procedure(
    z.object({ evidenceId: idSchema }),
    z.object({
      state: z.enum(['read', 'unchanged']),
      moved: z.number().int(),
      orphans: z.number().int(),
    }),
  ),
  /** A captured page as sanitised HTML. It is shown in a sandbox all the same: what came from elsewhere is not trusted. */
  snapshot: procedure(z.object({ artifactId: idSchema }), z.object({ html: z.string() })),
  /** Bytes of an artifact's file, at most 4 MiB at once. */
  bytes: procedure(
    z.object({ artifactId: idSchema, start: z.number().int().min(0), end: z.number().int().min(0) }),
    z.object({ data: binarySchema, total: z.number().int() }),
  ),
};
