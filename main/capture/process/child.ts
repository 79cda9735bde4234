import type { ExtractorMessage, ReadRequest } from './protocol.ts';
import { readDocument } from './read-document.ts';

/**
 * The extractor process: reads hostile files, one after another, with no right to write to the disk, to start programs
 * or to load native code. It knows nothing of the workspace and may be killed at any time.
 */
let queue: Promise<void> = Promise.resolve();

/** Progress goes up at most this often, so that a long document does not flood the pipe. */
const progressEvery = 100;

function send(message: ExtractorMessage): void {
  process.send?.(message);
}

async function serve(request: ReadRequest): Promise<void> {
  let told = 0;
  const reading = await readDocument(request, (done, total) => {
    const now = performance.now();
    if (now - told < progressEvery) return;
    told = now;
    send({ kind: 'progress', id: request.id, done, total });
  });
  send({ kind: 'finished', id: request.id, reading });
}

process.on('message', (message) => {
  queue = queue.then(() => serve(message as ReadRequest));
});
process.on('disconnect', () => process.exit(0));
send({ kind: 'ready' });
