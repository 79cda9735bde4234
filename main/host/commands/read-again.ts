import type { Id } from '../../../db/catalogue/rows.ts';
import { idToBlob } from '../../../db/replica/rows/ids.ts';
import { getRow, listRows } from '../../../db/replica/rows/read.ts';
import { editableRow, updateRow } from '../../../db/replica/rows/write.ts';
import type { Replica } from '../../../db/replica/transaction/replica.ts';
import { transact, type Transaction } from '../../../db/replica/transaction/transact.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { ensureExtraction } from '../../capture/ingest/publish.ts';
import type { StagedDocument, StagedText } from '../../capture/ingest/types.ts';
import type { Done } from './edits.ts';
import { noteLocation } from './quoting.ts';

/** Name of the command, and of its undo: after either the passages of the document are made anew. */
export const readCommand = 'read.evidence';

/** What reading a document again came to: marks that stand elsewhere now, and those whose words are gone. */
export interface ReadAgain {
  readonly state: 'read' | 'unchanged';
  readonly moved: number;
  readonly orphans: number;
}

/**
 * Makes a new reading of a document's file the one that is shown. The old extraction stays, because anchors name it; every mark
 * and quote is looked for in the new text.
 */
export function storeReading(
  replica: Replica,
  input: {
    readonly evidenceId: Id;
    readonly text: StagedText;
    readonly document: Pick<StagedDocument, 'metadata' | 'warnings'>;
  },
): Done<ReadAgain> {
  const { evidenceId, text, document } = input;
  const { result, changes } = transact(replica, { command: readCommand }, (tx): ReadAgain => {
    editableRow(tx, 'evidence', evidenceId);
    const evidence = getRow(replica.db, 'evidence', evidenceId);
    if (evidence?.artifact_id == null) throw withoutFile();
    const extractionId = ensureExtraction(tx, document, text, evidence.artifact_id);
    if (extractionId === evidence.extraction_id) return { state: 'unchanged', moved: 0, orphans: 0 };
    updateRow(tx, 'evidence', evidenceId, { extraction_id: extractionId });
    const states = [
      ...locateAll(tx, 'annotations', evidenceId),
      ...locateAll(tx, 'claim_evidence', evidenceId),
    ];
    return {
      state: 'read',
      moved: states.filter((state) => state === 'moved').length,
      orphans: states.filter((state) => state === 'orphan').length,
    };
  });
  return { result, command: readCommand, changes };
}

function locateAll(
  tx: Transaction,
  entity: 'annotations' | 'claim_evidence',
  evidenceId: Id,
): (string | null)[] {
  const of = { where: `${entity}.evidence_id = ?`, values: [idToBlob(evidenceId)] };
  const anchored = listRows(tx.replica.db, entity, of).filter((row) => row.anchor !== null);
  for (const { id } of anchored) noteLocation(tx, entity, id);
  return listRows(tx.replica.db, entity, of).map((row) => row.anchor_state);
}

/** Said where a document has no file that could be read. */
export function withoutFile(): WorkbenchError {
  return new WorkbenchError('invalid-input', 'This evidence has no file to read again. Nothing was changed.');
}
