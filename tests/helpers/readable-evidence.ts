import type { Id } from '../../db/catalogue/rows.ts';
import { getRow } from '../../db/replica/rows/read.ts';
import { putBody } from '../../db/replica/rows/text.ts';
import { insertRow, updateRow } from '../../db/replica/rows/write.ts';
import { transact } from '../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../db/replica/workspace/workspace.ts';

/** A piece of evidence with words, as ingest publishes one, without its file. */
export function addReadable(workspace: OpenWorkspace, session_id: Id, title: string, text: string): Id {
  const id = transact(workspace.replica, { command: 'capture.add' }, (tx) =>
    insertRow(tx, 'evidence', { session_id, title, source_type: 'uploaded_document' }),
  ).result;
  readAgain(workspace, id, text, '1');
  return id;
}

/** Another extraction of the same evidence, by another version of the extractor. */
export function readAgain(workspace: OpenWorkspace, evidence: Id, text: string, version: string): Id {
  const { replica } = workspace;
  return transact(replica, { command: 'capture.add' }, (tx) => {
    const content_hash = evidence.replaceAll('-', '').padEnd(64, '0');
    const scope = `session:${getRow(replica.db, 'evidence', evidence)?.session_id ?? ''}`;
    const artifact_id = insertRow(tx, 'artifacts', { content_hash, artifact_type: 'text' }, { scope });
    const id = insertRow(tx, 'content_extractions', {
      artifact_id,
      extractor: 'text',
      extractor_version: version,
      text_hash: putBody(replica.db, Buffer.from(text, 'utf8')),
    });
    updateRow(tx, 'evidence', evidence, { artifact_id, extraction_id: id });
    return id;
  }).result;
}
