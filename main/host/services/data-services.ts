import type { HostService } from '../rpc/service.ts';
import type { WorkspaceManager } from '../workspace/manager.ts';

/** Rows, edits and lists: each is one named call to the thread that serves it. */
export function dataServices(manager: WorkspaceManager): Pick<HostService, 'rows' | 'edits' | 'lists'> {
  const lists = () => manager.session().data.lists;
  const writer = () => manager.session().data.writer;
  return {
    rows: {
      list: (input, { signal }) => lists().call('rows.list', input, { signal }),
      get: (input) => lists().call('rows.get', input),
      resolve: (input) => lists().call('rows.resolve', input),
      history: (input) => lists().call('rows.history', input),
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
      undoState: () => writer().call('edits.undoState', undefined),
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
