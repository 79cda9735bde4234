import type { Id, Row } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { editableRow, restoreRow, updateRow } from '../../../db/replica/rows/write.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import type { Replica } from '../../../db/replica/transaction/replica.ts';
import { transact, type Transaction } from '../../../db/replica/transaction/transact.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { Change, Outcome } from '../../../preload/contract/shapes.ts';
import { UnfaithfulValueError } from '../../../sync/core/value.ts';
import { textOf } from '../../documents/read.ts';
import type { CitationLibrary } from '../../references/citation-library.ts';
import type { Csl, EntryProblem } from '../../references/entry.ts';
import type { ReferenceFormatName } from '../../references/format.ts';
import { detectFormat, formatNamed } from '../../references/formats.ts';
import { offeredCsl, ownDoiWithin } from '../../references/from-evidence.ts';
import type { ReferenceIndex } from '../../references/reference-index.ts';
import { columnsFor, cslIn, storedReference, type StoredReference } from '../../references/stored.ts';
import { takeEntry, type Taken } from '../../references/take-entry.ts';
import { doiOf } from '../../references/work.ts';
import type { Done } from './edits.ts';
import { insertReference, referenceIndex } from './reference-rows.ts';

/** What an import did: one line for each entry that was understood, and what was not. */
export interface ReferencesImported {
  readonly format: ReferenceFormatName;
  readonly items: readonly {
    readonly id: Id;
    readonly key: string;
    readonly status: Taken['kind'];
  }[];
  readonly problems: readonly EntryProblem[];
}

/** Takes a file of references into the library, as one step. Throws `invalid-input` where it is none of the formats. */
export function importReferences(
  replica: Replica,
  library: CitationLibrary,
  { text, format: given }: { text: string; format?: ReferenceFormatName | undefined },
): Done<ReferencesImported> {
  const format = given ?? detectFormat(text);
  if (format === undefined) {
    throw new WorkbenchError(
      'invalid-input',
      'This is neither BibTeX, RIS nor CSL-JSON. Nothing was imported.',
    );
  }
  const chosen = formatNamed(format);
  const { entries, problems: unread } = chosen.read(text);
  const command = 'import.reference_items';
  const { result, changes } = transact(replica, { command }, (tx) => {
    const index = referenceIndex(replica);
    const items: ReferencesImported['items'][number][] = [];
    const problems = [...unread];
    const meant = chosen.meant?.(entries) ?? entries;
    entries.forEach((entry, at) => {
      try {
        const { kind, reference } = takeEntry(index, chosen, library, entry, meant[at]);
        const status = write(tx, kind, reference);
        index.put({ ...reference, inTrash: false });
        items.push({ id: reference.id, key: reference.key, status });
      } catch (error) {
        if (!(error instanceof UnfaithfulValueError)) throw error;
        problems.push({
          line: at + 1,
          sentence: `Entry ${at + 1} (${entry.key ?? 'no key'}): ${error.message}`,
        });
      }
    });
    return { format, items, problems };
  });
  return { result, command, changes };
}

function write(tx: Transaction, kind: Taken['kind'], reference: StoredReference): Taken['kind'] {
  const { id, csl, originals, inTrash } = reference;
  if (kind === 'added') {
    insertReference(tx, reference);
    return kind;
  }
  if (inTrash) restoreRow(tx, 'reference_items', id);
  if (kind === 'changed') {
    const metadata = getRow(tx.replica.db, 'reference_items', id)?.metadata;
    const kept = cslIn(metadata);
    updateRow(tx, 'reference_items', id, {
      ...columnsFor(csl),
      metadata: { ...kept, originals: originals as unknown as Json },
    });
  }
  return inTrash ? 'changed' : kind;
}

/** Corrects properties of an item; null takes one away. Its title, date and kind in lists follow. Its key stays. */
export function editReference(
  replica: Replica,
  { id, csl: patch }: { id: Id; csl: Readonly<Record<string, Json>> },
): Done<Outcome> {
  const command = 'edit.reference_items';
  const { result, changes } = transact(replica, { command }, (tx) => {
    editableRow(tx, 'reference_items', id);
    const row = getRow(replica.db, 'reference_items', id);
    const csl = cslIn({ ...cslIn(row?.csl), ...patch });
    return updateRow(tx, 'reference_items', id, columnsFor(csl));
  });
  const changed: Change[] = result.length === 0 ? [] : [{ entity: 'reference_items', id, columns: result }];
  return {
    result: { changed, skipped: [], command: changed.length === 0 ? null : command },
    command,
    changes,
  };
}

/** A document and the item that cites it. */
export interface OfferTaken {
  readonly evidenceId: Id;
  readonly referenceId: Id;
  readonly key: string;
  readonly status: 'added' | 'linked' | 'unchanged';
}

/**
 * Gives each document the item by which it is cited: the one that it has, one of the library that is the same work, or a new one
 * made of its title, authors, date, DOI and address. One step.
 */
export function referencesFromEvidence(
  replica: Replica,
  { evidenceIds }: { evidenceIds: readonly Id[] },
): Done<OfferTaken[]> {
  const command = 'cite.evidence';
  const { result, changes } = transact(replica, { command }, (tx) => {
    const index = referenceIndex(replica);
    return evidenceIds.map((evidenceId) => offerFor(tx, index, evidenceId));
  });
  return { result, command, changes };
}

function offerFor(tx: Transaction, index: ReferenceIndex, evidenceId: Id): OfferTaken {
  const { db } = tx.replica;
  const evidence = getRow(db, 'evidence', evidenceId);
  if (evidence === undefined || evidence._deleted) {
    throw new WorkbenchError(
      'not-found',
      'This document is not there, or is in the trash. Nothing was stored.',
    );
  }
  const cited =
    evidence.reference_id === null ? undefined : getRow(db, 'reference_items', evidence.reference_id);
  if (cited !== undefined && !cited._deleted) {
    return { evidenceId, referenceId: cited.id, key: cited.citation_key ?? '', status: 'unchanged' };
  }
  const csl = offeredCsl({
    evidence,
    artifactType: artifactTypeOf(db, evidence),
    beginning:
      evidence.extraction_id === null ? '' : textOf(db, evidence.extraction_id).slice(0, ownDoiWithin),
  });
  const known = cited === undefined ? index.alike(csl)?.reference : storedReference(cited);
  const reference = known ?? {
    id: index.freeId(identityOfOffer(csl, evidence)),
    key: index.freeKey(null, csl),
    csl,
    originals: {},
    inTrash: false,
  };
  if (known === undefined) insertReference(tx, reference, evidence.artifact_id);
  else if (known.inTrash) restoreRow(tx, 'reference_items', known.id);
  index.put({ ...reference, inTrash: false });
  updateRow(tx, 'evidence', evidenceId, { reference_id: reference.id });
  return {
    evidenceId,
    referenceId: reference.id,
    key: reference.key,
    status: known === undefined ? 'added' : 'linked',
  };
}

function identityOfOffer(csl: Csl, evidence: Row<'evidence'>): Json[] {
  const doi = doiOf(csl);
  return doi === undefined ? ['evidence', evidence.artifact_id ?? evidence.id] : ['doi', doi];
}

function artifactTypeOf(db: ReadableDb, evidence: Row<'evidence'>): string | null {
  return evidence.artifact_id === null
    ? null
    : (getRow(db, 'artifacts', evidence.artifact_id)?.artifact_type ?? null);
}
