import { z } from 'zod';
import { binarySchema } from './binary.ts';
import { idSchema } from './payload.ts';
import { procedure } from './procedure.ts';
import { outcomeSchema, sortSchema, windowRequestSchema, windowSchema } from './shapes.ts';

/** Formats that references are exchanged in. */
export const referenceFormatSchema = z.enum(['bibtex', 'ris', 'csl-json']);

export const referenceRowSchema = z.object({
  id: idSchema,
  label: z.string(),
  /** The key by which texts cite the item: given once, never changed by the program. */
  key: z.string(),
  title: z.string().nullable(),
  people: z.array(z.string()),
  issued: z.string().nullable(),
  kind: z.string(),
  container: z.string().nullable(),
  doi: z.string().nullable(),
  url: z.string().nullable(),
  addedAt: z.string(),
  cites: z.array(z.object({ evidenceId: idSchema, title: z.string().nullable() })),
});

/** Most characters of a file of references. */
const longestFile = 64 * 1024 * 1024;

/** Citable items of the library. */
export const references = {
  list: procedure(
    windowRequestSchema.extend({
      text: z.string().max(500).default(''),
      sort: sortSchema.default({ column: 'key', direction: 'ascending' }),
    }),
    windowSchema(referenceRowSchema),
  ),
  /** Takes a file's entries into the library, in one undoable step. The same file again changes nothing. */
  import: procedure(
    z.object({ text: z.string().max(longestFile), format: referenceFormatSchema.optional() }),
    z.object({
      format: referenceFormatSchema,
      items: z.array(
        z.object({ id: idSchema, key: z.string(), status: z.enum(['added', 'changed', 'unchanged']) }),
      ),
      /** What could not be read, and where it starts in the file. */
      problems: z.array(z.object({ line: z.number().int(), sentence: z.string() })),
    }),
  ),
  /** Items as a file: those named, or the whole library. Without `out` the answer holds the bytes. */
  export: procedure(
    z.object({
      format: referenceFormatSchema,
      ids: z.array(idSchema).max(10_000).optional(),
      out: z.string().optional(),
    }),
    z.object({
      /** Where it was written, or null where its bytes are the answer. */
      file: z.string().nullable(),
      name: z.string(),
      data: binarySchema.nullable(),
      withheld: z.number().int(),
    }),
  ),
  /** Gives documents the item by which they are cited, made of what is known of them. One undoable step. */
  fromEvidence: procedure(
    z.object({ evidenceIds: z.array(idSchema).min(1).max(5000) }),
    z.array(
      z.object({
        evidenceId: idSchema,
        referenceId: idSchema,
        key: z.string(),
        status: z.enum(['added', 'linked', 'unchanged']),
      }),
    ),
  ),
  /** Corrects properties of an item, named as CSL names them; null takes one away. */
  edit: procedure(z.object({ id: idSchema, csl: z.record(z.string(), z.json()) }), outcomeSchema),
};

export type ReferenceFormat = z.infer<typeof referenceFormatSchema>;
export type ReferenceRow = z.infer<typeof referenceRowSchema>;
