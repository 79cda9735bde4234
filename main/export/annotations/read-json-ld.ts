import type { Anchor, Selector } from '../../../db/catalogue/anchor.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { derivedId } from '../../../db/replica/rows/ids.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { timestampSchema } from '../../../preload/contract/payload.ts';
import { idInAddress } from '../addresses.ts';
import { selectorOf } from './fragments.ts';
import { collectionSchema, type webAnnotationSchema } from './json-ld.ts';
import type { z } from 'zod';

/** A row that a file of annotations asks for. `quote` is what the file says; whether the document does is asked when it is added. */
export interface WantedMark {
  readonly entity: 'annotations' | 'claim_evidence';
  readonly id: Id;
  readonly evidenceId: Id;
  readonly quote: string | null;
  readonly anchor: Anchor | null;
  readonly values: Readonly<Record<string, Json>>;
}

type WebAnnotation = z.infer<typeof webAnnotationSchema>;

/**
 * The marks in a file of W3C Web Annotations. Those that this program wrote keep their ids; others get one made of their address,
 * the same each time. `evidenceId` says which document is meant where the file does not. Throws `invalid-input`.
 */
export function readJsonLd(text: string, evidenceId: Id | undefined): WantedMark[] {
  const parsed = collectionSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new WorkbenchError(
      'invalid-input',
      `This is no collection of W3C annotations: ${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''} Nothing was changed.`,
    );
  }
  const items = parsed.data.first.items;
  const documents = new Map(items.flatMap((item) => documentOf(item) ?? []));
  return items.flatMap((item) => wanted(item, evidenceId, documents) ?? []);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WorkbenchError('invalid-input', 'This file is no JSON. Nothing was changed.');
  }
}

function documentOf({ id, target }: WebAnnotation): [string, Id][] | null {
  const evidence = typeof target === 'string' ? null : idInAddress('evidence', target.source);
  return evidence === null ? null : [[id, evidence]];
}

function wanted(
  item: WebAnnotation,
  given: Id | undefined,
  documents: ReadonlyMap<string, Id>,
): WantedMark | null {
  const parent = typeof item.target === 'string' ? item.target : null;
  const replyTo = idInAddress('annotation', parent);
  const evidenceId = documents.get(parent ?? item.id) ?? given;
  const claim = item.body.map(({ source }) => idInAddress('claim', source)).find((id) => id !== null) ?? null;
  const quoteId = idInAddress('quote', item.id);
  if (evidenceId === undefined || (quoteId !== null && claim === null)) return null;
  const selectors = typeof item.target === 'string' ? [] : item.target.selector.flatMap(storedSelector);
  const words = selectors.find((selector) => selector.type === 'TextQuoteSelector');
  const common = {
    evidenceId,
    quote: words?.exact ?? null,
    anchor: selectors.length === 0 ? null : { selectors },
  };
  const made = timestampSchema.safeParse(item.created);
  const created: Record<string, Json> = made.success ? { created_at: made.data } : {};
  if (quoteId !== null) {
    const note = bodyOf(item, 'describing');
    const values = { ...created, claim_id: claim, stance: item['stratmaster:stance'] ?? null };
    return {
      entity: 'claim_evidence',
      id: quoteId,
      ...common,
      values: note === null ? values : { ...values, note },
    };
  }
  const body = bodyOf(item, 'commenting') ?? bodyOf(item, undefined);
  return {
    entity: 'annotations',
    id: idInAddress('annotation', item.id) ?? derivedId('annotations', item.id),
    ...common,
    values: {
      ...created,
      ...(body === null ? {} : { body }),
      tags: item.body.flatMap(({ purpose, value }) =>
        purpose === 'tagging' && value !== undefined ? [value] : [],
      ),
      ...named('colour', item['stratmaster:colour']),
      ...named('kind', item['stratmaster:kind']),
      ...named('status', item['stratmaster:status']),
      ...(replyTo === null ? {} : { reply_to: replyTo }),
    },
  };
}

function named(name: string, value: string | undefined): Record<string, Json> {
  return value === undefined ? {} : { [name]: value };
}

function bodyOf({ body }: WebAnnotation, purpose: string | undefined): string | null {
  return body.find((each) => each.type === 'TextualBody' && each.purpose === purpose)?.value ?? null;
}

function storedSelector(selector: WebAnnotationSelector): Selector[] {
  if (selector.type === 'FragmentSelector') {
    const stored = selectorOf(selector);
    return stored === null ? [] : [stored];
  }
  if (selector.type === 'TextPositionSelector') return [{ ...selector }];
  const { exact, prefix, suffix } = selector;
  return [
    {
      type: 'TextQuoteSelector',
      exact,
      ...(prefix === undefined ? {} : { prefix }),
      ...(suffix === undefined ? {} : { suffix }),
    },
  ];
}

type WebAnnotationSelector = Exclude<WebAnnotation['target'], string>['selector'][number];
