import { availableParallelism } from 'node:os';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import { IngestService } from '../../capture/ingest/ingest-service.ts';
import type { IngestStore } from '../../capture/ingest/types.ts';
import { ExtractorPool } from '../../capture/process/extractor-pool.ts';
import type { DataThreads } from '../data/threads.ts';
import type { Outbound } from './outbound-service.ts';

export interface IngestOverOptions {
  readonly data: DataThreads;
  readonly blobs: BlobStore;
  readonly outbound: Outbound;
  readonly onChange: () => void;
  readonly onPublished: () => void;
}

/** Ingest in this process over the thread that writes, with extractor processes of its own. */
export async function ingestOver(
  options: IngestOverOptions,
): Promise<{ service: IngestService; close: () => Promise<void> }> {
  const pool = new ExtractorPool({ processes: Math.max(1, Math.min(3, availableParallelism() - 1)) });
  const service = new IngestService({
    store: storeOver(options.data, options.onPublished),
    blobs: options.blobs,
    pool,
    decideFetch: (url) => options.outbound.decideFetch(url),
    now: Date.now,
    onChange: options.onChange,
  });
  service.start();
  return {
    service,
    close: async () => {
      await service.close();
      pool.close();
    },
  };
}

/** The store of ingest as calls to the writer. */
function storeOver({ writer }: DataThreads, onPublished: () => void): IngestStore {
  return {
    createJob: (job) => writer.call('ingest.createJob', job),
    takeItems: (request) => writer.call('ingest.takeItems', request),
    publish: async (documents) => {
      const results = await writer.call('ingest.publish', documents);
      onPublished();
      return results;
    },
    settle: (results) => writer.call('ingest.settle', results),
    findDuplicate: (request) => writer.call('ingest.findDuplicate', request),
    cancel: (chosen) => writer.call('ingest.cancel', chosen),
    retry: (chosen) => writer.call('ingest.retry', chosen),
    releaseWaiting: () => writer.call('ingest.releaseWaiting', undefined),
    list: (request) => writer.call('ingest.list', request),
    counts: (jobId) => writer.call('ingest.counts', jobId),
    clearFinished: () => writer.call('ingest.clearFinished', undefined),
  };
}
