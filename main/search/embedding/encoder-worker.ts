import { parentPort, workerData } from 'node:worker_threads';

import { loadEncoder } from './encoder.ts';

/** What the thread is started with. */
export interface EncoderSettings {
  readonly folder: string;
  readonly threads: number;
}

/** A text to encode, or the wish that the thread ends after what it has in hand. */
export type EncoderRequest = { readonly id: number; readonly text: string } | 'end';

export type EncoderAnswer =
  { readonly id: number; readonly vector: Float32Array } | { readonly id: number; readonly error: string };

const { folder, threads } = workerData as EncoderSettings;
const encoder = loadEncoder(folder, threads);
let last: Promise<unknown> = encoder.catch(() => undefined);

parentPort?.on('message', (request: EncoderRequest) => {
  if (request === 'end') {
    void end();
    return;
  }
  const { id, text } = request;
  last = encoder
    .then((loaded) => loaded.encode(text))
    .then(
      (vector) => parentPort?.postMessage({ id, vector } satisfies EncoderAnswer),
      (error: unknown) => parentPort?.postMessage({ id, error: String(error) } satisfies EncoderAnswer),
    );
});

/** The runtime aborts the whole process where its thread is ended in the middle of a call, so the thread ends itself. */
async function end(): Promise<void> {
  await last;
  await encoder.then(
    (loaded) => loaded.release(),
    () => undefined,
  );
  parentPort?.close();
}
