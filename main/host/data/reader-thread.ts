import { workerData } from 'node:worker_threads';
import { functionNamed } from '../threads/caller.ts';
import { serveThread } from '../threads/serve.ts';
import { openReaders } from './reader.ts';
import type { WriterOptions } from './writer.ts';

await serveThread(() => {
  const { functions, stop } = openReaders(workerData as WriterOptions);
  return { handle: (name, args, signal) => functionNamed(functions, name)(args, signal), stop };
});
