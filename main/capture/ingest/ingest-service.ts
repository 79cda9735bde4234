import { stat } from 'node:fs/promises';
import type { Id } from '../../../db/catalogue/rows.ts';
import type { BlobStore } from '../../../db/replica/blobs/blob-store.ts';
import type { Activity, ActivityItem } from '../../../preload/contract/capture.ts';
import type { Remark } from '../extract/types.ts';
import type { ExtractorPool } from '../process/extractor-pool.ts';
import type { Reading } from '../process/protocol.ts';
import type { LiveState } from './activity.ts';
import { activityItem, ingestGroup } from './activity.ts';
import { ByteBudget } from './byte-budget.ts';
import { itemsOfPath } from './folder-walk.ts';
import type { ItemChoice } from './item-store.ts';
import { nothing } from './item-store.ts';
import type { LoadContext } from './load.ts';
import { loadItem } from './load.ts';
import { displayName } from './names.ts';
import { Publisher } from './publisher.ts';
import { stageDocument } from './stage.ts';
import type { IngestStore, NewItem, PublishResult, StoredItem, StoredState } from './types.ts';

export interface IngestServiceOptions {
  readonly store: IngestStore;
  readonly blobs: BlobStore;
  readonly pool: ExtractorPool;
  /** The outbound gate's decision on fetching an address; it leaves the receipt. */
  readonly decideFetch: LoadContext['decideFetch'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Something that the activity panel shows has changed. */
  readonly onChange?: () => void;
  readonly allowPrivate?: boolean;
}

/** A path that can be read from here, and the spelling that its giver knows it by. */
export interface GivenPath {
  readonly path: string;
  readonly given: string;
}

export interface AddRequest {
  readonly sessionId: Id;
  readonly paths?: readonly (string | GivenPath)[];
  readonly urls?: readonly string[];
  readonly texts?: readonly { readonly title?: string | undefined; readonly text: string }[];
  /** Finished uploads: their bytes are in the blob store. */
  readonly uploads?: readonly { readonly name: string; readonly hash: string }[];
}

export interface ItemsRequest {
  readonly jobId?: Id;
  readonly sessionId?: Id;
  readonly states?: readonly ActivityItem['state'][];
  readonly limit?: number;
}

/** Items that are worked on at once, and the bytes of theirs that may be in memory. */
const parallelItems = 48;
const bytesInMemory = 128 * 2 ** 20;

/** Files of this size are looked up before they are read: reading them costs more than asking. */
const lookUpFirstBytes = 256 * 1024;

/** Queue lengths of items that are waiting for the network are looked at again this often. */
const networkRetryMs = 30_000;

/**
 * Takes items from the queue to published documents: load, read in another process, stage, publish. Its state is the
 * item table alone: after a crash the same items are simply taken again.
 */
export class IngestService {
  readonly #options: IngestServiceOptions;
  readonly #publisher: Publisher;
  readonly #budget = new ByteBudget(bytesInMemory);
  readonly #active = new Map<Id, { readonly abort: AbortController; live: LiveState; readonly jobId: Id }>();
  readonly #idleWaiters: (() => void)[] = [];
  #paused = false;
  #closed = false;
  #pumping = false;
  #pumpAgain = false;
  #finished = 0;
  #startedAt: number | null = null;
  #networkTimer: NodeJS.Timeout | null = null;

  constructor(options: IngestServiceOptions) {
    this.#options = options;
    this.#publisher = new Publisher(options.store);
  }

  /** Takes up what an earlier run left, and whatever is added from now on. */
  start(): void {
    void this.#pump();
  }

