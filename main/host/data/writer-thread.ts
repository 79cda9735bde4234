import { workerData } from 'node:worker_threads';
import { functionNamed } from '../threads/caller.ts';
import { serveThread } from '../threads/serve.ts';
import { openWriter, type WriterOptions } from './writer.ts';

await serveThread((note) => {
  const { functions, stop } = openWriter(workerData as WriterOptions, note);
  return { handle: (name, args, signal) => functionNamed(functions, name)(args, signal), stop };
});
