import { z } from 'zod';
import { binarySchema } from './binary.ts';
import { idSchema } from './payload.ts';
import { procedure } from './procedure.ts';

/** Formats of a session: a brief as Markdown or PDF, everything of it as JSON, its references, and a folder of notes. */
export const sessionFormats = ['md', 'pdf', 'json', 'bibtex', 'ris', 'csl-json', 'obsidian'] as const;
/** Formats of a document's annotations: W3C Web Annotation, Markdown, and the PDF itself with its marks. */
export const annotationFormats = ['jsonld', 'md', 'pdf'] as const;

export type SessionFormat = (typeof sessionFormats)[number];
export type AnnotationFormat = (typeof annotationFormats)[number];

const exportedSchema = z.object({
  /** Where it was written, or null where its bytes are the answer. */
  file: z.string().nullable(),
  name: z.string(),
  data: binarySchema.nullable(),
  /** Values that the privacy settings kept back or took words out of. */
  withheld: z.number().int(),
  /** What a reader of the file should know, in sentences. */
  remarks: z.array(z.string()),
});

const subjectSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('session'), sessionId: idSchema, format: z.enum(sessionFormats) }),
  z.object({ kind: z.literal('annotations'), evidenceId: idSchema, format: z.enum(annotationFormats) }),
]);

/** Ways out, each through the gate. Without `out` the answer holds the bytes; with it they are written to that file. */
export const exports = {
  session: procedure(
    z.object({ sessionId: idSchema, format: z.enum(sessionFormats), out: z.string().optional() }),
    exportedSchema,
  ),
  annotations: procedure(
    z.object({ evidenceId: idSchema, format: z.enum(annotationFormats), out: z.string().optional() }),
    exportedSchema,
  ),
  /** What an export would hold and what it would not, before anything leaves. Throws what the export would throw. */
  preview: procedure(
    subjectSchema,
    z.object({
      name: z.string(),
      rows: z.number().int(),
      allowed: z.number().int(),
      redacted: z.number().int(),
      withheld: z.number().int(),
      /** How many values each rule decided. */
      rules: z.record(z.string(), z.number().int()),
      remarks: z.array(z.string()),
    }),
  ),
};

const importedSchema = z.object({
  added: z.number().int(),
  /** Rows that are here already; they stay as they are. */
  known: z.number().int(),
  /** Rows that could not be added: what they quote or belong to is not here. */
  left: z.number().int(),
  sentence: z.string(),
});

/** What came out and comes back. A row that is here already is changed only by notes that were edited. */
export const imports = {
  annotations: procedure(
    z.object({ text: z.string().max(64 * 1024 * 1024), evidenceId: idSchema.optional() }),
    importedSchema,
  ),
  session: procedure(z.object({ text: z.string().max(256 * 1024 * 1024) }), importedSchema),
  /**
   * Takes a session's folder of notes back, in one undoable step: what was edited there, new claims, new links. Quotes are taken from
   * their sources, never from the notes. What was edited on both sides stays as it is here, and is told of.
   */
  notes: procedure(
    z.object({
      files: z
        .array(z.object({ path: z.string().max(2000), text: z.string().max(16 * 1024 * 1024) }))
        .max(100_000),
      dryRun: z.boolean().default(false),
    }),
    z.object({
      sessionId: idSchema,
      edited: z.number().int(),
      claims: z.number().int(),
      links: z.number().int(),
      others: z.number().int(),
      problems: z.array(z.object({ path: z.string(), sentence: z.string() })),
    }),
  ),
};

export type ExportSubject = z.infer<typeof subjectSchema>;
export type Imported = z.infer<typeof importedSchema>;
