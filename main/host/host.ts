import { networkInterfaces } from 'node:os';
import type { HostClient } from '../../preload/contract/contract.ts';
import type { Status } from '../../preload/contract/governance.ts';
import type { EntityName } from '../../db/catalogue/catalogue.ts';
import { EventHub } from './events.ts';
import { causeFields, type Log } from './log/log.ts';
import { configFolder } from './places/config-folder.ts';
import { openLocalSocket } from './rpc/local-socket.ts';
import { createRouter, type HostRouter } from './rpc/router.ts';
import type { HostService } from './rpc/service.ts';
import { captureServices } from './services/capture-services.ts';
import { careServices } from './services/care-services.ts';
import { dataServices } from './services/data-services.ts';
import { syncServices } from './services/sync-services.ts';
import { exportServices } from './services/export-services.ts';
import { governanceServices } from './services/governance-services.ts';
import { referenceServices } from './services/reference-services.ts';
import { peopleServices } from './services/people-services.ts';
import { readingServices } from './services/reading-services.ts';
import { fillWithSample } from './services/sample.ts';
import { keyServices, workspaceServices } from './services/workspace-services.ts';
import { version } from './version.ts';
import { WorkspaceManager } from './workspace/manager.ts';
import type { WorkspaceSession } from './workspace/session.ts';
import type { SystemSecrets } from './workspace/state.ts';

export interface HostOptions {
  readonly mode: Status['mode'];
  /** Threads for hosts that serve windows; a command that ends at once works in its own. */
  readonly threads: boolean;
  readonly configFolder?: string;
  /** The system's key store, where a shell offers one. */
  readonly secrets?: SystemSecrets;
}

/** One process's host: a workspace at most, the contract over it, and the socket by which others attach. */
export interface Host {
  readonly manager: WorkspaceManager;
  readonly router: HostRouter;
  /** A client in this process. */
  client(caller: string): HostClient;
  /** Waits until attached processes have gone, then closes the workspace. */
  finish(): Promise<void>;
  /** Closes the workspace at once. */
  close(): Promise<void>;
}

/** How often activity is told at most, in milliseconds. */
const activityPause = 200;
/** Between two words on sync to the windows, in milliseconds. */
const syncPause = 200;

/** Milliseconds after opening, and between two rounds: a host may stay open for weeks. */
const careAfter = 30_000;
const carePause = 3_600_000;

let attachedCount = 0;

/** Makes a host. Nothing is open yet. */
export function createHost(options: HostOptions): Host {
  const hub = new EventHub();
  const sockets = new Map<WorkspaceSession, Awaited<ReturnType<typeof openLocalSocket>>>();
  const manager: WorkspaceManager = new WorkspaceManager({
    configFolder: options.configFolder ?? configFolder(),
    threads: options.threads,
    ...(options.secrets === undefined ? {} : { secrets: options.secrets }),
    onChange: ({ command, origin, rows }) =>
      hub.publish({
        kind: 'changed',
        command,
        origin,
        rows: rows.map(({ entity, id }) => ({ entity: entity as EntityName, id })),
        more: false,
      }),
    onActivity: atMostEvery(activityPause, () => tell(manager, () => tellActivity(manager, hub, status))),
    onSync: atMostEvery(syncPause, () => tell(manager, () => tellSync(manager, hub))),
    onWorkspace: (current) => hub.publish({ kind: 'workspace', current }),
    afterOpen: async (session) => {
      if (session.lock === null) return;
      const serve = (socket: Parameters<HostRouter['serveSocket']>[0]): void => {
        attachedCount += 1;
        void router.serveSocket(socket, `attached-${attachedCount}`);
      };
      const { socket } = session.lock.record;
      sockets.set(session, await openLocalSocket(socket, serve));
      if (options.threads) await resumeWork(session, manager);
    },
    beforeClose: async (session) => {
      const socket = sockets.get(session);
      sockets.delete(session);
      await socket?.close();
    },
  });
  const status = (): Promise<Status> => statusOf(manager, options.mode);
  const service: HostService = {
    workspaces: workspaceServices(manager, () => fillWithSample(manager)),
    keys: keyServices(manager),
    ...dataServices(manager),
    ...captureServices(manager),
    ...readingServices(manager),
    ...referenceServices(manager),
    ...governanceServices(manager),
    ...exportServices(manager),
    ...syncServices(manager),
    ...peopleServices(manager),
    ...careServices(manager, status),
    events: { subscribe: (signal) => hub.subscribe(signal) },
  };
  const router = createRouter(service, forwardingLog(manager));
  return {
    manager,
    router,
    client: (caller) => router.client(caller),
    finish: async () => {
      await Promise.all([...sockets.values()].map((socket) => socket.drain()));
      await manager.close();
    },
    close: async () => {
      await manager.close();
    },
  };
}

