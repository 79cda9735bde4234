import { parentPort, workerData } from 'node:worker_threads';

import { loadEncoder } from './encoder.ts';

/** What the thread is started with. */
export interface EncoderSettings {
  readonly folder: string;
  readonly threads: number;
}

export interface EncoderRequest {
  readonly id: number;
  readonly text: string;
}

export type EncoderAnswer =
  { readonly id: number; readonly vector: Float32Array } | { readonly id: number; readonly error: string };

const { folder, threads } = workerData as EncoderSettings;
const encoder = loadEncoder(folder, threads);

parentPort?.on('message', ({ id, text }: EncoderRequest) => {
  encoder
    .then((loaded) => loaded.encode(text))
    .then(
      (vector) => parentPort?.postMessage({ id, vector } satisfies EncoderAnswer),
      (error: unknown) => parentPort?.postMessage({ id, error: String(error) } satisfies EncoderAnswer),
    );
});
