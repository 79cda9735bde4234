import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { writeDerived } from '../../../db/replica/rows/write.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import type { Transaction } from '../../../db/replica/transaction/transact.ts';
import { anchorSchema } from '../../../preload/contract/anchor.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { locate } from '../../documents/anchors/locate.ts';
import { takeQuote } from '../../documents/anchors/quote.ts';

type Values = Readonly<Record<string, Json>>;

/** Entities whose rows quote a document. */
export type QuotingEntity = 'annotations' | 'claim_evidence';

export function quotes(entity: EntityName): entity is QuotingEntity {
  return entity === 'annotations' || entity === 'claim_evidence';
}

/**
 * The values of a quoting row with its quote taken from the source. Every way to add one comes through here, so that no row of
 * this laptop cites what its document does not say. A region of a page has no words; what names no passage means the whole.
 */
export function withQuote(
  db: ReadableDb,
  blobs: BlobStore | null,
  entity: QuotingEntity,
  values: Values,
): Values {
  const { quote = null, anchor = null, evidence_id: evidenceId } = values;
  if (typeof evidenceId !== 'string') return values;
  const given = anchor === null ? null : anchorSchema.safeParse(anchor);
  if (given !== null && !given.success) {
    throw new WorkbenchError('invalid-input', 'The anchor is not understood. Nothing was stored.');
  }
  const selectors = given?.data.selectors ?? [];
  const place = selectors.find((selector) => selector.type === 'TextPositionSelector');
  for (const selector of selectors) {
    if (selector.type === 'PageSelector') checkPage(db, evidenceId as Id, selector.page);
  }
  const words = typeof quote === 'string' ? quote : undefined;
  if (words === undefined && place === undefined) return { ...values, ...kindOf(entity, selectors) };
  const taken = takeQuote(db, blobs, {
    evidenceId: evidenceId as Id,
    quote: words,
    start: place?.start,
    end: place?.end,
  });
  const tables = selectors.filter((selector) => selector.type === 'TableSelector');
  return {
    ...values,
    quote: taken.quote,
    extraction_id: taken.extractionId,
    anchor: { selectors: [...taken.anchor.selectors, ...tables] } as unknown as Json,
    ...(entity === 'claim_evidence' ? { quote_kind: tables.length > 0 ? 'table_range' : 'text' } : {}),
    ...(entity === 'annotations' && tables.length > 0 ? { kind: 'table_range' } : {}),
  };
}

/** A region stands on a page that the document has. */
function checkPage(db: ReadableDb, evidenceId: Id, page: number): void {
  const artifactId = getRow(db, 'evidence', evidenceId)?.artifact_id ?? null;
  const pages = artifactId === null ? null : (getRow(db, 'artifacts', artifactId)?.pages ?? null);
  if (pages !== null && page <= pages) return;
  throw new WorkbenchError('invalid-input', 'The document has no such page. Nothing was stored.');
}

function kindOf(entity: QuotingEntity, selectors: readonly { readonly type: string }[]): Values {
  const isRegion = selectors.some(({ type }) => type === 'PageSelector');
  if (entity === 'annotations') return isRegion ? { kind: 'region' } : {};
  return { quote_kind: isRegion ? 'region' : 'document' };
}

/** Notes where a quoting row stands in its document as it is read now. */
export function noteLocation(tx: Transaction, entity: QuotingEntity, id: Id): void {
  const row = getRow(tx.replica.db, entity, id);
  if (row === undefined) return;
  const place = locate(tx.replica.db, row);
  if (place === null) return;
  writeDerived(tx, entity, id, {
    anchor_state: place.state,
    located_in: place.extractionId,
    located_start: place.start,
    located_end: place.end,
    located_page: place.page,
  });
}
