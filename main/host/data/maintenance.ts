import { statfsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Id } from '../../../db/catalogue/rows.ts';
import { blobToId } from '../../../db/replica/rows/ids.ts';
import { indexNotedRows, noteEveryRow } from '../../../db/replica/search-items.ts';
import { rebuildTextIndexes } from '../../../db/replica/search-chunks.ts';
import {
  dropFinishedModels,
  type EmbeddingModel,
  pendingVectors,
  storedModels,
  storedVectors,
  storeVectors,
  chooseModel as makeCurrent,
} from '../../../db/replica/search-vectors.ts';
import type { WorkspaceLayout } from '../../../db/replica/workspace/layout.ts';
import type { OpenWorkspace } from '../../../db/replica/workspace/workspace.ts';
import type { ReadableDb } from '../../../db/replica/sqlite/open.ts';
import { nextThatMayLeave, type Remote } from './leaving-passages.ts';
import { evidenceToIndex, refreshPassages } from '../../capture/ingest/passages.ts';
import { nextQueued } from '../../search/background/embedding-queue.ts';
import { refreshRelevance, type RelevanceRequest } from './relevance.ts';
import { undoState } from '../commands/edits.ts';

/** Documents whose passages are made in one go, between two commands. */
const passagesAtOnce = 50;

interface NextPassages {
  readonly model: number;
  readonly limit: number;
  /** The endpoint that the words would go to, and the policy that decides on them; null for the laptop's own model. */
  readonly remote: Remote | null;
}

interface Embedded {
  readonly chunk: number;
  readonly embedding: Float32Array;
}

/** Care of an open workspace, by name: counts, sizes, indexes. */
export function maintenanceFunctions(workspace: OpenWorkspace) {
  const { replica, layout } = workspace;
  return {
    'edits.undoState': () => undoState(replica),
    'vectors.counts': () => vectorCounts(replica.db),
    'vectors.begin': (model: EmbeddingModel) => makeCurrent(replica.db.sqlite, model),
    'vectors.next': ({ model, limit, remote }: NextPassages) =>
      remote === null
        ? nextQueued(replica.db, model, limit)
        : nextThatMayLeave(replica.db, model, limit, remote),
    'vectors.store': ({ model, embedded }: { model: number; embedded: readonly Embedded[] }) => {
      storeVectors(replica.db.sqlite, model, embedded);
      return sessionsWith(replica.db, embedded);
    },
    'relevance.refresh': (input: RelevanceRequest) => refreshRelevance(replica, input),
    'vectors.finish': () => {
      dropFinishedModels(replica.db.sqlite);
    },
    'vectors.pending': (model: number) => pendingVectors(replica.db.sqlite, model),
    'passages.refresh': () => {
      const late = evidenceToIndex(replica.db, passagesAtOnce);
      const write = replica.db.sqlite.transaction((id: Id) => refreshPassages(replica.db, id));
      return late.filter((id) => write.immediate(id)).length;
    },
    /**
     * Titles, tags and words of rows that others wrote. Answers with how many it took. What the index gave up is zeroed in pages that
     * stand in the write-ahead log: the file follows at once.
     */
    'items.refresh': () => {
      const taken = indexNotedRows(replica.db.sqlite);
      if (taken > 0) replica.db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
      return taken;
    },
    'indexes.rebuild': () => {
      noteEveryRow(replica.db.sqlite);
      while (indexNotedRows(replica.db.sqlite) > 0);
      replica.db.sqlite.transaction(() => rebuildTextIndexes(replica.db.sqlite)).immediate();
    },
    'workspace.sizes': () => workspaceSizes(layout),
  };
}

/** How many passages there are, and how many have a vector of the current model. */
export function vectorCounts(db: ReadableDb) {
  const model = storedModels(db.sqlite).find((each) => each.current);
  const chunks = db.statements.value<number>('SELECT count(*) FROM chunks') ?? 0;
  if (model === undefined) return { chunks, stored: 0, pending: 0, model: null };
  return {
    chunks,
    stored: storedVectors(db.sqlite, model.model),
    pending: pendingVectors(db.sqlite, model.model),
    model: { name: model.name, version: model.version, dimensions: model.dimensions },
  };
}

/** Bytes of a workspace by kind, and what is free on its disk. */
export async function workspaceSizes(layout: WorkspaceLayout) {
  const [database, blobs, backups, logs, temporary] = await Promise.all([
    databaseBytes(layout.database),
    folderBytes(layout.blobs),
    folderBytes(layout.backups),
    folderBytes(layout.logs),
    folderBytes(layout.temporary),
  ]);
  const disk = statfsSync(layout.folder);
  return { database, blobs, backups, logs, temporary, freeOnDisk: disk.bavail * disk.bsize };
}

/** The sessions whose passages these are. */
function sessionsWith(db: ReadableDb, embedded: readonly Embedded[]): Id[] {
  return db.statements
    .all<{ id: Uint8Array }>(
      `SELECT DISTINCT search_sessions.id AS id FROM chunks JOIN search_sessions USING (session)
       WHERE chunks.chunk IN (SELECT value FROM json_each(?))`,
      JSON.stringify(embedded.map(({ chunk }) => chunk)),
    )
    .map(({ id }) => blobToId(id));
}

async function databaseBytes(path: string): Promise<number> {
  const sizes = await Promise.all(['', '-wal', '-shm'].map((suffix) => fileBytes(path + suffix)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function fileBytes(path: string): Promise<number> {
  return stat(path).then(
    (facts) => facts.size,
    () => 0,
  );
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.filter((entry) => entry.isFile()).map((entry) => fileBytes(join(entry.parentPath, entry.name))),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
