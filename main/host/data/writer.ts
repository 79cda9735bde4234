import { indexNotedRows } from '../../../db/replica/search-items.ts';
import {
  closeWorkspace,
  openWorkspace,
  type OpenWorkspace,
} from '../../../db/replica/workspace/workspace.ts';
import { readMeta, writeMeta } from '../../../db/replica/transaction/meta.ts';
import { createLocalStore } from '../../capture/ingest/local-store.ts';
import type { ChangeNote } from './change-note.ts';
import { syncFunctions } from './sync.ts';
import { refreshPassages } from '../../capture/ingest/passages.ts';
import { purgeAgain } from '../commands/purge-again.ts';
import {
  addRow,
  type Done,
  editRows,
  moveRows,
  purgeRows,
  stepBack,
  tagRows,
  undoChange,
} from '../commands/edits.ts';
import { linkAllToClaim, linkClaim, mergeClaims, splitClaim } from '../commands/claims.ts';
import { importNotes } from '../commands/import-notes.ts';
import { importAnnotations } from '../commands/imports.ts';
import { importSession } from '../commands/import-session.ts';
import { editReference, importReferences, referencesFromEvidence } from '../commands/references.ts';
import { readCommand, storeReading } from '../commands/read-again.ts';
import { refreshStanding } from '../commands/standing.ts';
import { sessionForCapture } from '../commands/sessions.ts';
import { type SettingsPatch, writePreferences, writeSetting } from '../commands/settings.ts';
import { recordReceipts, type Receipt } from '../../outbound/receipts.ts';
import { loadCitationLibrary } from '../../references/citation-library.ts';
import { careFunctions } from './care.ts';
import { maintenanceFunctions } from './maintenance.ts';
import type { CallsOf } from '../threads/caller.ts';

export interface WriterOptions {
  readonly folder: string;
  readonly dataKey: Uint8Array | null;
}

/** Rows that the index of titles and tags takes up in one go, between two commands. */
const indexedAtOnce = 500;

type Input<F extends (replica: never, input: never) => unknown> = Parameters<F>[1];

/**
 * Everything that may change a workspace, by name, over the one connection that writes. Each function is one transaction,
 * or several whole ones; after it the small index catches up with what it changed.
 */
