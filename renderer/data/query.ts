import { createContext, use, useCallback, useEffect, useSyncExternalStore } from 'react';
import type { EntityName } from '../../db/catalogue/catalogue.ts';
import type { HostClient } from '../../preload/contract/contract.ts';
import type { ShownFailure } from './failure.ts';
import { failureOf } from './failure.ts';
import type { Host } from './host.ts';

/** What an answer depends on: entities of the catalogue, or a part of the host's own state. */
export type Topic =
  EntityName | 'activity' | 'workspace' | 'settings' | 'model' | 'backups' | 'sync' | 'people';

/** A question to the host whose answer is kept until something that it watches changes. */
export interface Query<T> {
  readonly key: string;
  readonly watches: readonly Topic[];
  load(client: HostClient): Promise<T>;
}

/** An answer as a component sees it. Old data stays while new data is fetched. */
export interface Answer<T> {
  readonly data: T | undefined;
  readonly failure: ShownFailure | undefined;
  readonly loading: boolean;
}

interface Entry {
  query: Query<unknown>;
  answer: Answer<unknown>;
  stale: boolean;
  running: number;
  /** When somebody knew it last: who does is about to watch it, and the oldest are let go first. */
  knownAt: number;
  readonly listeners: Set<() => void>;
}

const waiting: Answer<never> = { data: undefined, failure: undefined, loading: true };
const keptUnwatched = 60;
/** Keys of what the host answers whichever workspace is open. */
const ofTheLaptop: ReadonlySet<string> = new Set(['workspace', 'workspaces', 'settings']);

/** Answers by key. Watched answers are fetched again when what they watch changes, others when next asked for. */
export class QueryCache {
  readonly host: Host;
  readonly #entries = new Map<string, Entry>();
  readonly #topics = new Set<(topics: ReadonlySet<Topic> | 'all') => void>();
  #workspace: string | undefined;
  #clock = 0;

  constructor(host: Host) {
    this.host = host;
    host.onReopened(() => this.invalidate('all'));
    host.onEvent((event) => {
      if (event.kind === 'changed') this.invalidate(new Set(event.rows.map((row) => row.entity)));
      if (event.kind === 'sync') this.invalidate(new Set(['sync']));
      if (event.kind === 'workspace') this.#stand(event.current.workspace?.path);
    });
  }

  /**
   * What was answered of one workspace is never shown as another's, not even for the moment that an answer takes:
   * a list led to its first session, which the workspace that was just opened did not have.
   */
  #stand(path: string | undefined): void {
    if (path !== this.#workspace) {
      this.#workspace = path;
      for (const [key, entry] of this.#entries) {
        if (ofTheLaptop.has(key)) continue;
        entry.running += 1;
        entry.answer = waiting;
        for (const listener of entry.listeners) listener();
      }
    }
    this.invalidate('all');
  }

  /** Marks answers as stale and fetches the watched ones. */
  invalidate(topics: ReadonlySet<Topic> | 'all'): void {
    for (const entry of this.#entries.values()) {
      if (topics !== 'all' && !entry.query.watches.some((topic) => topics.has(topic))) continue;
      entry.stale = true;
      if (entry.listeners.size > 0) this.#fetch(entry);
    }
    for (const listener of this.#topics) listener(topics);
  }

  onInvalidate(listener: (topics: ReadonlySet<Topic> | 'all') => void): () => void {
    this.#topics.add(listener);
    return () => this.#topics.delete(listener);
  }

  peek<T>(key: string): Answer<T> {
    return (this.#entries.get(key)?.answer ?? waiting) as Answer<T>;
  }

  /** Makes a question known under its key, with the newest closure over what the key names. */
  know(query: Query<unknown>): void {
    this.#entry(query);
  }

  watch(key: string, listener: () => void): () => void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return () => undefined;
    entry.listeners.add(listener);
    if (entry.stale) this.#fetch(entry);
    return () => {
      entry.listeners.delete(listener);
      this.#trim();
    };
  }

  /** Fetches without watching; answers with the data or throws what the host said. */
  async read<T>(query: Query<T>): Promise<T> {
    const entry = this.#entry(query);
    if (!entry.stale && entry.answer.data !== undefined) return entry.answer.data as T;
    return query.load(this.host.client);
  }

  #entry(query: Query<unknown>): Entry {
    const known = this.#entries.get(query.key);
    if (known !== undefined) {
      known.query = query;
      known.knownAt = this.#clock += 1;
      return known;
    }
    const entry: Entry = {
      query,
      answer: waiting,
      stale: true,
      running: 0,
      knownAt: (this.#clock += 1),
      listeners: new Set(),
    };
    this.#entries.set(query.key, entry);
    return entry;
  }

  #fetch(entry: Entry): void {
    entry.stale = false;
    entry.running += 1;
    const turn = entry.running;
    const settle = (answer: Answer<unknown>) => {
      if (entry.running !== turn) return;
      entry.answer = answer;
      for (const listener of entry.listeners) listener();
    };
    entry.query.load(this.host.client).then(
      (data) => settle({ data, failure: undefined, loading: false }),
      (thrown: unknown) => {
        const failure = failureOf(thrown);
        // What is not there any more, such as a session that was taken from this person, is not shown from memory.
        const data = failure.code === 'not-found' ? undefined : entry.answer.data;
        settle({ data, failure, loading: false });
      },
    );
  }

  #trim(): void {
    const idle = [...this.#entries].filter(([, entry]) => entry.listeners.size === 0);
    const surplus = Math.max(0, idle.length - keptUnwatched);
    idle.sort(([, a], [, b]) => a.knownAt - b.knownAt);
    for (const [key] of idle.slice(0, surplus)) this.#entries.delete(key);
  }
}

/** The cache that a window's components share. */
export const CacheContext = createContext<QueryCache | null>(null);

/** The cache; a component outside of the application's tree is a mistake of ours. */
export function useCache(): QueryCache {
  const cache = use(CacheContext);
  if (cache === null) throw new Error('There is no host around this component.');
  return cache;
}

/** The client of the contract. */
export function useClient(): HostClient {
  return useCache().host.client;
}

/** The answer to a query, kept current. */
export function useQuery<T>(query: Query<T>): Answer<T> {
  const cache = useCache();
  const { key } = query;
  cache.know(query);
  const subscribe = useCallback((listener: () => void) => cache.watch(key, listener), [cache, key]);
  return useSyncExternalStore(subscribe, () => cache.peek<T>(key));
}

/** Calls back when one of the topics changes. */
export function useInvalidation(topics: readonly Topic[], onChange: () => void): void {
  const cache = useCache();
  const names = topics.join();
  useEffect(
    () =>
      cache.onInvalidate((changed) => {
        if (changed === 'all' || names.split(',').some((topic) => changed.has(topic as Topic))) onChange();
      }),
    [cache, names, onChange],
  );
}
