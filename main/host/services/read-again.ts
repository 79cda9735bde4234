import type { Id } from '../../../db/catalogue/rows.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { stagedText } from '../../capture/ingest/stage.ts';
import { sentenceOf } from '../../capture/messages.ts';
import { type ReadAgain, withoutFile } from '../commands/read-again.ts';
import type { WorkspaceSession } from '../workspace/session.ts';

/** Reads the file of evidence again, in the process that reads every file, and stores what it says now. */
export async function readAgain(
  session: WorkspaceSession,
  evidenceId: Id,
  signal: AbortSignal | undefined,
): Promise<ReadAgain> {
  const { lists, writer } = session.data;
  const file = await lists.call('documents.file', { evidenceId });
  if (file === null) throw withoutFile();
  const ingest = await session.ingest();
  const reading = await ingest.read(file.name, session.blobs.read(file.hash), signal);
  if (reading.kind !== 'read') {
    throw new WorkbenchError(
      'invalid-input',
      `${sentenceOf(reading.reason)} The text that was read before is kept.`,
    );
  }
  const { extraction, analysis } = reading;
  return writer.call('documents.storeReading', {
    evidenceId,
    text: stagedText(session.blobs, extraction, analysis),
    document: { metadata: extraction.metadata, warnings: extraction.warnings },
  });
}