export function writerFunctions(workspace: OpenWorkspace, note: (change: ChangeNote) => void) {
  const { replica } = workspace;
  const ingest = createLocalStore(replica);
  let scheduled = false;
  const catchUp = (): void => {
    const taken = indexNotedRows(replica.db.sqlite, indexedAtOnce);
    if (taken < indexedAtOnce || scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (replica.db.sqlite.open) catchUp();
    });
  };
  const finish = <T>(done: Done<T>): T => {
    if (done.changes.length > 0) {
      catchUp();
      const claims = refreshStanding(replica, done.changes).map((id) => ({ entity: 'research_claims', id }));
      const rows = [...done.changes.map(({ entity, id }) => ({ entity, id })), ...claims];
      note({ command: done.command, origin: 'local', rows });
    }
    return done.result;
  };
  /** A document that was read again, or whose reading was undone, is found by the words that it shows. */
  const finishReading = <T extends object>(done: Done<T>): T => {
    const undone = 'command' in done.result ? done.result.command : null;
    if (done.command === readCommand || undone === readCommand) {
      for (const { entity, id } of done.changes) if (entity === 'evidence') refreshPassages(replica.db, id);
    }
    return finish(done);
  };
  return {
    'edits.add': (input: Input<typeof addRow>) => finish(addRow(replica, input, workspace.blobs)),
    'edits.edit': (input: Input<typeof editRows>) => finish(editRows(replica, input)),
    'edits.tag': (input: Input<typeof tagRows>) => finish(tagRows(replica, input)),
    'edits.remove': (input: Parameters<typeof moveRows>[2]) => finish(moveRows(replica, 'remove', input)),
    'edits.restore': (input: Parameters<typeof moveRows>[2]) => finish(moveRows(replica, 'restore', input)),
    'edits.purge': (input: Input<typeof purgeRows>) => finish(purgeRows(workspace, input)),
    'edits.undo': () => finishReading(stepBack(replica, 'undo')),
    'edits.undoChange': (input: Input<typeof undoChange>) => finishReading(undoChange(replica, input)),
    'edits.redo': () => finishReading(stepBack(replica, 'redo')),
    'documents.storeReading': (input: Input<typeof storeReading>) =>
      finishReading(storeReading(replica, input)),
    'claims.link': (input: Input<typeof linkClaim>) => finish(linkClaim(workspace, input)),
    'claims.linkAll': (input: Input<typeof linkAllToClaim>) => finish(linkAllToClaim(workspace, input)),
    'claims.split': (input: Input<typeof splitClaim>) => finish(splitClaim(replica, input)),
    'claims.merge': (input: Input<typeof mergeClaims>) => finish(mergeClaims(replica, input)),
    'import.annotations': (input: Input<typeof importAnnotations>) =>
      finish(importAnnotations(workspace, input)),
    'import.notes': (input: Input<typeof importNotes>) => finish(importNotes(workspace, input)),
    'import.session': (input: Input<typeof importSession>) => finish(importSession(workspace, input)),
    'references.import': async (input: Parameters<typeof importReferences>[2]) =>
      finish(importReferences(replica, await loadCitationLibrary(), input)),
    'references.fromEvidence': (input: Input<typeof referencesFromEvidence>) =>
      finish(referencesFromEvidence(replica, input)),
    'references.edit': (input: Input<typeof editReference>) => finish(editReference(replica, input)),
    'sessions.forCapture': (input: Input<typeof sessionForCapture>) =>
      finish(sessionForCapture(replica, input)),
    'settings.preferences': (patch: SettingsPatch) => writePreferences(replica.db, patch),
    'settings.privacy': (settings: unknown) => writeSetting(replica.db, 'privacy', settings),
    'settings.endpointKey': (key: string) => writeSetting(replica.db, 'endpoint-key', key),
    'workspace.rename': (name: string) => writeMeta(replica.db, 'name', name),
    'workspace.facts': () => ({
      name: readMeta(replica.db, 'name') ?? '',
      author: replica.author,
      wasCopied: workspace.wasCopied,
    }),
    'receipts.record': (receipts: readonly Receipt[]) => recordReceipts(replica.db, receipts),
    'ingest.createJob': (input: Parameters<typeof ingest.createJob>[0]) => ingest.createJob(input),
    'ingest.takeItems': (input: Parameters<typeof ingest.takeItems>[0]) => ingest.takeItems(input),
    'ingest.settle': (input: Parameters<typeof ingest.settle>[0]) => ingest.settle(input),
    'ingest.findDuplicate': (input: Parameters<typeof ingest.findDuplicate>[0]) =>
      ingest.findDuplicate(input),
    'ingest.cancel': (input: Parameters<typeof ingest.cancel>[0]) => ingest.cancel(input),
    'ingest.retry': (input: Parameters<typeof ingest.retry>[0]) => ingest.retry(input),
    'ingest.releaseWaiting': () => ingest.releaseWaiting(),
    'ingest.list': (input: Parameters<typeof ingest.list>[0]) => ingest.list(input),
    'ingest.counts': (jobId: string | undefined) => ingest.counts(jobId),
    'ingest.clearFinished': () => ingest.clearFinished(),
    'ingest.publish': async (documents: Parameters<typeof ingest.publish>[0]) => {
      const results = await ingest.publish(documents);
      catchUp();
      const rows = results.flatMap(({ outcome }) =>
        outcome.evidenceId === null ? [] : [{ entity: 'evidence', id: outcome.evidenceId }],
      );
      note({ command: 'capture.add', origin: 'local', rows });
      return results;
    },
    ...syncFunctions(workspace, note, finish),
    ...maintenanceFunctions(workspace),
    ...careFunctions(workspace, finish),
  };
}

export type WriterFunctions = ReturnType<typeof writerFunctions>;
export type WriterCalls = CallsOf<WriterFunctions>;

/** Opens a workspace for writing and hands its functions out. Throws `OpenError`. */
export function openWriter(
  options: WriterOptions,
  note: (change: ChangeNote) => void,
): { functions: WriterFunctions; stop: () => void } {
  const workspace = openWorkspace({ folder: options.folder, dataKey: options.dataKey });
  purgeAgain(workspace);
  return { functions: writerFunctions(workspace, note), stop: () => closeWorkspace(workspace) };
}
