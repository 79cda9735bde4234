import { WorkbenchError } from '../../../preload/contract/errors.ts';
import type { HostService } from '../rpc/service.ts';
import { withFiles } from './files-on-demand.ts';
import { readAgain } from './read-again.ts';
import type { WorkspaceManager } from '../workspace/manager.ts';

/** Search, the model, and reading. */
export function readingServices(
  manager: WorkspaceManager,
): Pick<HostService, 'search' | 'model' | 'documents'> {
  const session = () => manager.session();
  return {
    search: {
      query: ({ sessionId, ...rest }, { signal, caller }) =>
        session().data.search.call(
          'search.query',
          { ...rest, ...(sessionId === undefined ? {} : { sessionId }) },
          { signal, supersedes: caller },
        ),
      counts: async ({ searches }) => ({
        documents: await session().data.search.call('search.counts', searches),
      }),
    },
    model: {
      status: () => session().model.status(),
      install: ({ from }) => session().model.install(from),
    },
    documents: {
      open: (input) => session().data.lists.call('documents.open', input),
      text: (input) => session().data.lists.call('documents.text', input),
      passage: (input) => session().data.lists.call('documents.passage', input),
      snapshot: (input) =>
        withFiles(session(), input.artifactId, () => session().data.lists.call('documents.snapshot', input)),
      find: (input) => session().data.lists.call('documents.find', input),
      readAgain: (input, { signal }) => readAgain(session(), input.evidenceId, signal),
      bytes: async (input) => {
        if (input.end < input.start)
          throw new WorkbenchError('invalid-input', 'The end comes before the start.');
        const { data, total, mimeType } = await withFiles(session(), input.artifactId, () =>
          session().data.lists.call('documents.bytes', input),
        );
        // A copy of exactly these bytes: the view may stand in a larger buffer.
        return {
          data: new Blob([Uint8Array.from(data)], { type: mimeType ?? 'application/octet-stream' }),
          total,
        };
      },
    },
  };
}
