import { type Credentials, ServerConnection } from '../../outbound/server-connection.ts';
import type { DataThreads } from '../data/threads.ts';

/** The way to a server. What signs in again is kept in the workspace where that is protected; what is not good any more goes in any case. */
export function openConnection(
  { data, isProtected }: { readonly data: DataThreads; readonly isProtected: boolean },
  server: string,
  credentials: Credentials | null,
): ServerConnection {
  const keep = async (next: Credentials | null): Promise<void> => {
    if (isProtected || next === null) await data.writer.call('sync.keep', next);
  };
  return new ServerConnection({ server, now: () => Date.now(), keep }, credentials);
}
