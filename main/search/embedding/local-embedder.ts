import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { localModel } from '../model/location.ts';
import { ModelError } from '../model/model-error.ts';
import type { Embedder, EmbeddingPurpose } from './embedder.ts';
import type { EncoderAnswer, EncoderRequest, EncoderSettings } from './encoder-worker.ts';

/** Threads for the passages of the background; a query is short and takes one. */
const threads: Readonly<Record<EmbeddingPurpose, number>> = { background: 2, query: 1 };

/**
 * The model on the laptop's own processor. Queries and passages have a thread and a session each, so that a query
 * never waits for a passage; the passages' thread starts with the first passage and holds one text at a time.
 */
export function localEmbedder(folder: string): Embedder {
  const query = encoderThread({ folder, threads: threads.query });
  let background: EncoderThread | undefined;
  return {
    ...localModel,
    place: 'laptop',
    async embed(texts, purpose, signal) {
      const thread =
        purpose === 'query' ? query : (background ??= encoderThread({ folder, threads: threads.background }));
      const vectors: Float32Array[] = [];
      for (const text of texts) {
        signal?.throwIfAborted();
        vectors.push(await thread.encode(text));
      }
      signal?.throwIfAborted();
      return vectors;
    },
    async close() {
      await Promise.all([query.close(), background?.close()]);
    },
  };
}

interface EncoderThread {
  encode(text: string): Promise<Float32Array>;
  close(): Promise<void>;
}

function encoderThread(settings: EncoderSettings): EncoderThread {
  const worker = new Worker(new URL('./encoder-worker.ts', import.meta.url), { workerData: settings });
  worker.unref();
  const waiting = new Map<number, PromiseWithResolvers<Float32Array>>();
  let next = 0;
  let ended: Error | undefined;
  const failAll = (reason: string) => {
    ended = new ModelError(
      'model-damaged',
      'The language model stopped working, so search goes on by text alone. Run: workbench model install',
      { reason },
    );
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('message', (answer: EncoderAnswer) => {
    const request = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
    if ('vector' in answer) request?.resolve(answer.vector);
    else
      request?.reject(
        new ModelError('model-damaged', 'The language model could not read a text.', {
          reason: answer.error,
        }),
      );
  });
  worker.on('error', (error) => failAll(String(error)));
  let hasExited = false;
  worker.on('exit', () => {
    hasExited = true;
    failAll('the thread ended');
  });
  return {
    encode(text) {
      if (ended !== undefined) return Promise.reject(ended);
      const request = Promise.withResolvers<Float32Array>();
      const id = (next += 1);
      waiting.set(id, request);
      worker.ref();
      worker.postMessage({ id, text } satisfies EncoderRequest);
      return request.promise;
    },
    async close() {
      if (hasExited) return;
      const exited = once(worker, 'exit');
      worker.ref();
      worker.postMessage('end' satisfies EncoderRequest);
      await exited;
    },
  };
}
