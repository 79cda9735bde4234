import type { Replica } from '../../../db/replica/transaction/replica.ts';
import { newId } from '../../../db/replica/rows/ids.ts';
import { failureKind } from '../../../db/replica/sqlite/open-error.ts';
import { ItemStore, nothing } from './item-store.ts';
import { findDuplicate, publishDocument } from './publish.ts';
import type { IngestStore, PublishResult, StagedDocument } from './types.ts';

/** The store of ingest over an open replica: what the thread that writes serves to the others. */
export function createLocalStore(replica: Replica): IngestStore {
  const { statements, sqlite } = replica.db;
  const items = new ItemStore({
    statements,
    inTransaction: (body) => (sqlite.inTransaction ? body() : sqlite.transaction(body).immediate()),
    now: () => new Date(replica.now()).toISOString(),
    newId,
  });

  /** A document that cannot be filed is an outcome of its own; those beside it are filed. */
  function publish(document: StagedDocument): PublishResult {
    try {
      return publishDocument({ replica, items }, document);
    } catch (error) {
      const full = failureKind(error) === 'disk-full';
      const code = full ? 'disk-full' : 'publish-failed';
      const result: PublishResult = {
        itemId: document.itemId,
        state: 'failed',
        outcome: { ...nothing, reason: { code, parameters: {} } },
      };
      items.settle([result]);
      return result;
    }
  }

  return {
    createJob: async ({ sessionId, items: wanted }) => ({ jobId: items.createJob(sessionId, wanted) }),
    takeItems: async ({ limit, except }) => items.take(limit, except),
    publish: async (documents) => documents.map(publish),
    settle: async (results) => items.settle(results),
    findDuplicate: async ({ sessionId, contentHash }) => findDuplicate(replica, sessionId, contentHash),
    cancel: async (chosen) => items.cancel(chosen),
    retry: async (chosen) => items.retry(chosen),
    releaseWaiting: async () => items.releaseWaiting(),
    list: async (request) => items.list(request),
    counts: async (jobId) => items.counts(jobId),
    clearFinished: async () => items.clearFinished(),
  };
}
