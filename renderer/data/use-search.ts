import { useEffect, useState } from 'react';
import type { Hit } from '../../preload/contract/search.ts';
import { failureOf, wasAborted } from './failure.ts';
import { useClient } from './query.ts';

const pauseMs = 60;

/** What was found for a question, as the newest answer says. */
export interface Answer {
  readonly query: string;
  readonly hits: readonly Hit[];
  readonly documents: number;
  readonly ms: number;
  readonly notice: string | null;
  readonly facets: readonly { readonly type: string; readonly count: number }[];
}

/**
 * Asks as one types: an older question is given up when a newer one is asked, and what is shown stays until then. Another `turn`
 * asks the same question anew.
 */
export function useSearch(
  query: string,
  types: readonly string[],
  limit = 50,
  turn = 0,
): { answer: Answer | undefined; failure: string | undefined } {
  const client = useClient();
  const [answer, setAnswer] = useState<Answer>();
  const [failure, setFailure] = useState<string>();
  const names = types.join();
  useEffect(() => {
    const wanted = query.trim();
    if (wanted === '') {
      setAnswer(undefined);
      return undefined;
    }
    const newer = new AbortController();
    const timer = setTimeout(() => {
      const input = { query: wanted, limit, types: names === '' ? [] : names.split(',') };
      client.search.query(input, { signal: newer.signal }).then(
        (found) => {
          if (newer.signal.aborted) return;
          setFailure(undefined);
          setAnswer({ ...found, query: wanted });
        },
        (thrown: unknown) => {
          if (!newer.signal.aborted && !wasAborted(thrown)) setFailure(failureOf(thrown).message);
        },
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      newer.abort();
    };
  }, [client, query, names, limit, turn]);
  return { answer, failure };
}
