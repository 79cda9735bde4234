import { describe, expect, test } from 'vitest';
import {
  BackgroundIndexer,
  type IndexerProgress,
  type VectorStore,
} from '../../../main/search/background/background-indexer.ts';
import type { Embedder } from '../../../main/search/embedding/embedder.ts';

function storeOf(count: number): { store: VectorStore; stored: number[]; finished: () => number } {
  const waiting = new Set(Array.from({ length: count }, (_, i) => i + 1));
  const stored: number[] = [];
  let finishes = 0;
  return {
    stored,
    finished: () => finishes,
    store: {
      begin: () => Promise.resolve(1),
      next: (_model, limit) =>
        Promise.resolve(
          [...waiting]
            .slice(0, limit)
            .map((chunk) => ({ chunk, text: `t${chunk}`, evidence: new Uint8Array(16) })),
        ),
      store: (_model, embedded) => {
        for (const { chunk } of embedded) {
          waiting.delete(chunk);
          stored.push(chunk);
        }
        return Promise.resolve();
      },
      finish: () => {
        finishes += 1;
        return Promise.resolve();
      },
      pending: () => Promise.resolve(waiting.size),
    },
  };
}

function embedderOf(embed: (text: string) => Promise<Float32Array>): Embedder {
  return {
    name: 'm',
    version: '1',
    dimensions: 1,
    place: 'laptop',
    embed: (texts) => Promise.all(texts.map(embed)),
    close: () => Promise.resolve(),
  };
}

describe('the background indexer', () => {
  test('embeds everything that waits, reports, and ends', async () => {
    const { store, stored, finished } = storeOf(70);
    const reports: IndexerProgress[] = [];
    const indexer = new BackgroundIndexer(
      store,
      embedderOf(() => Promise.resolve(Float32Array.of(1))),
      (progress) => reports.push(progress),
    );
    await Promise.all([indexer.wake(), indexer.wake()]);
    expect(stored).toHaveLength(70);
    expect(finished()).toBe(1);
    expect(reports.map(({ pending }) => pending)).toEqual([38, 6, 0, 0]);
    expect(reports.at(-1)?.state).toBe('idle');
  });

  test('a pause holds after the passage in work until it is resumed', async () => {
    const { store, stored } = storeOf(3);
    let embedded = 0;
    const paused = Promise.withResolvers<void>();
    const indexer: BackgroundIndexer = new BackgroundIndexer(
      store,
      embedderOf(() => {
        embedded += 1;
        if (embedded === 1) indexer.pause();
        return Promise.resolve(Float32Array.of(1));
      }),
      ({ state }) => {
        if (state === 'paused') paused.resolve();
      },
    );
    const run = indexer.wake();
    await paused.promise;
    expect(embedded).toBe(1);
    indexer.resume();
    await run;
    expect(stored).toHaveLength(3);
  });

  test('a failing model is told, keeps what was stored, and a stop ends the run', async () => {
    const { store, stored } = storeOf(40);
    const reports: IndexerProgress[] = [];
    let embedded = 0;
    const indexer = new BackgroundIndexer(
      store,
      embedderOf(() => {
        embedded += 1;
        return embedded > 35
          ? Promise.reject(new Error('The model stopped.'))
          : Promise.resolve(Float32Array.of(1));
      }),
      (progress) => reports.push(progress),
    );
    await indexer.wake();
    expect(stored).toHaveLength(32);
    expect(reports.at(-1)).toEqual({ done: 32, pending: 8, state: 'failed', reason: 'The model stopped.' });
    await indexer.stop();
    await indexer.wake();
    expect(stored).toHaveLength(32);
  });
});
