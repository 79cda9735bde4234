import { extname } from 'node:path';
import type { HostService } from '../rpc/service.ts';
import type { WorkspaceManager } from '../workspace/manager.ts';
import { Uploads } from './uploads.ts';

/** Endings of names whose words can be read. Only for telling what a drop would bring; the content decides later. */
const readableEndings: ReadonlySet<string> = new Set(
  ['pdf', 'docx', 'html', 'htm', 'xhtml', 'md', 'markdown', 'txt', 'text', 'log', 'csv', 'tsv', 'eml'].map(
    (ending) => `.${ending}`,
  ),
);

/** Most items that a finished job is reported with. */
const mostItems = 1_000_000;

/** Adding documents, and the panel that shows how far they are. */
export function captureServices(manager: WorkspaceManager): Pick<HostService, 'capture' | 'activity'> {
  const uploads = new Uploads();
  const ingest = () => manager.session().ingest();
  const activity = () => manager.session().activity();
  return {
    capture: {
      plan: ({ names }) => {
        const kept = new Map<string, number>();
        let readable = 0;
        for (const name of names) {
          const ending = extname(name).toLowerCase();
          if (ending === '' || readableEndings.has(ending)) readable += 1;
          else kept.set(ending.slice(1), (kept.get(ending.slice(1)) ?? 0) + 1);
        }
        return { readable, keptOnly: [...kept].map(([kind, count]) => ({ kind, count })) };
      },
      add: async ({ sessionId, newSession, paths, urls, texts, uploads: finished }) => {
        const { data } = manager.session();
        const files = uploads.take(finished);
        const target = await data.writer.call('sessions.forCapture', { sessionId, newSession });
        const added = await (await ingest()).add({ ...target, paths, urls, texts, uploads: files });
        return { ...added, ...target };
      },
      finished: async ({ jobId, vectors }) => {
        const service = await ingest();
        await service.idle();
        if (vectors) await manager.session().model.settled();
        return { items: await service.items({ jobId, limit: mostItems }) };
      },
      uploadBegin: ({ name, bytes }) => uploads.begin(manager.session().blobs, name, bytes),
      uploadPart: ({ uploadId, offset, data }) => uploads.part(uploadId, offset, data.arrayBuffer()),
      uploadEnd: ({ uploadId }) => uploads.end(uploadId),
      uploadAbort: ({ uploadId }) => uploads.abort(uploadId),
    },
    activity: {
      summary: activity,
      items: async ({ jobId, sessionId, states, limit }) =>
        (await ingest()).items({
          limit,
          ...(jobId === undefined ? {} : { jobId }),
          ...(sessionId === undefined ? {} : { sessionId }),
          ...(states === undefined ? {} : { states }),
        }),
      pause: async ({ group }) => {
        if (group === undefined || group === 'ingest') (await ingest()).pause();
        if (group === undefined || group === 'vectors') await manager.session().model.pause();
        return activity();
      },
      resume: async ({ group }) => {
        if (group === undefined || group === 'ingest') (await ingest()).resume();
        if (group === undefined || group === 'vectors') await manager.session().model.resume();
        return activity();
      },
      cancel: async (chosen) => {
        await (await ingest()).cancel(present(chosen));
        return activity();
      },
      retry: async (chosen) => {
        await (await ingest()).retry(present(chosen));
        return activity();
      },
      clearFinished: async () => {
        await (await ingest()).clearFinished();
        return activity();
      },
    },
  };
}

function present(chosen: { jobId?: string | undefined; itemIds?: string[] | undefined }) {
  return {
    ...(chosen.jobId === undefined ? {} : { jobId: chosen.jobId }),
    ...(chosen.itemIds === undefined ? {} : { itemIds: chosen.itemIds }),
  };
}
