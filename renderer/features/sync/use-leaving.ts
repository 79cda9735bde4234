import { useCallback, useEffect, useState } from 'react';
import type { LeavingRow, LeavingSession } from '../../../preload/contract/leaving.ts';
import { failureOf, type ShownFailure } from '../../data/failure.ts';
import { useClient, useInvalidation } from '../../data/query.ts';

/** Rows in one page. */
const pageRows = 200;

export interface Leaving {
  /** What waits, in one sentence. */
  readonly sentence: string;
  readonly policyVersion: number | null;
  readonly sessions: readonly LeavingSession[];
  readonly rows: readonly LeavingRow[];
  readonly hasMore: boolean;
}

/** What would leave for the server, page by page; asked anew where rows or settings change. */
export function useLeaving(which: 'all' | 'waiting', sessionId: string | undefined) {
  const client = useClient();
  const [turn, setTurn] = useState(0);
  const [leaving, setLeaving] = useState<Leaving & { next: string | null }>();
  const [failure, setFailure] = useState<ShownFailure>();
  const again = useCallback(() => setTurn((now) => now + 1), []);
  useInvalidation(['sync', 'settings', 'research_sessions'], again);
  const session = sessionId === undefined ? {} : { sessionId };
  useEffect(() => {
    let gone = false;
    const asked = sessionId === undefined ? {} : { sessionId };
    client.sync.leaving({ which, ...asked, limit: pageRows }).then(
      ({ sentence, policyVersion, sessions, rows, next }) => {
        if (gone) return;
        setFailure(undefined);
        setLeaving({ sentence, policyVersion, sessions, rows, next, hasMore: next !== null });
      },
      (thrown: unknown) => {
        if (!gone) setFailure(failureOf(thrown));
      },
    );
    return () => {
      gone = true;
    };
  }, [client, which, sessionId, turn]);
  const more = async (): Promise<void> => {
    if (leaving?.next == null) return;
    const page = await client.sync.leaving({ which, ...session, after: leaving.next, limit: pageRows });
    setLeaving({
      ...leaving,
      rows: [...leaving.rows, ...page.rows],
      next: page.next,
      hasMore: page.next !== null,
    });
  };
  return { leaving: leaving as Leaving | undefined, failure, again, more };
}
