import { hostname } from 'node:os';
import type { Activity } from '../../../preload/contract/capture.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { finishEncryptionChange } from '../../../db/replica/care/encryption.ts';
import { layoutOf } from '../../../db/replica/workspace/layout.ts';
import type { ReadOnly } from '../../../preload/contract/workspaces.ts';
import { blobStoreOf } from '../../../db/replica/workspace/workspace.ts';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import type { IngestService } from '../../capture/ingest/ingest-service.ts';
import type { EmbedNote } from '../data/search.ts';
import { type DataThreads, startInline, startThreads } from '../data/threads.ts';
import type { ChangeNote } from '../data/change-note.ts';
import { onlyRead, readingWriter } from '../data/reading-writer.ts';
import { keepReceipts } from '../places/kept-receipts.ts';
import { type HeldLock, lockFileName, takeLock } from '../lock/lock-file.ts';
import { socketAddress } from '../lock/runtime-folder.ts';
import { causeFields, type Log } from '../log/log.ts';
import { RelevanceService } from '../services/relevance-service.ts';
import { ModelService } from '../services/model-service.ts';
import { ingestOver } from '../services/ingest-over.ts';
import { DeviceNames } from '../services/device-names.ts';
import { FileExchange } from '../services/file-exchange.ts';
import { SyncService } from '../services/sync-service.ts';
import { Outbound } from '../services/outbound-service.ts';
import { openReadingPlace } from './reading-place.ts';

export interface SessionOptions {
  readonly folder: string;
  readonly dataKey: Uint8Array | null;
  readonly log: Log;
  readonly configFolder: string;
  /** Why the workspace is only read; null where it is opened for writing. */
  readonly readOnly: ReadOnly | null;
  /** Threads for hosts that serve windows; none for a command that ends at once. */
  readonly threads: boolean;
  readonly onChange: (change: ChangeNote) => void;
  readonly onActivity: () => void;
  readonly onSync: () => void;
}

/** A workspace that this process owns: its lock, its threads, and the services over them. */
export interface WorkspaceSession {
  readonly folder: string;
  readonly dataKey: Uint8Array | null;
  /** Null where the workspace is only read: whoever reads keeps nobody out. */
  readonly lock: HeldLock | null;
  readonly readOnly: ReadOnly | null;
  readonly data: DataThreads;
  readonly blobs: BlobStore;
  readonly model: ModelService;
  readonly relevance: RelevanceService;
  readonly outbound: Outbound;
  readonly sync: SyncService;
  readonly files: FileExchange;
  readonly devices: DeviceNames;
  /** Started at its first use: a question does not need it. */
  ingest(): Promise<IngestService>;
  activity(): Promise<Activity>;
  close(): Promise<void>;
}

/** What a session stands on: the files that its threads open, and what is let go at its end. */
interface Ground {
  readonly lock: HeldLock | null;
  readonly folder: string;
  /** In the writer's place, where nothing may be written. */
  readonly writer?: DataThreads['writer'];
  leave(): void;
}

/**
 * Takes the lock of a workspace and opens it, or, where it is only to be read, a copy of it without a lock. Throws
 * `workspace-in-use` where a live owner has it, and what opening throws.
 */
export async function openSession(options: SessionOptions): Promise<WorkspaceSession> {
  const ground = options.readOnly === null ? groundToWrite(options) : groundToRead(options);
  try {
    return await openOn(ground, options);
  } catch (error) {
    ground.leave();
    throw error;
  }
}

