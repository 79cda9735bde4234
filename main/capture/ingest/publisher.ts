import type { IngestStore, PublishResult, StagedDocument } from './types.ts';

/** Documents that go to the writing thread in one call; each is a transaction of its own. */
const documentsPerCall = 16;

/** Hands staged documents and outcomes to the writing thread, those that are ready together in one call. */
export class Publisher {
  readonly #store: IngestStore;
  readonly #documents: Waiting<StagedDocument>[] = [];
  readonly #results: Waiting<PublishResult>[] = [];
  #running = false;

  constructor(store: IngestStore) {
    this.#store = store;
  }

  /** Resolves when the document is published or its refusal is stored. */
  publish(document: StagedDocument): Promise<void> {
    return this.#enqueue(this.#documents, document);
  }

  /** Resolves when the outcome is stored. */
  settle(result: PublishResult): Promise<void> {
    return this.#enqueue(this.#results, result);
  }

  #enqueue<T>(queue: Waiting<T>[], value: T): Promise<void> {
    return new Promise((resolve, reject) => {
      queue.push({ value, resolve, reject });
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    // What becomes ready in the same turn of the loop goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#documents.length > 0 || this.#results.length > 0) {
      await handOver(this.#documents.splice(0, documentsPerCall), (values) => this.#store.publish(values));
      await handOver(this.#results.splice(0), (values) => this.#store.settle(values));
    }
    this.#running = false;
  }
}

interface Waiting<T> {
  readonly value: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

async function handOver<T>(
  batch: readonly Waiting<T>[],
  call: (values: T[]) => Promise<unknown>,
): Promise<void> {
  if (batch.length === 0) return;
  try {
    await call(batch.map(({ value }) => value));
    for (const { resolve } of batch) resolve();
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
