import type { EntityName } from '../../../db/catalogue/catalogue.ts';
import type { Id } from '../../../db/catalogue/rows.ts';
import type { Json } from '../../../db/catalogue/types.ts';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import { readLedger } from '../../../db/replica/log/purge.ts';
import { InputError } from '../../../db/replica/rows/input-error.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { transact, type Transaction } from '../../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { Imported } from '../../../preload/contract/exports.ts';
import { readJsonLd, type WantedMark } from '../../export/annotations/read-json-ld.ts';
import { type Done, insertGiven } from './edits.ts';
import { withQuote } from './quoting.ts';

/** What became of a row of a file. */
export type Came = 'added' | 'known' | 'left';

/** Adds the marks of a file of W3C annotations that are not here yet, in one step for undo. */
export function importAnnotations(
  workspace: OpenWorkspace,
  { text, evidenceId }: { text: string; evidenceId?: Id | undefined },
): Done<Imported> {
  const wanted = readJsonLd(text, evidenceId);
  // An answer is added after what it answers.
  const ordered = [...wanted].sort((a, b) => Number('reply_to' in a.values) - Number('reply_to' in b.values));
  return importAll(workspace, 'import.annotations', ordered, (tx, mark) =>
    addMark(tx, workspace.blobs, mark),
  );
}

/** Adds rows that are not here and were not purged here, all in one transaction. */
export function importAll<T extends { readonly entity: EntityName; readonly id: Id }>(
  { replica, layout }: OpenWorkspace,
  command: string,
  wanted: readonly T[],
  add: (tx: Transaction, row: T) => Came,
): Done<Imported> {
  // What was purged here stays purged: the ledger would end it again when the workspace is opened.
  const purged = new Set(readLedger(layout.purgeLedger).map(({ id }) => id));
  const { result, changes } = transact(replica, { command }, (tx) => {
    const counts = { added: 0, known: 0, left: 0 };
    let trashed = 0;
    for (const row of wanted) {
      const here = getRow(replica.db, row.entity, row.id);
      counts[here !== undefined ? 'known' : purged.has(row.id) ? 'left' : add(tx, row)] += 1;
      if (here?._deleted === true) trashed += 1;
    }
    return { ...counts, sentence: sentenceOf(counts, trashed) };
  });
  return { result, command, changes };
}

function sentenceOf({ added, known, left }: Readonly<Record<Came, number>>, trashed: number): string {
  const parts = [
    `${added} added`,
    `${known} here already${trashed === 0 ? '' : ` (${trashed} of them in the trash)`}`,
    ...(left === 0 ? [] : [`${left} left out: they were purged here, or what they belong to is not here`]),
  ];
  return `${parts.join(', ')}.`;
}

function addMark(tx: Transaction, blobs: BlobStore | null, mark: WantedMark): Came {
  const { entity, id, evidenceId, anchor, quote } = mark;
  if (isMissing(tx, 'evidence', evidenceId)) return 'left';
  if (entity === 'claim_evidence' && isMissing(tx, 'research_claims', mark.values['claim_id'])) return 'left';
  const values = {
    ...mark.values,
    id,
    evidence_id: evidenceId,
    ...(anchor === null ? {} : { anchor: anchor as unknown as Json }),
    ...(quote === null ? {} : { quote }),
  };
  // Where words stand on their pages follows from the words, as this laptop reads them.
  const placed = anchor?.selectors.filter(({ type }) => quote === null || type !== 'PageSelector') ?? [];
  const asked =
    placed.length === 0 ? values : { ...values, anchor: { selectors: placed } as unknown as Json };
  return added(() => insertGiven(tx, entity, quoted(tx, blobs, entity, asked) ?? values));
}

/** The values with the words of their source; null where they are not there: given as they are, the row is an orphan. */
function quoted(
  tx: Transaction,
  blobs: BlobStore | null,
  entity: 'annotations' | 'claim_evidence',
  values: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> | null {
  const { db } = tx.replica;
  try {
    return withQuote(db, blobs, entity, values);
  } catch (error) {
    if (!(error instanceof WorkbenchError) || error.code !== 'invalid-input') throw error;
    return null;
  }
}

/** A row that its entity refuses is left out; the others are added all the same. */
export function added(insert: () => unknown): Came {
  try {
    insert();
    return 'added';
  } catch (error) {
    if (error instanceof InputError) return 'left';
    if (error instanceof WorkbenchError && error.code === 'invalid-input') return 'left';
    throw error;
  }
}

/** True where no row of this id is here, in the trash or not. */
export function isMissing(tx: Transaction, entity: EntityName, id: Json | undefined): boolean {
  return typeof id !== 'string' || getRow(tx.replica.db, entity, id) === undefined;
}