/** Tells the windows how sync stands. */
/** Tells windows something in the background. What cannot be told now is told with the next change: nothing hangs on it. */
function tell(manager: WorkspaceManager, word: () => Promise<void>): void {
  const session = manager.openSession;
  word().catch((error: unknown) => {
    // The workspace was closed in between: there is nothing to tell any more.
    if (manager.openSession === session) manager.log.write('warning', 'host.untold', causeFields(error));
  });
}

async function tellSync(manager: WorkspaceManager, hub: EventHub): Promise<void> {
  const open = manager.openSession;
  if (open !== null) hub.publish({ kind: 'sync', status: await open.sync.status() });
}

/** Takes up what an earlier run left: queued documents, passages without vectors. */
async function resumeWork(session: WorkspaceSession, manager: WorkspaceManager): Promise<void> {
  await session.ingest();
  session.model.wake();
  takeCareAfter(careAfter, session, manager);
}

function takeCareAfter(milliseconds: number, session: WorkspaceSession, manager: WorkspaceManager): void {
  const turn = async () => {
    if (manager.openSession !== session) return;
    await takeCare(session, manager.log);
    takeCareAfter(carePause, session, manager);
  };
  setTimeout(() => void turn(), milliseconds).unref();
}

/** Retention, the daily backup where it is due, and earlier backups without what was erased since. */
async function takeCare(session: WorkspaceSession, log: Log): Promise<void> {
  try {
    const swept = await session.data.writer.call('trash.sweep', undefined);
    const backup = await session.data.writer.call('backup.daily', undefined);
    // One at a time: what a person does in between comes first.
    while (await session.data.writer.call('backup.cleanNext', undefined));
    log.write('info', 'care.done', { swept, backup: backup !== null });
  } catch (error) {
    log.write('warning', 'care.failed', causeFields(error));
  }
}

async function tellActivity(
  manager: WorkspaceManager,
  hub: EventHub,
  status: () => Promise<Status>,
): Promise<void> {
  const session = manager.openSession;
  if (session === null) return;
  hub.publish({ kind: 'activity', activity: await session.activity() });
  hub.publish({ kind: 'status', status: await status() });
}

async function statusOf(manager: WorkspaceManager, mode: Status['mode']): Promise<Status> {
  const session = manager.openSession;
  const base = { version, mode, saved: true, online: isOnline() };
  if (session === null) {
    return {
      ...base,
      encrypted: false,
      modelSentence: 'No workspace is open.',
      modelPlace: 'none',
      indexed: { done: 0, total: 0 },
      activity: { running: 0, failed: 0, progress: null },
    };
  }
  const [model, { groups }] = await Promise.all([session.model.status(), session.activity()]);
  const running = groups.filter((group) => group.state === 'running');
  const total = running.reduce((sum, group) => sum + group.total, 0);
  const done = running.reduce((sum, group) => sum + group.done, 0);
  return {
    ...base,
    encrypted: session.dataKey !== null,
    modelSentence: model.sentence,
    modelPlace: model.state === 'ready' ? model.place : 'none',
    indexed: { done: model.vectors, total: model.chunks },
    activity: {
      running: running.reduce((sum, group) => sum + group.total - group.done, 0),
      failed: groups.reduce((sum, group) => sum + group.failed, 0),
      progress: total === 0 ? null : done / total,
    },
  };
}

function isOnline(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal));
}

/** The log of whatever workspace is open when something is written. */
function forwardingLog(manager: WorkspaceManager): Log {
  return { write: (level, event, fields) => manager.log.write(level, event, fields) };
}

function atMostEvery(milliseconds: number, body: () => void): () => void {
  let timer: NodeJS.Timeout | null = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      body();
    }, milliseconds).unref();
  };
}
