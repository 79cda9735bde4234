import { functionNamed } from '../threads/caller.ts';
import { serveThread } from '../threads/serve.ts';
import { printingFunctions } from './printing.ts';

await serveThread(() => {
  const functions = printingFunctions();
  return {
    handle: (name, args, signal) => functionNamed(functions, name)(args, signal),
    stop: () => undefined,
  };
});
