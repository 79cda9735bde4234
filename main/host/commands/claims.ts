import type { PageSelector, TableSelector } from '../../../db/catalogue/anchor.ts';
import type { Id, NewRow, Row } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { addElement, readSet } from '../../../db/replica/rows/elements.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import { writeText } from '../../../db/replica/rows/text.ts';
import { editableRow, insertRow, removeRow, updateRow } from '../../../db/replica/rows/write.ts';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import type { Replica } from '../../../db/replica/transaction/replica.ts';
import { transact, type Transaction } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { Done } from './edits.ts';
import { noteLocation, withQuote } from './quoting.ts';

export interface LinkRequest {
  readonly claimId: Id;
  readonly evidenceId: Id;
  readonly stance: 'supports' | 'contradicts';
  readonly quote?: string | undefined;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly note?: string | undefined;
  readonly annotationId?: Id | undefined;
  readonly region?: PageSelector | undefined;
  readonly table?: TableSelector | undefined;
}

/** Several sources of one stance. */
export type LinkAllRequest = Pick<LinkRequest, 'claimId' | 'stance'> & {
  readonly sources: readonly Pick<
    LinkRequest,
    'evidenceId' | 'quote' | 'start' | 'end' | 'region' | 'table'
  >[];
};

/** What a link rests on: its place in the document; nulls where it means the whole document. */
export interface LinkMade {
  readonly linkId: Id;
  readonly start: number | null;
  readonly end: number | null;
  readonly page: number | null;
}

/** Lets a document support or contradict a claim, by a quote of it or as a whole. */
export function linkClaim({ replica, blobs }: OpenWorkspace, input: LinkRequest): Done<LinkMade> {
  const { result, changes } = transact(replica, { command: linkCommand }, (tx) => linkIn(tx, blobs, input));
  return { result, command: linkCommand, changes };
}

/** Lets several documents or passages support or contradict a claim: all of them or none, in one step. */
export function linkAllToClaim(
  { replica, blobs }: OpenWorkspace,
  { claimId, stance, sources }: LinkAllRequest,
): Done<{ linkIds: Id[] }> {
  const { result, changes } = transact(replica, { command: linkCommand }, (tx) => ({
    linkIds: sources.map((source) => linkIn(tx, blobs, { claimId, stance, ...source }).linkId),
  }));
  return { result, command: linkCommand, changes };
}

const linkCommand = 'link.research_claims';

/** Adds a link in an open transaction. Throws `invalid-input` where the source does not say the words. */
export function linkIn(tx: Transaction, blobs: BlobStore, input: LinkRequest): LinkMade {
  const { claimId, evidenceId, stance, quote, start, end, region, table } = input;
  const { db } = tx.replica;
  const place =
    start === undefined || end === undefined ? [] : [{ type: 'TextPositionSelector', start, end }];
  const selectors = [...place, region, table].filter((selector) => selector !== undefined);
  const values = withQuote(db, blobs, 'claim_evidence', {
    claim_id: claimId,
    evidence_id: evidenceId,
    stance,
    ...(quote === undefined ? {} : { quote }),
    ...(selectors.length === 0 ? {} : { anchor: { selectors } as unknown as Json }),
    ...(input.annotationId === undefined ? {} : { annotation_id: input.annotationId }),
  });
  editableRow(tx, 'research_claims', claimId);
  editableRow(tx, 'evidence', evidenceId);
  const linkId = insertRow(tx, 'claim_evidence', values as NewRow<'claim_evidence'>);
  if (input.note !== undefined && input.note !== '')
    writeText(tx, 'claim_evidence', linkId, 'note', input.note);
  noteLocation(tx, 'claim_evidence', linkId);
  const made = getRow(db, 'claim_evidence', linkId);
  return {
    linkId,
    start: made?.located_start ?? null,
    end: made?.located_end ?? null,
    page: made?.located_page ?? region?.page ?? null,
  };
}

/**
 * Splits a claim into several: the first part keeps the claim and its history, each other part becomes a claim that names it.
 * `links` says which part a link goes to; links that are not named stay. One step.
 */
