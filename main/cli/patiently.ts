import { setTimeout as pause } from 'node:timers/promises';
import { WorkbenchError } from '../../preload/contract/errors.ts';

/** How long a live owner may take to answer or to let go, in milliseconds. */
const patience = 10_000;

/** Tries again while a workspace is in use, until the patience is over. */
export async function patiently<T>(body: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      return await body();
    } catch (error) {
      const inUse = error instanceof WorkbenchError && error.code === 'workspace-in-use';
      if (!inUse || Date.now() > deadline) throw error;
      await pause(50);
    }
  }
}