  /** Adds paths (folders with all that is in them), addresses, words and uploads as one job. */
  async add(request: AddRequest): Promise<{ jobId: Id; items: number }> {
    const items: NewItem[] = [];
    for (const path of request.paths ?? []) items.push(...(await pathItems(path)));
    for (const url of request.urls ?? []) items.push(urlItem(url));
    for (const { title, text } of request.texts ?? []) items.push(this.#textItem(title, text));
    for (const { name, hash } of request.uploads ?? [])
      items.push(blobItem(displayName(name), hash, 'upload'));
    const { jobId } = await this.#options.store.createJob({ sessionId: request.sessionId, items });
    this.#changed();
    void this.#pump();
    return { jobId, items: items.length };
  }

  pause(): void {
    this.#paused = true;
    this.#changed();
  }

  resume(): void {
    this.#paused = false;
    this.#changed();
    void this.#pump();
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Cancels items that are not finished: of a job, by id, or all. What was published stays. */
  async cancel(chosen: ItemChoice): Promise<void> {
    await this.#options.store.cancel(chosen);
    for (const [id, { abort, jobId }] of this.#active) {
      const isChosen = chosen.itemIds === undefined ? true : chosen.itemIds.includes(id);
      if (isChosen && (chosen.jobId === undefined || chosen.jobId === jobId)) abort.abort();
    }
    this.#changed();
  }

  /** Queues failed and cancelled items again: of a job, by id, or all. */
  async retry(chosen: ItemChoice): Promise<void> {
    await this.#options.store.retry(chosen);
    this.#changed();
    void this.#pump();
  }

  async clearFinished(): Promise<void> {
    await this.#options.store.clearFinished();
    this.#changed();
  }

  /** Reads bytes that are here already once more, beside what is being ingested. Never rejects. */
  read(name: string, bytes: Uint8Array, signal?: AbortSignal): Promise<Reading> {
    return this.#options.pool.read(name, bytes, signal === undefined ? {} : { signal });
  }

  /** The network is there again: what waited for it is taken up. */
  async networkAvailable(): Promise<void> {
    await this.#options.store.releaseWaiting();
    void this.#pump();
  }

  async items(request: ItemsRequest): Promise<ActivityItem[]> {
    const { states, ...rest } = request;
    const stored = states?.map((state) => (state === 'reading' || state === 'publishing' ? 'queued' : state));
    const items = await this.#options.store.list({
      ...rest,
      limit: request.limit ?? 200,
      ...(stored === undefined ? {} : { states: stored satisfies StoredState[] }),
    });
    const shown = items.map((item) => activityItem(item, this.#active.get(item.id)?.live));
    return states === undefined ? shown : shown.filter((item) => states.includes(item.state));
  }

  /** The line of ingest in the activity panel; null where nothing was ever added. */
  async summary(): Promise<Activity['groups'][number] | null> {
    const counts = await this.#options.store.counts();
    const elapsed = this.#startedAt === null ? 0 : this.#options.now() - this.#startedAt;
    const left =
      this.#finished === 0 ? null : Math.ceil((elapsed / this.#finished) * (counts.waiting / 1000));
    return ingestGroup(counts, { paused: this.#paused, secondsLeft: left });
  }

  /** Resolves when nothing is left that could be done now: all finished, paused, or waiting for the network. */
  async idle(): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  /** Stops at once. Items that are not finished are taken up by the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#networkTimer !== null) clearTimeout(this.#networkTimer);
    for (const { abort } of this.#active.values()) abort.abort();
    await this.idle();
  }

  #isIdle(): boolean {
    return !this.#pumping && this.#active.size === 0;
  }

  async #pump(): Promise<void> {
    this.#pumpAgain = true;
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#pumpAgain && !this.#paused && !this.#closed) {
        this.#pumpAgain = false;
        const room = parallelItems - this.#active.size;
        if (room < parallelItems / 2) break;
        const items = await this.#options.store.takeItems({ limit: room, except: [...this.#active.keys()] });
        if (this.#active.size === 0 && items.length > 0) this.#begin();
        for (const item of items) this.#begun(item);
      }
    } finally {
      this.#pumping = false;
      this.#settleIdle();
    }
  }

  #begin(): void {
    this.#startedAt = this.#options.now();
    this.#finished = 0;
  }

  #begun(item: StoredItem): void {
    const live: LiveState = { state: 'reading', progress: 0, remark: { code: 'reading', parameters: {} } };
    const entry = { abort: new AbortController(), live, jobId: item.jobId };
    this.#active.set(item.id, entry);
    void this.#work(item, entry).finally(() => {
      this.#active.delete(item.id);
      this.#finished += 1;
      this.#changed();
      if (this.#active.size <= parallelItems / 2) void this.#pump();
    });
  }

  async #work(item: StoredItem, entry: { abort: AbortController; live: LiveState }): Promise<void> {
    const started = this.#options.now();
    const { signal } = entry.abort;
    const release = await this.#budget.acquire(await sizeOf(item));
    try {
      const result = await this.#read(item, entry, signal, started);
      if (result !== null && !this.#closed) await this.#publisher.settle(result);
    } catch {
      const outcome = { ...nothing, reason: { code: 'publish-failed', parameters: {} } };
      if (!this.#closed) await this.#publisher.settle({ itemId: item.id, state: 'failed', outcome });
    } finally {
      release();
    }
  }

  /** What came of an item, or null where publishing has stored that already. */
  async #read(
    item: StoredItem,
    entry: { live: LiveState },
    signal: AbortSignal,
    started: number,
  ): Promise<PublishResult | null> {
    const { blobs, store, pool, now } = this.#options;
    const answer = await loadItem(this.#options, item.source, signal);
    if (answer.kind === 'offline') return this.#waitForNetwork(item);
    if (answer.kind === 'failed') return ended(item, answer.reason);
    const { loaded } = answer;
    if (loaded.bytes.length >= lookUpFirstBytes) {
      const { contentHash } = loaded;
      const duplicate = await store.findDuplicate({ sessionId: item.sessionId, contentHash });
      const reason = { code: 'duplicate', parameters: {} };
      if (duplicate !== null) {
        return {
          itemId: item.id,
          state: 'duplicate',
          outcome: { ...nothing, ...duplicate, reason, ms: now() - started },
        };
      }
    }
    const reading = await pool.read(item.name, loaded.bytes, {
      signal,
      onProgress: (done, total) => {
        const progress = total > 0 ? done / total : null;
        entry.live = {
          state: 'reading',
          progress,
          remark: { code: 'reading-page', parameters: { done, total } },
        };
        this.#changed();
      },
    });
    if (reading.kind === 'failed') return ended(item, reading.reason);
    entry.live = { state: 'publishing', progress: 1, remark: { code: 'publishing', parameters: {} } };
    const retrievedAt = new Date(started).toISOString();
    const document = stageDocument(blobs, item, loaded, reading, { retrievedAt, ms: now() - started });
    if (this.#closed) return null;
    await this.#publisher.publish(document);
    return null;
  }

  #waitForNetwork(item: StoredItem): PublishResult {
    this.#networkTimer ??= setTimeout(() => {
      this.#networkTimer = null;
      if (!this.#closed) void this.networkAvailable();
    }, networkRetryMs).unref();
    return { itemId: item.id, state: 'waiting-for-network', outcome: nothing };
  }

  #textItem(title: string | undefined, text: string): NewItem {
    const { hash } = this.#options.blobs.put(Buffer.from(text.toWellFormed(), 'utf8'));
    const words = text.trim().split(/\s+/).slice(0, 8).join(' ');
    return blobItem(displayName(title ?? words), hash, 'text');
  }

  #changed(): void {
    this.#options.onChange?.();
  }

  #settleIdle(): void {
    if (!this.#isIdle()) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}

function ended(item: StoredItem, reason: Remark): PublishResult {
  const state = reason.code === 'cancelled' ? 'cancelled' : 'failed';
  return { itemId: item.id, state, outcome: { ...nothing, reason } };
}

async function pathItems(path: string | GivenPath): Promise<NewItem[]> {
  if (typeof path === 'string') return itemsOfPath(path);
  const prefix = path.given.replace(/[\\/]+$/, '');
  return (await itemsOfPath(path.path)).map((item) => {
    if (item.source.kind !== 'path') return item;
    const below = item.source.path.slice(path.path.length);
    return { ...item, source: { ...item.source, given: below === '' ? path.given : prefix + below } };
  });
}

function urlItem(url: string): NewItem {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const valid = parsed !== null && /^https?:$/.test(parsed.protocol);
  return {
    name: valid ? `${parsed.hostname}${parsed.pathname === '/' ? '' : parsed.pathname}` : displayName(url),
    source: { kind: 'url', url },
    failure: valid ? null : { code: 'address-invalid', parameters: {} },
  };
}

function blobItem(name: string, hash: string, origin: 'text' | 'upload'): NewItem {
  return { name, source: { kind: 'blob', hash, origin, parentEvidenceId: null, depth: 0 }, failure: null };
}

async function sizeOf(item: StoredItem): Promise<number> {
  if (item.source.kind !== 'path') return 1024;
  return stat(item.source.path).then(
    (facts) => facts.size,
    () => 0,
  );
}