export function splitClaim(
  replica: Replica,
  input: { claimId: Id; parts: readonly string[]; links: Readonly<Record<string, number>> },
): Done<{ ids: Id[] }> {
  const { claimId, parts, links } = input;
  if (parts.length < 2 || parts.some((part) => part.trim() === '')) {
    throw new WorkbenchError(
      'invalid-input',
      'A claim is split into at least two sentences. Nothing was changed.',
    );
  }
  const command = 'split.research_claims';
  const { result, changes } = transact(replica, { command }, (tx) => {
    const claim = claimRow(tx, claimId);
    updateRow(tx, 'research_claims', claimId, { claim_text: parts[0]?.trim() ?? '' });
    const ids = [claimId];
    for (const part of parts.slice(1)) {
      const id = insertRow(tx, 'research_claims', {
        session_id: claim.session_id,
        claim_text: part.trim(),
        claim_type: claim.claim_type,
        status: claim.status,
        sharing_level: claim.sharing_level,
        split_from: claimId,
      });
      for (const tag of readSet(replica.db, claimId, 'tags'))
        addElement(tx, 'research_claims', id, 'tags', tag);
      ids.push(id);
    }
    for (const link of linkRows(tx, claimId)) {
      const target = ids[links[link.id] ?? 0];
      if (target === undefined)
        throw new WorkbenchError('invalid-input', 'A link names no part. Nothing was changed.');
      if (target !== claimId) moveLink(tx, link, target);
    }
    return { ids };
  });
  return { result, command, changes };
}

/** Merges claims into one: their links and tags come along, links that are there already are not doubled. One step. */
export function mergeClaims(
  replica: Replica,
  { into, claimIds }: { into: Id; claimIds: readonly Id[] },
): Done<{ id: Id }> {
  const command = 'merge.research_claims';
  const { result, changes } = transact(replica, { command }, (tx) => {
    const target = claimRow(tx, into);
    for (const id of claimIds) {
      const claim = claimRow(tx, id);
      if (id === into || claim.session_id !== target.session_id) {
        throw new WorkbenchError(
          'invalid-input',
          'Only other claims of the same session are merged. Nothing was changed.',
        );
      }
      const known = new Set(linkRows(tx, into).map(sameLink));
      for (const link of linkRows(tx, id)) if (!known.has(sameLink(link))) moveLink(tx, link, into);
      for (const tag of readSet(replica.db, id, 'tags')) addElement(tx, 'research_claims', into, 'tags', tag);
      updateRow(tx, 'research_claims', id, { merged_into: into });
    }
    return { id: into };
  });
  return { result, command, changes };
}

function sameLink(link: Row<'claim_evidence'>): string {
  return JSON.stringify([link.evidence_id, link.stance, link.quote, link.located_start]);
}

/** A link's claim is written once, so a link that moves is a new row with the same quote. */
function moveLink(tx: Transaction, link: Row<'claim_evidence'>, claim: Id): void {
  const id = insertRow(tx, 'claim_evidence', {
    claim_id: claim,
    evidence_id: link.evidence_id,
    stance: link.stance,
    quote: link.quote,
    anchor: link.anchor,
    extraction_id: link.extraction_id,
    weight: link.weight,
    annotation_id: link.annotation_id,
    quote_kind: link.quote_kind,
  });
  if (link.note !== null && link.note !== '') writeText(tx, 'claim_evidence', id, 'note', link.note);
  noteLocation(tx, 'claim_evidence', id);
  removeRow(tx, 'claim_evidence', link.id);
}

function claimRow(tx: Transaction, id: Id): Row<'research_claims'> {
  editableRow(tx, 'research_claims', id);
  const row = getRow(tx.replica.db, 'research_claims', id);
  if (row === undefined)
    throw new WorkbenchError('not-found', 'This claim is not there. Nothing was changed.');
  return row;
}

function linkRows(tx: Transaction, claim: Id): Row<'claim_evidence'>[] {
  return listRows(tx.replica.db, 'claim_evidence', {
    where: 'claim_evidence.claim_id = ?',
    values: [idToBlob(claim)],
    limit: 10_000,
  });
}
