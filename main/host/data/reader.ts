import type { Id } from '../../../db/catalogue/rows.ts';
import { evidenceDetail } from './evidence-detail.ts';
import { artifactWindow, type ArtifactWindow } from '../../../db/queries/artifacts.ts';
import { evidenceWindow, type EvidenceWindow } from '../../../db/queries/evidence.ts';
import { activeSessions, getSession, listSessions } from '../../../db/queries/sessions.ts';
import { startedSteps } from '../../../db/queries/started.ts';
import { evidenceBetween, sessionStatistics } from '../../../db/queries/statistics.ts';
import { referenceWindow, type ReferenceWindow, uncitedEvidence } from '../../../db/queries/references.ts';
import { trashWindow } from '../../../db/queries/trash.ts';
import { changeWindow } from '../../../db/replica/log/change-list.ts';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import { closeDb, type ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { blobStoreOf, openReader } from '../../../db/replica/workspace/workspace.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { claimDetail, claimsOf } from '../../argument/claims.ts';
import { attentionOf } from '../../argument/attention.ts';
import { rippleOf } from '../../argument/ripple.ts';
import { annotationsOf } from '../../documents/annotations.ts';
import { decodeGeometry, passageRectangles } from '../../documents/geometry.ts';
import { questionMayLeave } from './leaving-passages.ts';
import { leaving } from '../../outbound/leaving.ts';
import { getRow } from '../../../db/replica/rows/read.ts';
import { bytesOf, fileOf, findPassages, openDocument, snapshotOf, textRange } from '../../documents/read.ts';
import { writeAnnotations } from '../../export/annotations/write.ts';
import { writeNotes } from '../../export/obsidian/write.ts';
import { type ReferencesRequest, writeReferences } from '../../export/references/write.ts';
import { writeExport } from '../../export/write.ts';
import { loadCitationLibrary } from '../../references/citation-library.ts';
import { readPreferences, readSetting } from '../commands/settings.ts';
import type { CallsOf } from '../threads/caller.ts';
import { heldSettings } from './held-settings.ts';
import { namedReceipts } from './named-receipts.ts';
import { syncQuestions } from './sync.ts';
import { filesOfDocument, filesOfSync } from './sync-files.ts';
import { resolveRow, rowDetail, rowHistory, rowWindow } from './rows.ts';
import type { WriterOptions } from './writer.ts';

type Input<F extends (db: never, input: never) => unknown> = Parameters<F>[1];

/** Every question about a workspace that needs no search, by name, over a connection that only reads. */
export function readerFunctions(db: ReadableDb, blobs: BlobStore) {
  return {
    'rows.list': (input: Input<typeof rowWindow>) => rowWindow(db, input),
    'rows.get': (input: Input<typeof rowDetail>) => rowDetail(db, input),
    'rows.resolve': (input: Input<typeof resolveRow>) => resolveRow(db, input),
    'rows.history': (input: Input<typeof rowHistory>) => rowHistory(db, input),
    'lists.sessions': ({ trash }: { trash: boolean }) => listSessions(db, trash),
    'lists.session': ({ id }: { id: Id }) => {
      const session = getSession(db, id);
      if (session !== undefined) return session;
      throw new WorkbenchError('not-found', 'This session is not there. It may have been purged.', { id });
    },
    'lists.evidence': (input: EvidenceWindow) => ({ offset: input.offset, ...evidenceWindow(db, input) }),
    'lists.evidenceDetail': (input: Input<typeof evidenceDetail>) => evidenceDetail(db, input),
    'lists.artifacts': (input: ArtifactWindow) => ({ offset: input.offset, ...artifactWindow(db, input) }),
    'lists.references': (input: ReferenceWindow) => ({ offset: input.offset, ...referenceWindow(db, input) }),
    'lists.uncited': (input: Input<typeof uncitedEvidence>) => uncitedEvidence(db, input),
    'lists.trash': ({ offset, limit }: { offset: number; limit: number }) => {
      const { trashDays } = readPreferences(db);
      const { total, rows } = trashWindow(db, offset, limit);
      return {
        offset,
        total,
        rows: rows.map((row) => ({ ...row, purgeAfter: later(row.deletedAt, trashDays) })),
      };
    },
    'overview.sessions': () => activeSessions(db),
    'overview.statistics': (input: Input<typeof sessionStatistics>) => sessionStatistics(db, input),
    'overview.weeks': ({ bounds }: { bounds: readonly string[] }) => evidenceBetween(db, bounds),
    'overview.attention': (input: Input<typeof attentionOf>) => attentionOf(db, input),
    'overview.changes': (input: Input<typeof changeWindow>) => ({
      offset: input.offset,
      ...changeWindow(db, input),
    }),
    'overview.start': () => startedSteps(db),
    'documents.open': (input: Input<typeof openDocument>) => openDocument(db, input),
    'documents.text': (input: Input<typeof textRange>) => textRange(db, input),
    'documents.find': (input: Input<typeof findPassages>) => findPassages(db, input),
    'documents.bytes': (input: Parameters<typeof bytesOf>[2]) => bytesOf(db, blobs, input),
    'documents.file': (input: Input<typeof fileOf>) => fileOf(db, input),
    'documents.snapshot': (input: Parameters<typeof snapshotOf>[2]) => snapshotOf(db, blobs, input),
    'documents.passage': (input: { extractionId: Id; start: number; end: number }) => {
      const hash = getRow(db, 'content_extractions', input.extractionId)?.geometry_hash ?? null;
      const geometry = hash === null ? [] : decodeGeometry(blobs.read(hash));
      return { rectangles: passageRectangles(geometry, input.start, input.end) };
    },
    'claims.list': ({ sessionId }: { sessionId: Id }) => claimsOf(db, sessionId),
    'claims.detail': (input: Input<typeof claimDetail>) => claimDetail(db, input),
    'claims.ripple': (input: Input<typeof rippleOf>) => rippleOf(db, input),
    'annotations.list': (input: Input<typeof annotationsOf>) => annotationsOf(db, input),
    ...syncQuestions(db),
    'sync.filesOfDocument': (artifactId: Id) => filesOfDocument(db, artifactId),
    'sync.files': (known: readonly string[]) => filesOfSync(db, blobs, new Set(known)),
    'settings.preferences': () => readPreferences(db),
    'settings.held': (now: number) => heldSettings(db, now),
    'settings.privacy': () => readSetting(db, 'privacy') ?? null,
    'settings.endpointKey': () => readSetting(db, 'endpoint-key') ?? null,
    'receipts.list': ({ limit }: { limit: number }) => namedReceipts(db, limit),
    'privacy.leaving': (input: Input<typeof leaving>) => leaving(db, input),
    'privacy.questionMayLeave': (input: Input<typeof questionMayLeave>) => questionMayLeave(db, input),
    'export.session': (input: Input<typeof writeExport>) => writeExport(db, input),
    'export.annotations': (input: Parameters<typeof writeAnnotations>[2]) =>
      writeAnnotations(db, blobs, input),
    'export.notes': (input: Input<typeof writeNotes>) => writeNotes(db, input),
    'export.references': async (input: ReferencesRequest) =>
      writeReferences(db, await loadCitationLibrary(), input),
  };
}

export type ReaderFunctions = ReturnType<typeof readerFunctions>;
export type ReaderCalls = CallsOf<ReaderFunctions>;

/** Opens a workspace for reading and hands its functions out. Throws `OpenError`. */
export function openReaders(options: WriterOptions): { functions: ReaderFunctions; stop: () => void } {
  const db = openReader({ folder: options.folder, dataKey: options.dataKey });
  return {
    functions: readerFunctions(db, blobStoreOf(options.folder, options.dataKey)),
    stop: () => closeDb(db),
  };
}

function later(at: string, days: number): string {
  return new Date(Date.parse(at) + days * 86_400_000).toISOString();
}
