import type { Id } from '../../../db/catalogue/rows.ts';
import type { Analysis } from '../analyse/analyse.ts';
import type { DetectedType, DocumentMetadata, OutlineEntry, PageSpan, Remark } from '../extract/types.ts';

/** States that an item is stored in. What happens between two of them is known to the running service only. */
export type StoredState =
  'queued' | 'waiting-for-network' | 'added' | 'duplicate' | 'stored' | 'failed' | 'cancelled';

/** Where an item's bytes come from. A blob holds what nobody could read again: words, uploads, attachments. */
export type ItemSource =
  | {
      readonly kind: 'path';
      readonly path: string;
      /** The path as a person gave it, where that is another spelling: it is what people are shown. */
      readonly given?: string;
    }
  | { readonly kind: 'url'; readonly url: string }
  | {
      readonly kind: 'blob';
      readonly hash: string;
      readonly origin: 'text' | 'upload' | 'attachment';
      readonly parentEvidenceId: Id | null;
      /** How many documents this one is inside of. */
      readonly depth: number;
    };

/** What came of an item. Ids and counts are null or 0 where it brought nothing. */
export interface ItemOutcome {
  readonly reason: Remark | null;
  readonly warnings: readonly Remark[];
  readonly evidenceId: Id | null;
  readonly artifactId: Id | null;
  readonly chunks: number;
  readonly words: number;
  readonly ms: number | null;
}

export interface StoredItem {
  readonly id: Id;
  readonly jobId: Id;
  readonly sessionId: Id;
  readonly name: string;
  readonly source: ItemSource;
  readonly state: StoredState;
  readonly outcome: ItemOutcome | null;
}

export interface NewItem {
  readonly name: string;
  readonly source: ItemSource;
  /** An item may be born finished: a path that is not there is listed with its reason. */
  readonly failure: Remark | null;
}

/** A document that was read and whose bytes are in the blob store, ready to be published in one transaction. */
export interface StagedDocument {
  readonly itemId: Id;
  readonly sessionId: Id;
  readonly name: string;
  readonly source: ItemSource;
  readonly contentHash: string;
  readonly fileSize: number;
  readonly detected: DetectedType;
  readonly retrievedAt: string;
  readonly ms: number;
  readonly url: string | null;
  /** Null for a file that is kept without words. */
  readonly text: StagedText | null;
  /** Why it has no words. */
  readonly reason: Remark | null;
  readonly metadata: DocumentMetadata;
  readonly warnings: readonly Remark[];
  readonly snapshotHash: string | null;
  /** Documents inside this one, in the blob store already. */
  readonly attachments: readonly { readonly name: string; readonly hash: string }[];
}

export interface StagedText {
  readonly text: string;
  readonly extractor: string;
  readonly version: string;
  readonly pages: readonly PageSpan[];
  readonly outline: readonly OutlineEntry[];
  readonly confidence: number;
  readonly geometryHash: string | null;
  readonly analysis: Analysis;
}

export interface PublishResult {
  readonly itemId: Id;
  readonly state: StoredState;
  readonly outcome: ItemOutcome;
}

export interface JobCounts {
  readonly total: number;
  readonly waiting: number;
  readonly waitingForNetwork: number;
  readonly failed: number;
}

/** What the service asks of the thread that writes. Every call is one or more whole transactions. */
export interface IngestStore {
  createJob(job: { sessionId: Id; items: readonly NewItem[] }): Promise<{ jobId: Id }>;
  /** Items that can be worked on now, oldest first, without those that are being worked on. */
  takeItems(request: { limit: number; except: readonly Id[] }): Promise<StoredItem[]>;
  publish(documents: readonly StagedDocument[]): Promise<PublishResult[]>;
  settle(results: readonly PublishResult[]): Promise<void>;
  /** The evidence that has these bytes in this session already, or null. */
  findDuplicate(request: {
    sessionId: Id;
    contentHash: string;
  }): Promise<{ evidenceId: Id; artifactId: Id } | null>;
  cancel(request: { jobId?: Id; itemIds?: readonly Id[] }): Promise<void>;
  retry(request: { jobId?: Id; itemIds?: readonly Id[] }): Promise<void>;
  /** Lets items that wait for the network be taken again. */
  releaseWaiting(): Promise<void>;
  list(request: {
    jobId?: Id;
    sessionId?: Id;
    states?: readonly StoredState[];
    limit: number;
  }): Promise<StoredItem[]>;
  counts(jobId?: Id): Promise<JobCounts>;
  clearFinished(): Promise<void>;
}
