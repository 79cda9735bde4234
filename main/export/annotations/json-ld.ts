import { z } from 'zod';
import type { Selector } from '../../../db/catalogue/anchor.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import { addressOf } from '../addresses.ts';
import { fragmentSchema, pageFragment, tableFragment } from './fragments.ts';
import type { ExportedMark } from './marks.ts';

const bodySchema = z.object({
  type: z.string(),
  purpose: z.string().optional(),
  value: z.string().optional(),
  source: z.string().optional(),
});

const selectorSchema = z.union([
  z.object({
    type: z.literal('TextQuoteSelector'),
    exact: z.string(),
    prefix: z.string().optional(),
    suffix: z.string().optional(),
  }),
  z.object({ type: z.literal('TextPositionSelector'), start: z.number().int(), end: z.number().int() }),
  fragmentSchema,
]);

/** An annotation as the W3C Web Annotation Data Model writes it, with what is ours under a prefix of its own. */
export const webAnnotationSchema = z.object({
  id: z.string(),
  type: z.literal('Annotation'),
  motivation: z.string().optional(),
  created: z.string().optional(),
  creator: z.object({ id: z.string().optional(), name: z.string().optional() }).optional(),
  body: z.array(bodySchema).default([]),
  target: z.union([
    z.string(),
    z.object({ source: z.string(), selector: z.array(selectorSchema).default([]) }),
  ]),
  'stratmaster:colour': z.string().optional(),
  'stratmaster:kind': z.string().optional(),
  'stratmaster:status': z.string().optional(),
  'stratmaster:stance': z.string().optional(),
  /** `orphan` where the document did not say these words any more when the file was written. */
  'stratmaster:state': z.string().optional(),
});

/** A file of annotations: a collection with all of them on its first page (section 5). */
export const collectionSchema = z.object({
  '@context': z.unknown(),
  type: z.literal('AnnotationCollection'),
  first: z.object({ items: z.array(webAnnotationSchema).max(100_000) }),
});

type WebAnnotation = z.infer<typeof webAnnotationSchema>;

const context = ['http://www.w3.org/ns/anno.jsonld', { stratmaster: 'stratmaster://terms/' }];

/** Marks of a document as a collection of W3C Web Annotations (JSON-LD). */
export function toJsonLd(evidenceId: Id, title: string | null, marks: readonly ExportedMark[]): string {
  const source = addressOf('evidence', evidenceId);
  const collection = {
    '@context': context,
    id: `${source}#annotations`,
    type: 'AnnotationCollection',
    ...(title === null ? {} : { label: title }),
    total: marks.length,
    first: {
      id: `${source}#annotations-1`,
      type: 'AnnotationPage',
      startIndex: 0,
      items: marks.map((mark) => webAnnotation(source, mark)),
    },
  };
  return `${JSON.stringify(collection, null, 2)}\n`;
}

function webAnnotation(source: string, mark: ExportedMark): WebAnnotation {
  const isNote = mark.entity === 'annotations';
  const { claim, replyTo } = mark;
  return {
    id: addressOf(isNote ? 'annotation' : 'quote', mark.id),
    type: 'Annotation',
    motivation: motivationOf(mark),
    created: mark.createdAt,
    creator: {
      id: addressOf('author', mark.authorId),
      ...(mark.author === null ? {} : { name: mark.author }),
    },
    body: [
      ...(mark.body === null ? [] : [textBody(isNote ? 'commenting' : 'describing', mark.body)]),
      ...mark.tags.map((tag) => textBody('tagging', tag)),
      ...(claim === null
        ? []
        : [
            {
              type: 'SpecificResource',
              purpose: 'linking',
              source: addressOf('claim', claim.id),
              ...(claim.text === null ? {} : { value: claim.text }),
            },
          ]),
    ],
    target:
      replyTo === null
        ? { source, selector: mark.selectors.map(writtenSelector) }
        : addressOf('annotation', replyTo),
    'stratmaster:colour': mark.colour,
    'stratmaster:kind': mark.kind,
    ...(mark.status === null ? {} : { 'stratmaster:status': mark.status }),
    ...(claim === null || claim.stance === null ? {} : { 'stratmaster:stance': claim.stance }),
    ...(mark.state === 'orphan' ? { 'stratmaster:state': mark.state } : {}),
  };
}

/** Why somebody made it, in the model's own terms (section 3.3.5). */
function motivationOf({ replyTo, claim, body }: ExportedMark): string {
  if (replyTo !== null) return 'replying';
  if (claim !== null) return 'linking';
  return body === null ? 'highlighting' : 'commenting';
}

function textBody(purpose: string, value: string) {
  return { type: 'TextualBody', purpose, value };
}

function writtenSelector(selector: Selector) {
  if (selector.type === 'PageSelector') return pageFragment(selector);
  return selector.type === 'TableSelector' ? tableFragment(selector) : { ...selector };
}
