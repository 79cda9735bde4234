import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Id } from '../../db/catalogue/rows.ts';
import { insertRow } from '../../db/replica/rows/write.ts';
import { readMeta } from '../../db/replica/transaction/meta.ts';
import { transact } from '../../db/replica/transaction/transact.ts';
import type { OpenWorkspace } from '../../db/replica/workspace/workspace.ts';
import { closeWorkspace, createWorkspace, openWorkspace } from '../../db/replica/workspace/workspace.ts';
import { IngestService } from '../../main/capture/ingest/ingest-service.ts';
import { createLocalStore } from '../../main/capture/ingest/local-store.ts';
import { ExtractorPool } from '../../main/capture/process/extractor-pool.ts';

export interface IngestBench {
  readonly folder: string;
  readonly workspace: OpenWorkspace;
  readonly service: IngestService;
  readonly pool: ExtractorPool;
  readonly addSession: (question: string) => Id;
  /** Adds, waits until nothing can be done any more, and answers with the items. */
  readonly ingest: (
    sessionId: Id,
    what: Omit<Parameters<IngestService['add']>[0], 'sessionId'>,
  ) => ReturnType<IngestService['items']>;
  /** Closes the workspace and keeps its folder. */
  readonly close: () => Promise<void>;
}

export interface IngestBenchOptions {
  readonly folder?: string;
  readonly dataKey?: Uint8Array | null;
  readonly decideFetch?: (url: string) => Promise<{ allowed: boolean; rule: string }>;
}

/** A folder of its own under the system's temporary folder. */
export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'workbench-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A workspace with the whole of ingest in this process, as the host composes it over its threads. */
export function openIngest(folder: string, options: Omit<IngestBenchOptions, 'folder'> = {}): IngestBench {
  const dataKey = options.dataKey ?? null;
  const place = { folder: join(folder, 'workspace'), dataKey };
  const workspace = openOrCreate(place);
  const pool = new ExtractorPool();
  const service = new IngestService({
    store: createLocalStore(workspace.replica),
    blobs: workspace.blobs,
    pool,
    decideFetch: options.decideFetch ?? (async () => ({ allowed: true, rule: 'test' })),
    now: Date.now,
    allowPrivate: true,
  });
  return {
    folder,
    workspace,
    service,
    pool,
    addSession: (question) => addSession(workspace, question),
    ingest: async (sessionId, what) => {
      const { jobId } = await service.add({ sessionId, ...what });
      await service.idle();
      return service.items({ jobId, limit: 10_000 });
    },
    close: async () => {
      await service.close();
      pool.close();
      closeWorkspace(workspace);
    },
  };
}

function openOrCreate(place: { folder: string; dataKey: Uint8Array | null }): OpenWorkspace {
  try {
    return openWorkspace(place);
  } catch {
    return createWorkspace({ ...place, name: 'Test', authorName: 'Tester' });
  }
}

function addSession({ replica }: OpenWorkspace, question: string): Id {
  const project = readMeta(replica.db, 'personal-project') ?? '';
  return transact(replica, { command: 'session.add' }, (tx) =>
    insertRow(tx, 'research_sessions', { project_id: project, title: question, research_question: question }),
  ).result;
}
