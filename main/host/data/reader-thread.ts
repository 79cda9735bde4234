import { workerData } from 'node:worker_threads';
import { functionNamed } from '../threads/caller.ts';
import { serveThread } from '../threads/serve.ts';
import { loadBuilder } from '../../../db/queries/shape.ts';
import { openReaders } from './reader.ts';
import type { WriterOptions } from './writer.ts';

await serveThread(() => {
  const { functions, stop } = openReaders(workerData as WriterOptions);
  // A thread has nothing to do before the first question comes; where there is no thread, the first list loads it.
  setImmediate(loadBuilder);
  return { handle: (name, args, signal) => functionNamed(functions, name)(args, signal), stop };
});
