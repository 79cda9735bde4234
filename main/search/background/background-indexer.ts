import type { Embedder } from '../embedding/embedder.ts';
import type { QueuedPassage } from './embedding-queue.ts';

/** What the indexer reads and writes; the writer's thread implements it over the workspace. */
export interface VectorStore {
  /** Makes the embedder's model the current one, queues what lacks its vectors, and returns its number. */
  begin(model: { name: string; version: string; dimensions: number }): Promise<number>;
  next(model: number, limit: number): Promise<readonly QueuedPassage[]>;
  store(model: number, embedded: readonly { chunk: number; embedding: Float32Array }[]): Promise<void>;
  /** Removes models that nothing needs any more. */
  finish(): Promise<void>;
  pending(model: number): Promise<number>;
}

export interface IndexerProgress {
  /** Passages done in this run, and those that still wait. */
  readonly done: number;
  readonly pending: number;
  readonly state: 'working' | 'paused' | 'idle' | 'failed';
  /** Why it failed, as a sentence; null otherwise. */
  readonly reason: string | null;
}

/** Passages read, embedded and stored together: a second's work, so that a stop loses little. */
const batchSize = 32;

/**
 * Embeds what waits, one batch after the other, until nothing does. `pause` stops it between two passages, at once for whoever
 * types or ingests; `resume` and `wake` go on. One at a time for each workspace.
 */
export class BackgroundIndexer {
  readonly #store: VectorStore;
  readonly #embedder: Embedder;
  readonly #report: (progress: IndexerProgress) => void;
  readonly #stop = new AbortController();
  #gate: PromiseWithResolvers<void> | null = null;
  #run: Promise<void> | null = null;
  #again = false;
  #done = 0;

  constructor(store: VectorStore, embedder: Embedder, report: (progress: IndexerProgress) => void) {
    this.#store = store;
    this.#embedder = embedder;
    this.#report = report;
  }

  /** Looks for waiting passages. The promise settles when nothing waits any more; it never rejects. */
  wake(): Promise<void> {
    this.#again = true;
    this.#run ??= this.#work().finally(() => {
      this.#run = null;
    });
    return this.#run;
  }

  pause(): void {
    this.#gate ??= Promise.withResolvers();
  }

  resume(): void {
    this.#gate?.resolve();
    this.#gate = null;
  }

  /** Ends the run after the passage in work. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.resume();
    await this.#run;
  }

  async #work(): Promise<void> {
    let model = 0;
    try {
      await this.#embedder.prepare?.(this.#stop.signal);
      const { name, version, dimensions } = this.#embedder;
      model = await this.#store.begin({ name, version, dimensions });
      while (this.#again && !this.#stop.signal.aborted) {
        this.#again = false;
        while (await this.#batch(model));
      }
      if (this.#stop.signal.aborted) return;
      await this.#store.finish();
      this.#report({ done: this.#done, pending: 0, state: 'idle', reason: null });
      this.#done = 0;
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const reason = error instanceof Error ? error.message : String(error);
      const pending = model === 0 ? 0 : await this.#store.pending(model).catch(() => 0);
      this.#report({ done: this.#done, pending, state: 'failed', reason });
    }
  }

  /** Embeds one batch; false where nothing waited. */
  async #batch(model: number): Promise<boolean> {
    const passages = await this.#store.next(model, batchSize);
    const embedded: { chunk: number; embedding: Float32Array }[] = [];
    for (const group of this.#groups(passages)) {
      await this.#whilePaused(model);
      if (this.#stop.signal.aborted) break;
      const vectors = await this.#embedder.embed(
        group.map((passage) => passage.text),
        'background',
        this.#stop.signal,
      );
      for (const [i, { chunk }] of group.entries()) {
        const embedding = vectors[i];
        if (embedding !== undefined) embedded.push({ chunk, embedding });
      }
    }
    if (embedded.length === 0) return false;
    await this.#store.store(model, embedded);
    this.#done += embedded.length;
    const pending = await this.#store.pending(model);
    this.#report({ done: this.#done, pending, state: 'working', reason: null });
    return !this.#stop.signal.aborted;
  }

  /** The laptop takes passages singly, so that a pause holds at once; an endpoint takes a batch for one request. */
  #groups(passages: readonly QueuedPassage[]): (readonly QueuedPassage[])[] {
    if (passages.length === 0) return [];
    return this.#embedder.place === 'remote' ? [passages] : passages.map((passage) => [passage]);
  }

  async #whilePaused(model: number): Promise<void> {
    if (this.#gate === null) return;
    const pending = await this.#store.pending(model);
    this.#report({ done: this.#done, pending, state: 'paused', reason: null });
    await this.#gate?.promise;
  }
}
