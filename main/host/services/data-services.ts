import type { HostService } from '../rpc/service.ts';
import type { WorkspaceManager } from '../workspace/manager.ts';

/** Rows, edits, lists, claims and marks: each is one named call to the thread that serves it. */
export function dataServices(
  manager: WorkspaceManager,
): Pick<HostService, 'rows' | 'edits' | 'lists' | 'overview' | 'claims' | 'annotations'> {
  const lists = () => manager.session().data.lists;
  const writer = () => manager.session().data.writer;
  return {
    rows: {
      list: (input, { signal }) => lists().call('rows.list', input, { signal }),
      get: (input) => lists().call('rows.get', input),
      resolve: (input) => lists().call('rows.resolve', input),
      history: async (input) => {
        await manager.session().devices.learn(input.id);
        return lists().call('rows.history', input);
      },
    },
    edits: {
      add: (input) => writer().call('edits.add', input),
      edit: (input) => writer().call('edits.edit', input),
      tag: (input) => writer().call('edits.tag', input),
      remove: (input) => writer().call('edits.remove', input),
      restore: (input) => writer().call('edits.restore', input),
      purge: (input) => writer().call('edits.purge', input),
      undo: () => writer().call('edits.undo', undefined),
      redo: () => writer().call('edits.redo', undefined),
      undoChange: (input) => writer().call('edits.undoChange', input),
      undoState: () => writer().call('edits.undoState', undefined),
    },
    claims: {
      list: (input, { signal }) => lists().call('claims.list', input, { signal }),
      detail: (input) => lists().call('claims.detail', input),
      link: (input) => writer().call('claims.link', input),
      linkAll: (input) => writer().call('claims.linkAll', input),
      split: (input) => writer().call('claims.split', input),
      merge: (input) => writer().call('claims.merge', input),
      ripple: (input) => lists().call('claims.ripple', input),
    },
    annotations: {
      list: (input) => lists().call('annotations.list', input),
    },
    overview: {
      sessions: () => lists().call('overview.sessions', undefined),
      statistics: (input) => lists().call('overview.statistics', input),
      weeks: async (input) => ({ counts: await lists().call('overview.weeks', input) }),
      attention: (input) => lists().call('overview.attention', input),
      changes: (input, { signal }) => lists().call('overview.changes', input, { signal }),
      start: () => lists().call('overview.start', undefined),
    },
    lists: {
      sessions: (input) => lists().call('lists.sessions', input),
      session: (input) => lists().call('lists.session', input),
      evidence: (input, { signal }) => lists().call('lists.evidence', input, { signal }),
      evidenceDetail: (input) => lists().call('lists.evidenceDetail', input),
      artifacts: (input, { signal }) => lists().call('lists.artifacts', input, { signal }),
      trash: (input) => lists().call('lists.trash', input),
    },
  };
}
