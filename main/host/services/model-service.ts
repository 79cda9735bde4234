import type { Id } from '../../../db/catalogue/rows.ts';
import type { Activity } from '../../../preload/contract/capture.ts';
import {
  BackgroundIndexer,
  type IndexerProgress,
  type VectorStore,
} from '../../search/background/background-indexer.ts';
import type { Embedder } from '../../search/embedding/embedder.ts';
import { localEmbedder } from '../../search/embedding/local-embedder.ts';
import { remoteEmbedder } from '../../search/embedding/remote-embedder.ts';
import { installModel } from '../../search/model/install.ts';
import { installedModel } from '../../search/model/installed.ts';
import { localModel } from '../../search/model/location.ts';
import type { EmbedNote, ModelChoice } from '../data/search.ts';
import type { Remote } from '../data/leaving-passages.ts';
import type { DataThreads } from '../data/threads.ts';
import type { Log } from '../log/log.ts';
import { causeFields } from '../log/log.ts';
import type { Outbound } from './outbound-service.ts';

export interface ModelServiceOptions {
  readonly data: DataThreads;
  readonly outbound: Outbound;
  readonly log: Log;
  /** False where the workspace is only read: questions are answered, and no passage gets a vector. */
  readonly isIndexing: boolean;
  readonly onProgress: () => void;
  /** Passages of these sessions got their vectors, and nothing waits any more. */
  readonly onIndexed: (sessions: readonly Id[]) => void;
}

type Group = Activity['groups'][number];

interface EndpointModel {
  readonly name: string;
  readonly version: string;
}

/** The embedding model of an open workspace: which one answers, what waits for its vectors, and how to obtain it. */
export class ModelService {
  readonly #options: ModelServiceOptions;
  #embedder: Promise<Embedder | null> | null = null;
  #indexer: Promise<BackgroundIndexer | null> | null = null;
  #progress: IndexerProgress | null = null;
  #installing = false;
  #closed = false;
  readonly #indexed = new Set<Id>();
  /** How large the vectors of an endpoint's model were when it last answered. */
  #measured: (EndpointModel & { readonly dimensions: number }) | null = null;

  constructor(options: ModelServiceOptions) {
    this.#options = options;
  }

  /** What the search thread is told: which model answers questions. */
  async choice(): Promise<ModelChoice> {
    const { embedding } = await this.#options.data.lists.call('settings.preferences', undefined);
    if (embedding.kind === 'off') return { kind: 'none' };
    if (embedding.kind === 'laptop') {
      const installed = await installedModel();
      return installed === null ? { kind: 'none' } : { kind: 'laptop', folder: installed.folder };
    }
    if (embedding.url === null || embedding.model === null) return { kind: 'none' };
    const model = { name: embedding.model, version: new URL(embedding.url).host };
    return { kind: 'remote', ...model, dimensions: await this.#sizeOf(model) };
  }

  /** Numbers in the vectors of an endpoint's model: as it answered, else as those are that it made before; null where neither is. */
  async #sizeOf({ name, version }: EndpointModel): Promise<number | null> {
    const measured = this.#measured;
    if (measured?.name === name && measured.version === version) return measured.dimensions;
    const { model } = await this.#options.data.writer.call('vectors.counts', undefined);
    return model?.name === name && model.version === version ? model.dimensions : null;
  }