function groundToWrite({ folder, dataKey }: SessionOptions): Ground {
  const lock = lockOf(folder);
  try {
    finishEncryptionChange(folder, dataKey);
    return { lock, folder, leave: () => lock.release() };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function groundToRead({ folder, dataKey, configFolder }: SessionOptions): Ground {
  const place = openReadingPlace(folder, dataKey, configFolder);
  const writer = readingWriter({
    folder: place.folder,
    original: folder,
    dataKey,
    keepReceipts: (receipts) => keepReceipts(configFolder, receipts),
  });
  return { lock: null, folder: place.folder, writer, leave: () => place.remove() };
}

/** Commands that may change a session's question. */
const asksAnew = /^(?:edit\.research_sessions|undo|redo)$/;

async function openOn(ground: Ground, options: SessionOptions): Promise<WorkspaceSession> {
  const { folder, dataKey, log, readOnly } = options;
  // The threads ask for the model long after they were made, and the model is made over them.
  const late: {
    model: ModelService | null;
    relevance: RelevanceService | null;
    sync: SyncService | null;
  } = { model: null, relevance: null, sync: null };
  const data = (options.threads ? startThreads : startInline)({
    folder: ground.folder,
    dataKey,
    log,
    ...(ground.writer === undefined ? {} : { writer: ground.writer }),
    onChange: (note) => {
      options.onChange(note);
      if (note.origin === 'local') late.sync?.changed();
      if (!asksAnew.test(note.command)) return;
      const asked = note.rows.filter(({ entity }) => entity === 'research_sessions');
      late.relevance?.refresh(asked.map(({ id }) => id));
    },
    onEmbed: (question: EmbedNote) => void late.model?.answer(question),
    model: async () => (await late.model?.choice()) ?? { kind: 'none' },
  });
  // The writer comes first: it migrates, and readers open what it leaves.
  await data.writer.call('workspace.facts', undefined);
  const outbound = new Outbound(data);
  const vectors = new ModelService({
    data,
    outbound,
    log,
    isIndexing: readOnly === null,
    onProgress: options.onActivity,
    onIndexed: (sessions) => late.relevance?.refresh(sessions),
  });
  late.model = vectors;
  const relevance = new RelevanceService({
    data,
    log,
    embed: (sessionId, question) => vectors.question(sessionId, question),
    onChanged: (evidence) => {
      const rows = evidence.map((id) => ({ entity: 'evidence', id }));
      options.onChange({ command: 'quality.refresh', origin: 'local', rows });
    },
  });
  late.relevance = relevance;
  const blobs = blobStoreOf(folder, dataKey);
  const files = new FileExchange({
    data,
    blobs,
    log,
    onArrived: () => options.onChange({ command: 'sync', origin: 'remote', rows: arrivedFiles }),
  });
  const sync = new SyncService({
    data,
    log,
    isProtected: dataKey !== null,
    files,
    onStatus: options.onSync,
    onPulled: () => void indexPulled(data, vectors, log),
  });
  late.sync = sync;
  let ingest: ReturnType<typeof ingestOver> | undefined;
  const session: WorkspaceSession = {
    folder,
    dataKey,
    lock: ground.lock,
    readOnly,
    data,
    blobs,
    model: vectors,
    relevance,
    outbound,
    sync,
    files,
    devices: new DeviceNames(data, sync),
    ingest: async () => {
      if (readOnly !== null) throw onlyRead();
      ingest ??= ingestOver({
        data,
        blobs,
        outbound,
        onChange: options.onActivity,
        // A command that ends at once leaves the vectors to the next host.
        onPublished: () => (options.threads ? vectors.wake() : undefined),
      });
      return (await ingest).service;
    },
    activity: async () => {
      if (readOnly !== null) return { groups: [] };
      const service = await session.ingest();
      const groups = [await service.summary(), await vectors.group()].filter((group) => group !== null);
      return { groups };
    },
    close: async () => {
      await sync.close();
      if (ingest !== undefined) await (await ingest).close();
      await relevance.close();
      await vectors.close();
      await Promise.all([data.search.stop(), data.lists.stop(), data.printing.stop()]);
      await data.writer.stop();
      ground.leave();
    },
  };
  if (options.threads && readOnly === null) await sync.start();
  return session;
}

/** What shows files hangs on artifacts; which one arrived does not matter to who asks again. */
const arrivedFiles = [{ entity: 'artifacts', id: '00000000-0000-0000-0000-000000000000' }];

/** Documents of other laptops are found by their words, too. What a workspace that closes leaves is taken up at the next pull. */
async function indexPulled(data: DataThreads, vectors: ModelService, log: Log): Promise<void> {
  try {
    while ((await data.writer.call('items.refresh', undefined)) > 0);
    while ((await data.writer.call('passages.refresh', undefined)) > 0);
    vectors.wake();
  } catch (error) {
    log.write('warning', 'index.pulled', causeFields(error));
  }
}

/** Does something to a closed workspace's files while nobody else can open it. Throws `workspace-in-use`. */
export function whileLocked<T>(folder: string, body: () => T): T {
  const lock = lockOf(folder);
  try {
    return body();
  } finally {
    lock.release();
  }
}

function lockOf(folder: string): HeldLock {
  const attempt = takeLock(folder, socketAddress(folder, process.pid));
  if (attempt.held) return attempt.lock;
  const { pid, hostname: computer } = attempt.owner;
  if (computer === hostname()) {
    throw new WorkbenchError(
      'workspace-in-use',
      'This workspace is open in another process. Nothing was changed. Go on there, or close it and try again.',
      { pid },
    );
  }
  // Another computer cannot be asked: only the person knows whether this is its folder, or a copy that took its lock along.
  throw new WorkbenchError(
    'workspace-in-use',
    `This workspace was left open on ${computer}. Nothing was changed. Close it there; or, where this folder is a copy, remove the file ${lockFileName} from it, and try again.`,
    { pid },
  );
}

/**
 * Where the logs of a workspace stand: with it, or with the person's settings, so that an encrypted folder holds no plain text and
 * one that is only read is not written to.
 */
export function logFolder(folder: string, isElsewhere: boolean, configFolder: string): string {
  return isElsewhere ? `${configFolder}/logs` : layoutOf(folder).logs;
}
