import { workerData } from 'node:worker_threads';
import { functionNamed } from '../threads/caller.ts';
import { serveThread } from '../threads/serve.ts';
import { openSearch, type SearchOptions } from './search.ts';

await serveThread((note) => {
  const { functions, stop } = openSearch(workerData as SearchOptions, note);
  return { handle: (name, args, signal) => functionNamed(functions, name)(args, signal), stop };
});
