import { serveThread } from '../../../main/host/threads/serve.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';

function spin(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

await serveThread((note) => ({
  handle: async (name, args, signal) => {
    if (name === 'echo') return args;
    if (name === 'spin') return spin(Number(args));
    if (name === 'crash') process.exit(3);
    if (name === 'refuse') throw new WorkbenchError('not-found', 'There is no such row.', { id: 'x' });
    if (name === 'fail') throw new TypeError('secret value');
    if (name === 'note') note(args);
    if (name === 'wait') {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve());
      });
      return 'aborted';
    }
    return null;
  },
  stop: () => undefined,
}));