  /** An endpoint answered with vectors of a size that was not known. Where there are others of its model, all are made anew. */
  async #resize(model: EndpointModel, dimensions: number): Promise<void> {
    const before = await this.#sizeOf(model);
    this.#measured = { ...model, dimensions };
    this.#options.log.write('info', 'embedding.measured', { before, dimensions });
    if (before !== null && before !== dimensions) await this.changed();
    else await this.#options.data.search.call('search.chooseModel', await this.choice());
  }

  /** Vectors for a question that the search thread cannot ask itself, because it would leave the laptop. */
  async answer({ embed, texts }: EmbedNote): Promise<void> {
    const { search } = this.#options.data;
    try {
      const embedder = await this.#current();
      const vectors = embedder === null ? null : await embedder.embed(texts, 'query');
      await search.call('search.embedded', { embed, vectors });
    } catch (error) {
      this.#options.log.write('warning', 'embedding.failed', causeFields(error));
      await search.call('search.embedded', { embed, vectors: null });
    }
  }

  /**
   * The vector of a session's question by the model that passages have theirs of; null where no model answers, or where the
   * session's own facts keep its words from the endpoint.
   */
  async question(sessionId: Id, text: string): Promise<Float32Array | null> {
    const embedder = await this.#current();
    const remote = await this.#remote();
    const mayLeave =
      remote === null ||
      (await this.#options.data.lists.call('privacy.questionMayLeave', { sessionId, ...remote }));
    return embedder === null || !mayLeave ? null : ((await embedder.embed([text], 'query'))[0] ?? null);
  }

  /** Something may wait for its vector. Work goes on in the background. */
  wake(): void {
    if (!this.#closed && this.#options.isIndexing) void this.#running().then((indexer) => indexer?.wake());
  }

  /** Resolves when no passage waits for a vector, or where no model can make one. */
  async settled(): Promise<void> {
    if (this.#options.isIndexing) await (await this.#running())?.wake();
  }

  async pause(): Promise<void> {
    (await this.#indexer)?.pause();
  }

  async resume(): Promise<void> {
    (await this.#indexer)?.resume();
    this.wake();
  }

  /** Obtains the model, and lets it answer and index from now on. */
  async install(from: string | undefined): Promise<{ modelId: string; path: string }> {
    this.#installing = true;
    try {
      const installed = await installModel(from === undefined ? {} : { from });
      await this.changed();
      return { modelId: installed.name, path: installed.folder };
    } finally {
      this.#installing = false;
    }
  }

  /** The settings name another model, or one was installed. */
  async changed(): Promise<void> {
    await this.#stop();
    await this.#options.data.search.call('search.chooseModel', await this.choice());
    this.wake();
  }

  async status() {
    const { data } = this.#options;
    const [choice, counts] = await Promise.all([
      this.choice(),
      data.writer.call('vectors.counts', undefined),
    ]);
    const ready = choice.kind !== 'none';
    const identity = choice.kind === 'remote' ? choice : localModel;
    const state: 'ready' | 'missing' | 'installing' = this.#installing
      ? 'installing'
      : ready
        ? 'ready'
        : 'missing';
    return {
      state,
      place: choice.kind === 'remote' ? ('remote' as const) : ('laptop' as const),
      modelId: ready ? identity.name : null,
      dimensions: ready ? identity.dimensions : null,
      version: ready ? identity.version : null,
      vectors: counts.stored,
      chunks: counts.chunks,
      sentence: ready
        ? `${identity.name} answers on ${choice.kind === 'remote' ? 'a server' : 'this laptop'}.`
        : 'The Workbench searches by text alone. To search by meaning too, run: workbench model install',
    };
  }

  /** The line of vectors in the activity panel; null where nothing was to be done. */
  async group(): Promise<Group | null> {
    const progress = this.#progress;
    if (progress === null) return null;
    const total = progress.done + progress.pending;
    const states = { working: 'running', paused: 'paused', idle: 'finished', failed: 'failed' } as const;
    return {
      id: 'vectors',
      kind: 'vectors',
      title: 'Search by meaning',
      state: states[progress.state],
      done: progress.done,
      total,
      failed: 0,
      secondsLeft: null,
      sentence: progress.reason ?? `${progress.done} of ${total} passages are ready.`,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#stop();
  }

  async #stop(): Promise<void> {
    const [indexer, embedder] = [await this.#indexer, await this.#embedder];
    this.#indexer = null;
    this.#embedder = null;
    await indexer?.stop();
    await embedder?.close();
  }

  #current(): Promise<Embedder | null> {
    this.#embedder ??= this.#open();
    return this.#embedder;
  }

  async #open(): Promise<Embedder | null> {
    const choice = await this.choice();
    if (choice.kind === 'none') return null;
    if (choice.kind === 'laptop') return localEmbedder(choice.folder);
    const { data, outbound } = this.#options;
    const { embedding } = await data.lists.call('settings.preferences', undefined);
    const stored = await data.lists.call('settings.endpointKey', undefined);
    const key = stored ?? process.env['WORKBENCH_EMBEDDING_KEY'];
    return remoteEmbedder({
      endpoint: embedding.url ?? '',
      model: choice.name,
      dimensions: choice.dimensions,
      onMeasured: (dimensions) =>
        void this.#resize({ name: choice.name, version: choice.version }, dimensions).catch(
          (error: unknown) => this.#options.log.write('warning', 'embedding.failed', causeFields(error)),
        ),
      ...(typeof key === 'string' ? { key } : {}),
      gate: (texts, endpoint) => outbound.decideEmbedding(texts, endpoint),
      fetch: outbound.fetch,
    });
  }

  #running(): Promise<BackgroundIndexer | null> {
    this.#indexer ??= this.#current().then((embedder) =>
      embedder === null
        ? null
        : new BackgroundIndexer(this.#store(), embedder, (progress) => this.#heard(progress)),
    );
    return this.#indexer;
  }

  #heard(progress: IndexerProgress): void {
    // A run that found nothing to do is no news.
    if (progress.state === 'idle' && progress.done === 0 && this.#progress === null) return;
    this.#progress = progress;
    this.#options.onProgress();
    if (progress.state !== 'idle' || this.#indexed.size === 0) return;
    const sessions = [...this.#indexed];
    this.#indexed.clear();
    this.#options.onIndexed(sessions);
  }

  /** Where passages would go if they left, and what may; null where they stay. */
  async #remote(): Promise<Remote | null> {
    const { data, outbound } = this.#options;
    const { embedding } = await data.lists.call('settings.preferences', undefined);
    if (embedding.kind !== 'endpoint' || embedding.url === null) return null;
    return { endpoint: embedding.url, policy: (await outbound.gate()).policy };
  }

  #store(): VectorStore {
    const { writer } = this.#options.data;
    return {
      begin: (model) => writer.call('vectors.begin', model),
      next: async (model, limit) =>
        writer.call('vectors.next', { model, limit, remote: await this.#remote() }),
      store: async (model, embedded) => {
        for (const session of await writer.call('vectors.store', { model, embedded }))
          this.#indexed.add(session);
      },
      finish: () => writer.call('vectors.finish', undefined),
      pending: (model) => writer.call('vectors.pending', model),
    };
  }
}
