import type { Id } from '../../../db/catalogue/rows.ts';
import { WorkbenchError } from '../../../preload/contract/errors.ts';
import { isDiskFull } from '../rpc/failure-of.ts';
import type { WorkspaceSession } from '../workspace/session.ts';

/** Longest time for which somebody waits to see a document. */
const patienceMs = 60_000;

/**
 * Does something with the files of a document. Where they are not on this laptop because there was no room for them, they are fetched
 * and it is done again. Throws `offline` where the server cannot be reached, or the person works offline, and what a full disk throws.
 */
export async function withFiles<T>(
  session: WorkspaceSession,
  artifactId: Id,
  work: () => Promise<T>,
): Promise<T> {
  const { data, blobs } = session;
  try {
    return await work();
  } catch (error) {
    const hashes = await data.lists.call('sync.filesOfDocument', artifactId);
    const missing = hashes.filter((hash) => !blobs.has(hash));
    if (missing.length === 0) throw error;
    await fetchNow(session, missing);
    if (missing.some((hash) => !blobs.has(hash))) {
      throw new WorkbenchError(
        'offline',
        'This file is on the server and not on this laptop, and it could not be fetched. Its words are here. Try again where there is a network.',
      );
    }
    return work();
  }
}

async function fetchNow({ sync, files }: WorkspaceSession, missing: readonly string[]): Promise<void> {
  const { state } = await sync.status();
  if (state !== 'idle' && state !== 'syncing') return;
  await files
    .fetchNow(await sync.signedIn(), missing, AbortSignal.timeout(patienceMs))
    .catch((error: unknown) => {
      if (isDiskFull(error)) throw error;
    });
}
