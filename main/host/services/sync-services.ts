import type { HostService } from '../rpc/service.ts';
import type { WorkspaceManager } from '../workspace/manager.ts';

/** Sync with a server: connecting, its state, conflicts and the inbox. */
export function syncServices(manager: WorkspaceManager): Pick<HostService, 'sync'> {
  const session = () => manager.session();
  const sync = () => session().sync;
  return {
    sync: {
      status: () => sync().status(),
      connect: (request) => sync().connect(request),
      beginInBrowser: ({ url }) => sync().beginInBrowser(url),
      cancelInBrowser: () => sync().cancelInBrowser(),
      signOut: () => sync().signOut(),
      pause: ({ paused }) => sync().pause(paused),
      surroundings: (surroundings) => sync().surround(surroundings),
      present: ({ sessionId }) => sync().present(sessionId),
      now: async () => {
        await sync().now();
        return sync().status();
      },
      leaving: (request) => session().data.lists.call('sync.leaving', request),
      scopes: () => session().data.lists.call('sync.scopes', undefined),
      chooseScopes: async (wish) => {
        const { data } = session();
        await data.writer.call('sync.chooseScopes', wish);
        sync().changed();
        return data.lists.call('sync.scopes', undefined);
      },
      pin: async (input) => {
        const { data } = session();
        await data.writer.call('sync.pin', input);
        return data.lists.call('sync.scopes', undefined);
      },
      keepFiles: async (input) => {
        const { data } = session();
        await data.writer.call('sync.keepFiles', input);
        return data.lists.call('sync.scopes', undefined);
      },
      conflicts: () => session().data.lists.call('sync.conflicts', undefined),
      decide: (input) => session().data.writer.call('sync.decide', input),
      notices: () => session().data.lists.call('sync.notices', undefined),
      answerDeletes: (input) => session().data.writer.call('sync.answerDeletes', input),
      splits: () => session().data.lists.call('sync.splits', undefined),
      merged: () => session().data.lists.call('sync.merged', undefined),
      mergedSeen: () => session().data.writer.call('sync.mergedSeen', undefined),
      inbox: () => session().data.lists.call('sync.inbox', undefined),
      settle: async (input) => {
        const settled = await session().data.writer.call('sync.settle', input);
        sync().changed();
        return settled;
      },
      hideable: (input) => session().data.lists.call('sync.hideable', input),
      hide: async (input) => {
        const changed = await session().data.writer.call('sync.hide', input);
        sync().changed();
        return changed;
      },
    },
  };
}
